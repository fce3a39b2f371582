"""The handbook's vectors by the built-in embedder, kept in a file so that nobody waits for them.

`python -m demo.vectors` writes them anew, which takes half a minute, after a chapter has changed. Each stands with the
fingerprint of the text that it is of: what the file does not know, a worker embeds as it does any document.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from webapp.ai.minilm import MiniLM
from webapp.knowledge.extraction import extract
from webapp.knowledge.ingestion import fingerprint, searched_pieces

HANDBOOK = Path(__file__).parent / "handbook"
FILE = Path(__file__).parent / "vectors.npz"
MODEL = MiniLM.name


def chapters() -> list[Path]:
    """Return the files of the handbook in their order."""
    return sorted(HANDBOOK.glob("*.md"))


def texts() -> Iterator[str]:
    """Yield what is searched of each passage."""
    for chapter in chapters():
        _title, pieces = searched_pieces(extract(chapter.read_bytes(), chapter.name), chapter.name)
        yield from (searched for _piece, searched in pieces)


def known() -> dict[bytes, list[float]]:
    """Return the vectors by fingerprint."""
    with np.load(FILE) as kept:
        return {
            row.tobytes(): vector.tolist() for row, vector in zip(kept["fingerprints"], kept["vectors"], strict=True)
        }


def write() -> int:
    """Embed every passage, keep the vectors as PostgreSQL will, in halves of a float, and return how many they are."""
    found = list(texts())
    fingerprints = np.frombuffer(b"".join(map(fingerprint, found)), np.uint8).reshape(len(found), -1)
    np.savez_compressed(FILE, fingerprints=fingerprints, vectors=np.asarray(MiniLM().embed(found), np.float16))
    return len(found)


if __name__ == "__main__":
    print(f"{write()} vectors are in {FILE.name}.")
