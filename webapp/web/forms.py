"""Forms: WTForms over what was sent, without tokens (see `origin.py`)."""

import re
import unicodedata
from typing import Any, Self

import wtforms
from flask import request
from werkzeug.datastructures import CombinedMultiDict
from wtforms import Field
from wtforms.validators import Length, ValidationError


class Form(wtforms.Form):  # type: ignore[misc]  # WTForms carries no types.
    """A form that fills itself from the request."""

    @classmethod
    def sent(cls, **options: Any) -> Self:
        """Return the form with what the request sent, text and files."""
        return cls(CombinedMultiDict([request.files, request.form]), **options)


def stated(sentence: str):  # type: ignore[no-untyped-def]  # WTForms' validators carry no types.
    """Return a validator that asks for the field in our words."""

    def check(_form: Form, field: Field) -> None:
        if not field.data and not field.process_errors:
            raise ValidationError(sentence)

    return check


def at_most(count: int) -> Length:
    """Return a validator of length that says it in our words."""
    return Length(max=count, message=f"At most {count:,} characters.")


_ADDRESS = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def part_of_address(_form: Form, field: Field) -> None:
    """Validate what is to stand in addresses."""
    if field.data and not _ADDRESS.fullmatch(field.data):
        raise ValidationError("Small letters, digits, and hyphens between them, as in city-clinic.")


def tidy_address(typed: str | None) -> str:
    """Return what was typed as a part of an address, as far as that is a matter of case and margins."""
    return tidy(typed).lower()


def one_line(value: str | None) -> str:
    """Return text without line ends."""
    return " ".join(tidy(value).split())


def tidy(value: str | None) -> str:
    """Return text as it should be stored: composed, with plain line ends, without control characters or margins."""
    composed = unicodedata.normalize("NFC", value or "").replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in composed if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs"}).strip()
