"""What somebody looks for among the entries."""

from uuid import UUID

from flask import request
from wtforms import DateField, SearchField, SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import Optional

from webapp.audit.reading import WORDS, Wanted
from webapp.web.forms import Form, tidy


class Day(DateField):  # type: ignore[misc]  # WTForms carries no types.
    """A day, which says in our words that it is none."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError("Write the day as 2026-11-30.") from error


class AuditFilter(Form):
    """Which entries are wanted. It is sent as a query, so that the answer has an address."""

    action = SelectField(
        "What",
        choices=[SelectChoice("", "Anything"), *(SelectChoice(str(name), words) for name, words in WORDS.items())],
        validate_choice=False,
    )
    actor = SearchField("By", filters=[tidy])
    since = Day("From", validators=[Optional()])
    until = Day("To", validators=[Optional()])
    words = SearchField("About", filters=[tidy])

    def wanted(self, organization_id: UUID | None, *, everything: bool = False) -> Wanted:
        """Return what to look for; a field that could not be read asks for nothing."""
        return Wanted(
            organization_id=organization_id,
            everything=everything,
            action=self.action.data or "",
            actor=(self.actor.data or "")[:120],
            since=None if self.since.errors else self.since.data,
            until=None if self.until.errors else self.until.data,
            words=(self.words.data or "")[:320],
        )

    @property
    def asked(self) -> dict[str, str]:
        """Return what was asked, for the address of another page."""
        return {name: value for name in self._fields if (value := request.args.get(name))}


def page_number() -> int:
    """Return which page is asked for: the first where nothing sensible is."""
    asked = request.args.get("page", "")
    return min(max(int(asked), 1), 100_000) if asked.isascii() and asked.isdigit() and len(asked) < 10 else 1  # noqa: PLR2004
