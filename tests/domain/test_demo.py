"""The demo comes with the vectors of its handbook."""

import pytest

from demo import vectors
from webapp.ai.minilm import MiniLM
from webapp.knowledge.ingestion import fingerprint


def test_every_passage_of_the_handbook_comes_with_its_vector() -> None:
    texts, known = list(vectors.texts()), vectors.known()
    assert {fingerprint(text) for text in texts} == set(known), "write them anew: python -m demo.vectors"
    for text in texts[:: len(texts) // 3]:
        assert known[fingerprint(text)] == pytest.approx(MiniLM().embed([text])[0], abs=1e-3)
