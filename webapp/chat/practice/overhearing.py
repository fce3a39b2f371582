"""What a model says to us alone: an element in its answer that no reader sees, as `<goodbye>`."""

from collections.abc import Iterable, Iterator


def overheard(pieces: Iterable[str], name: str, heard: list[str]) -> Iterator[str]:
    """Yield the pieces of an answer without the elements of this name; what stood in them is appended to `heard`.

    What may be the beginning of one is held back until it is known. One that never closes ends with the answer.
    """
    begin, held = f"<{name}", ""
    for piece in pieces:
        held += piece
        while (at := held.find(begin)) >= 0 and (end := held.find(">", at)) >= 0:
            heard.append(held[at + len(begin) : end])
            held = held[:at].rstrip() + held[end + 1 :]
        safe = at if at >= 0 else len(held) - _begun(held, begin)
        safe = len(held[:safe].rstrip())  # The line before an element goes with it.
        if safe:
            yield held[:safe]
            held = held[safe:]
    at = held.find(begin)
    if at >= 0:
        heard.append(held[at + len(begin) :])
        held = held[:at]
    if held.strip():
        yield held


def _begun(text: str, begin: str) -> int:
    """Return how many characters at the end of a text may begin the element."""
    return next((length for length in range(len(begin) - 1, 0, -1) if text.endswith(begin[:length])), 0)
