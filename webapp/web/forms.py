"""Forms: WTForms over what was sent, without tokens (see `origin.py`)."""

import unicodedata
from typing import Any, Self

import wtforms
from flask import request
from werkzeug.datastructures import CombinedMultiDict


class Form(wtforms.Form):  # type: ignore[misc]  # WTForms carries no types.
    """A form that fills itself from the request."""

    @classmethod
    def sent(cls, **options: Any) -> Self:
        """Return the form with what the request sent, text and files."""
        return cls(CombinedMultiDict([request.files, request.form]), **options)


def tidy(value: str | None) -> str:
    """Return text as it should be stored: composed, with plain line ends, without control characters or margins."""
    composed = unicodedata.normalize("NFC", value or "").replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in composed if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs"}).strip()
