"""How an answer reaches its viewers: as events for pages with script, as a page that takes its time for those without.

Both read the same live answer. Every connection begins with a snapshot, so whoever comes late, or comes back, sees
what is there and goes on from it. No connection to the database is held while there is nothing to read from it.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from uuid import UUID

import gevent
from sqlalchemy import select

from webapp.accounts.presence import presence
from webapp.chat.citations import links_of
from webapp.chat.live import LiveAnswer, live_answers
from webapp.chat.mirror import mirror
from webapp.chat.models import UNFINISHED, Message
from webapp.chat.presentation import Answer
from webapp.chat.recovery import recover
from webapp.extensions import db
from webapp.web.sse import COMMENT, DONE, event, partial

COMMENT_EVERY = 15.0
ASK_EVERY = 5.0

Ending = Callable[[Answer | None], str]


def live_answer(message: Message) -> LiveAnswer | None:
    """Return what is to be followed of an answer: the one that this process writes, or an empty copy; None if ended."""
    if not message.unfinished:
        return None
    own = live_answers().own.get(message.id)
    if own is None:
        own = LiveAnswer(message.id, message.organization_id)
        own.cite(links_of(message.id))
    return own


def events(message_id: UUID, answer: LiveAnswer | None, ending: Ending) -> Iterator[str]:
    """Yield the events of one answer until it has ended; None is one that has.

    `ending` renders its finished form: of the answer as it was made in this process, or, given None, as it was saved.
    """
    name = f"answer_{message_id.hex}"
    seen: LiveAnswer | None = None
    shown = -1
    for live in _following(answer) if answer else ():
        if live is None:
            yield COMMENT
            continue
        finished, growing = live.blocks()
        yield event(_change(name, shown, finished, growing), len(live.text))
        seen, shown = live, len(finished)
    yield event(ending(seen.finished if seen else None))
    yield DONE


def _change(name: str, shown: int, finished: Sequence[str], growing: str) -> str:
    """Return what brings a page that shows so many finished blocks up to date; all of them where it shows none yet."""
    fresh = "".join(finished[max(shown, 0) :])
    parts = partial(f"#{name}_growing", "innerHTML", growing)
    if shown < 0:
        return partial(f"#{name}_done", "innerHTML", fresh) + parts
    return (partial(f"#{name}_done", "beforeend", fresh) if fresh else "") + parts


def pages(
    parts: tuple[str, str, str], answer: LiveAnswer | None, finish: Callable[[int], tuple[str, str]]
) -> Iterator[str]:
    """Yield a whole page in pieces: what stands before the answer, its blocks as they are finished, and the rest.

    `parts` are the page before the text, between text and end, and after it. `finish(shown)` returns the blocks that
    were not shown yet, and what follows the answer.
    """
    before, between, after = parts
    yield before
    shown = 0
    for live in _following(answer) if answer else ():
        if live is None:
            yield "<!-- still writing -->\n"
        else:
            finished, _ = live.blocks()
            yield "".join(finished[shown:])
            shown = len(finished)
    rest, ending = finish(shown)
    yield rest + between + ending + after


def _following(answer: LiveAnswer) -> Iterator[LiveAnswer | None]:
    """Yield the live answer each time it has something new, and None every 15 s of silence; end with the answer."""
    db.session.remove()
    with presence().staying():
        if answer.turn is not None:
            yield from _changes(answer)
            return
        with mirror().following(answer) as shared:
            yield from _changes(shared)


def _changes(live: LiveAnswer) -> Iterator[LiveAnswer | None]:
    pace = live_answers().pace
    seen, spoke, asked = -1, time.monotonic(), time.monotonic()
    while True:
        ended = live.ended
        if len(live.text) > seen and (live.text or not ended):
            seen = len(live.text)
            yield live
            spoke = time.monotonic()
        elif ended:
            return
        if len(live.text) == seen and not live.ended:  # It may have gone on while the last change was on its way.
            live.wait(ASK_EVERY)
        early = pace.frame - (time.monotonic() - spoke)
        if early > 0 and seen and not live.ended:
            pace.sleep(early, live.wait_for_last_word)
        if len(live.text) == seen and not live.ended:
            if time.monotonic() - asked >= ASK_EVERY or live.orphaned:
                asked = time.monotonic()
                if _over(live):
                    return
            if time.monotonic() - spoke >= COMMENT_EVERY:
                spoke = time.monotonic()
                yield None


def _over(live: LiveAnswer) -> bool:
    """Ask PostgreSQL whether the answer ended without our hearing of it, and recover it if its process died."""
    if live.id in live_answers().own:
        return False
    state = db.session.scalar(select(Message.state).where(Message.id == live.id))
    over = state not in UNFINISHED or recover(live.id)
    live.orphaned = False
    db.session.remove()
    if not over:
        gevent.sleep(1)
    return over
