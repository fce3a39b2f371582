"""Fields of settings: numbers as people type them, one thing to a line, and bounds that say themselves."""

from typing import Any

from wtforms import FloatField, IntegerField, TextAreaField
from wtforms.validators import NumberRange, ValidationError

from webapp.web.forms import one_line, tidy


class Lines(TextAreaField):  # type: ignore[misc]  # WTForms carries no types.
    """One thing to a line, nothing twice: at most `count` of these `things`, none longer than `longest`."""

    def __init__(self, label: str = "", *, count: int, longest: int, things: str, **options: Any) -> None:
        super().__init__(label, **options)
        self.count, self.longest, self.things = count, longest, things

    @property
    def lines(self) -> list[str]:
        """What stands in the lines."""
        return self.data.split("\n") if self.data else []

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = (one_line(line) for value in valuelist for line in tidy(value).split("\n"))
        self.data = "\n".join(dict.fromkeys(line for line in typed if line))

    def pre_validate(self, _form: Any) -> None:
        if len(self.lines) > self.count:
            raise ValidationError(f"At most {self.count} {self.things}; these are {len(self.lines)}.")
        if any(len(line) > self.longest for line in self.lines):
            raise ValidationError(f"At most {self.longest} characters in a line.")


class WholeNumber(IntegerField):  # type: ignore[misc]
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
