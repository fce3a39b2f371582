"""Vectors from any endpoint that speaks OpenAI's embeddings.

Vectors are asked for in base64 and decoded by `array`; lists of numbers, which many servers send whatever they are
asked, are taken as well. Nothing passes through pydantic: it would look at each number.
"""

from __future__ import annotations

import json
import math
import sys
from array import array
from base64 import b64decode
from typing import TYPE_CHECKING, Any

import httpx2

from webapp.ai import errors
from webapp.ai.endpoint import OPENAI, ErrorInside, Patience, Timeouts, connect, translated

if TYPE_CHECKING:
    import ssl
    from collections.abc import Sequence


class OpenAIEmbeddings:
    """An embedding model behind an OpenAI-compatible endpoint."""

    def __init__(  # noqa: PLR0913  # Settings, all by name.
        self,
        *,
        api_key: str,
        model: str,
        dimensions: int,
        base_url: str = OPENAI,
        batch: int = 64,
        timeouts: Timeouts | None = None,
        verify: ssl.SSLContext | None = None,
    ) -> None:
        self.name = model
        self.dimensions = dimensions
        self._batch = batch
        self._timeouts = timeouts or Timeouts()
        self._client = connect(api_key, base_url, self._timeouts, verify)

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """Return one vector of unit length for each text, in order; passing failures are tried again twice."""
        vectors: list[list[float]] = []
        for start in range(0, len(texts), self._batch):
            vectors += self._embed_patiently(texts[start : start + self._batch])
        return vectors

    def close(self) -> None:
        """Close idle connections."""
        self._client.close()

    def _embed_patiently(self, texts: Sequence[str]) -> list[list[float]]:
        patience = Patience(self._timeouts.first)
        while True:
            try:
                with translated(self._client):
                    return self._embed_once(texts)
            except errors.ProviderError as error:
                patience.bear(error)

    def _embed_once(self, texts: Sequence[str]) -> list[list[float]]:
        # Only this family can be shortened; other models answer 400 to the field.
        shorter: dict[str, Any] = {"dimensions": self.dimensions} if "text-embedding-3" in self.name else {}
        wanted = {
            "model": self.name,
            "input": [text or " " for text in texts],  # An empty text is refused, and with it its whole batch.
            "encoding_format": "base64",
            **shorter,
        }
        response = self._client.post("/embeddings", body=wanted, cast_to=httpx2.Response)
        vectors = _vectors(response.content)
        if len(vectors) != len(texts):
            raise errors.Garbage
        if any(len(vector) != self.dimensions for vector in vectors):
            raise errors.WrongDimensions
        return vectors


def _vectors(body: bytes) -> list[list[float]]:
    """Return the vectors of a response in the order of their texts."""
    try:
        answer = json.loads(body)
        if answer.get("error"):  # Some gateways put it under status 200.
            raise ErrorInside(answer)
        data = sorted(answer["data"], key=lambda entry: entry.get("index", 0))
        return [_unit(_numbers(entry["embedding"])) for entry in data]
    except (ValueError, TypeError, KeyError, AttributeError):
        raise errors.Garbage from None


def _numbers(embedding: str | list[float]) -> list[float]:
    if not isinstance(embedding, str):
        return [float(number) for number in embedding]
    numbers = array("f", b64decode(embedding, validate=True))
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers.tolist()


def _unit(numbers: list[float]) -> list[float]:
    length = math.hypot(*numbers)
    if not math.isfinite(length):
        raise errors.Garbage
    as_it_is = not length or math.isclose(length, 1, rel_tol=1e-6)  # OpenAI's own have that length already.
    return numbers if as_it_is else [number / length for number in numbers]
