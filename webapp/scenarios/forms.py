"""What admins decide about a scenario."""

from collections.abc import Sequence
from typing import Any, Self
from uuid import UUID

from wtforms import SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice

from webapp.assistants.fields import Lines
from webapp.assistants.models import Assistant
from webapp.scenarios.models import SCENE, Difficulty, Scenario
from webapp.scenarios.supplied import Supplied
from webapp.web.forms import Form, at_most, one_line, stated, tidy


class ScenarioForm(Form):
    """A customer, what they hold back, and what the trainee is to reach."""

    title = StringField("Title", filters=[one_line], validators=[stated("Give it a title."), at_most(120)])
    assistant = SelectField("Who plays the customer")
    difficulty = SelectField("Difficulty", choices=[SelectChoice(str(each), each.capitalize()) for each in Difficulty])
    goal = TextAreaField("Goal", filters=[tidy], validators=[stated("Say what the trainee is to reach."), at_most(500)])

    customer = StringField(
        "Name of the customer", filters=[one_line], validators=[stated("Give the customer a name."), at_most(80)]
    )
    persona = TextAreaField(
        "Who the customer is", filters=[tidy], validators=[stated("Say who the customer is."), at_most(2000)]
    )
    situation = TextAreaField(
        "Situation", filters=[tidy], validators=[stated("Say why the customer has come."), at_most(2000)]
    )
    mood = StringField("Mood", filters=[one_line], validators=[at_most(200)])
    objections = Lines("What the customer holds back", count=8, longest=300, things="objections")
    opening_line = TextAreaField(
        "First line", filters=[tidy], validators=[stated("Write what the customer says first."), at_most(500)]
    )

    checks = Lines("Checks for the scorecard", count=10, longest=300, things="checks")

    def offering(self, trainers: Sequence[Assistant]) -> Self:
        """Offer these assistants."""
        self.assistant.choices = [SelectChoice(str(assistant.id), assistant.name) for assistant in trainers]
        return self

    @classmethod
    def beginning(cls, supplied: Supplied | None, assistant: UUID | None) -> Self:
        """Return the form for a new scenario, empty or with one that comes with the product."""
        return cls(data=_filled(supplied) | {"assistant": assistant and str(assistant)})

    @classmethod
    def of(cls, scenario: Scenario) -> Self:
        """Return the form with what a scenario is."""
        return cls(data=_filled(scenario) | {"assistant": str(scenario.assistant_id)})

    @property
    def columns(self) -> dict[str, Any]:
        """What the scenario's columns are to be."""
        return {name: self[name].data for name in SCENE} | {
            "objections": self.objections.lines,
            "checks": self.checks.lines,
        }


def _filled(source: Scenario | Supplied | None) -> dict[str, Any]:
    if source is None:
        return {"difficulty": Difficulty.MEDIUM}
    return {name: getattr(source, name) for name in SCENE} | {
        name: "\n".join(getattr(source, name)) for name in ("objections", "checks")
    }
