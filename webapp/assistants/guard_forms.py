"""What admins decide about an assistant's guard."""

from typing import Any, Self

from wtforms import BooleanField, Field, FieldList, FormField, StringField, TextAreaField
from wtforms.validators import ValidationError

from webapp.assistants.fields import Lines
from webapp.assistants.models import Assistant
from webapp.guard import Guard, guards
from webapp.web.forms import Form, at_most, one_line, tidy

MOST_FIXED, EMPTY_ONES = 20, 2
WORDS = ("topic", "offer", "entry", "disclaimer", "afterwards", "instruction")
LISTS = ("inside", "outside", "blocked")
SWITCHES = ("emergencies", "health")


class FixedForm(Form):
    """Phrases, and what is always answered to them. Both are stated, or neither."""

    phrases = Lines("Phrases", count=20, longest=100, things="phrases")
    answer = TextAreaField("Answer", filters=[tidy], validators=[at_most(2000)])

    def validate_phrases(self, field: Field) -> None:
        if self.answer.data and not field.data:
            raise ValidationError("Which phrases is this the answer to?")

    def validate_answer(self, field: Field) -> None:
        if self.phrases.data and not field.data:
            raise ValidationError("What is to be answered?")


class GuardForm(Form):
    """The values that are added to the guard of an assistant's preset; `base` is that guard, or None."""

    base: Guard | None = None

    guarded = BooleanField("Let a guard decide what this assistant answers")
    topic = StringField("What it answers questions about", filters=[one_line], validators=[at_most(200)])
    offer = StringField("What one could ask instead", filters=[one_line], validators=[at_most(300)])
    inside = Lines("Questions that belong", count=60, longest=300, things="questions")
    outside = Lines("Questions that do not", count=60, longest=300, things="questions")
    emergencies = BooleanField("Look for emergencies first")
    health = BooleanField("Its scope is health and medicine")

    blocked = Lines("Blocked phrases", count=100, longest=100, things="phrases")
    fixed = FieldList(FormField(FixedForm), "Fixed answers", max_entries=MOST_FIXED)

    entry = TextAreaField("Before the first question", filters=[tidy], validators=[at_most(1000)])
    disclaimer = StringField("Below each answer", filters=[one_line], validators=[at_most(300)])
    afterwards = TextAreaField("Below a personal answer", filters=[tidy], validators=[at_most(600)])
    instruction = TextAreaField("What the model is told besides", filters=[tidy], validators=[at_most(4000)])

    @classmethod
    def of(cls, assistant: Assistant) -> Self:
        """Return the form with what is added for an assistant, and with room for further fixed answers."""
        values = assistant.guard
        fixed = [row | {"phrases": "\n".join(row["phrases"])} for row in values.get("fixed", ())]
        form = cls(
            data={name: values.get(name, "") for name in WORDS}
            | {name: "\n".join(values.get(name, ())) for name in LISTS}
            | {name: values.get(name, False) for name in SWITCHES}
            | {"guarded": assistant.guarded_by is not None, "fixed": fixed}
        )
        form.base = guards.of_preset(assistant.preset)
        for _ in range(min(EMPTY_ONES, MOST_FIXED - len(fixed))):
            form.fixed.append_entry()
        return form

    @classmethod
    def sent_for(cls, assistant: Assistant) -> Self:
        """Return the form with what the request sent."""
        form = cls.sent()
        form.base = guards.of_preset(assistant.preset)
        return form

    @property
    def values(self) -> dict[str, Any]:
        """What is stated, as the assistant keeps it. A guard that is switched off keeps its words."""
        stated: dict[str, Any] = {name: self[name].data for name in WORDS if self[name].data}
        stated |= {name: self[name].lines for name in LISTS if self[name].data}
        pairs = [{"phrases": pair.phrases.lines, "answer": pair.answer.data} for pair in self.fixed if pair.answer.data]
        if pairs:
            stated["fixed"] = pairs
        if self.base:
            return stated
        stated |= {name: True for name in SWITCHES if self[name].data}
        return stated | {guards.OFF: True} if stated and not self.guarded.data else stated

    def validate_topic(self, field: Field) -> None:
        if not field.data and self.guarded.data and not self.base:
            raise ValidationError("Say what it answers questions about.")
