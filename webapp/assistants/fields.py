"""Fields of settings: numbers as people type them, and bounds that say themselves."""

from wtforms import FloatField, IntegerField
from wtforms.validators import NumberRange


class WholeNumber(IntegerField):  # type: ignore[misc]  # WTForms carries no types.
    """A count."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError("Enter a whole number.") from None


class Number(FloatField):  # type: ignore[misc]
    """A number, with a point or with a comma."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata([value.replace(",", ".") for value in valuelist])
        except ValueError:
            raise ValueError("Enter a number.") from None


def between(least: float, most: float) -> NumberRange:
    """Return a validator of bounds that says them."""
    return NumberRange(least, most, message=f"Between {least:,} and {most:,}.")
