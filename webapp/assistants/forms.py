"""What people write to an assistant, and what admins decide about one."""

import re
from collections.abc import Sequence
from typing import Any, Self

from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields import SelectChoice
from wtforms.validators import AnyOf, Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput

from webapp.assistants.fields import Lines, Number, WholeNumber, between
from webapp.assistants.models import AnswerLength, Assistant, Audience, Hue
from webapp.assistants.presets import PRESETS, Preset
from webapp.extensions import settings
from webapp.knowledge.documents import DEFAULT_COLLECTION
from webapp.knowledge.models import Collection
from webapp.organizations.models import Organization
from webapp.web.forms import Form, at_most, one_line, part_of_address, stated, tidy, tidy_address
from webapp.web.pictures import PictureField

LONGEST = 5000


def _message(label: str, missing: str, too_long: str) -> TextAreaField:
    most = Length(max=LONGEST, message=f"At most {LONGEST:,} characters. {too_long}")
    return TextAreaField(label, filters=[tidy], validators=[stated(missing), most])


class MessageForm(Form):
    """A question."""

    message = _message("Your question", "Write a question first.", "Ask about one part first.")


class LineForm(MessageForm):
    """What one says to a customer."""

    message = _message("What you say", "Say something first.", "Nobody listens that long.")


MOST_PASSAGES, MOST_HISTORY = 9, 40
LEAST_TOKENS, MOST_TOKENS = 50, 8000
DOCUMENTS, GENERAL = "documents", "general"
_MODEL = re.compile(r"[\w.:/@+-]*")


class AssistantForm(Form):
    """Everything about an assistant that its admins decide."""

    name = StringField("Name", filters=[one_line], validators=[stated("Give it a name."), at_most(120)])
    slug = StringField(
        "Address", filters=[tidy_address], validators=[stated("Give it an address."), at_most(60), part_of_address]
    )
    picture = PictureField("Picture")
    picture_removal = BooleanField("Take the picture away")
    hue = SelectField("Colour", choices=[SelectChoice(str(hue), hue.capitalize()) for hue in Hue])
    tagline = StringField("In one sentence", filters=[one_line], validators=[at_most(300)])
    greeting = TextAreaField("Greeting", filters=[tidy], validators=[at_most(500)])
    suggestions = Lines("Suggested questions", count=8, longest=200, things="questions")

    instructions = TextAreaField("Instructions", filters=[tidy], validators=[at_most(8000)])
    knowledge = RadioField(
        "What it may answer from",
        choices=[
            SelectChoice(DOCUMENTS, "Only from the documents"),
            SelectChoice(GENERAL, "Also from general knowledge"),
        ],
        default=DOCUMENTS,
    )
    answer_length = SelectField(
        "Length of an answer",
        choices=[SelectChoice(str(length), length.capitalize()) for length in AnswerLength],
    )
    answer_tokens = WholeNumber(
        "At most so many tokens", validators=[Optional(), between(LEAST_TOKENS, MOST_TOKENS)], default=None
    )
    model = StringField("Model", filters=[one_line], validators=[at_most(200)])
    temperature = Number("Temperature", validators=[between(0, 2)])

    collections = SelectMultipleField("Collections", option_widget=CheckboxInput())
    collection_name = StringField("A new collection", filters=[one_line], validators=[at_most(120)])
    passage_limit = WholeNumber("Passages for an answer", validators=[between(1, MOST_PASSAGES)])
    history_limit = WholeNumber("Earlier messages", validators=[between(0, MOST_HISTORY)])

    audience = RadioField(
        "Who may ask it",
        choices=[
            SelectChoice(str(Audience.ORGANIZATION), "The people of this organization"),
            SelectChoice(str(Audience.SIGNED_IN), "Anyone with an account"),
            SelectChoice(str(Audience.ANYONE), "Anyone, also without an account"),
        ],
    )
    preset = HiddenField(validators=[AnyOf(PRESETS)], default="blank")

    def offering(self, collections: Sequence[Collection]) -> Self:
        """Offer these collections."""
        self.collections.choices = [SelectChoice(str(collection.id), collection.name) for collection in collections]
        return self

    @classmethod
    def beginning(cls, preset: Preset, organization: Organization, collections: Sequence[Collection]) -> Self:
        """Return the form for a new assistant of the organization. Its oldest collection is chosen, for a start."""
        oldest = sorted(str(collection.id) for collection in collections)[:1]
        filled = {name: getattr(preset, name) for name in _BEGINS_WITH}
        return cls(
            data=filled
            | {
                "preset": preset.key,
                "slug": f"{organization.slug}-{preset.key}"[-60:].strip("-"),
                "suggestions": "\n".join(preset.suggestions),
                "collections": oldest,
                "collection_name": "" if collections else DEFAULT_COLLECTION,
                "passage_limit": 5,
                "history_limit": 10,
            }
        )

    @classmethod
    def of(cls, assistant: Assistant) -> Self:
        """Return the form with what an assistant is."""
        return cls(
            data={name: getattr(assistant, name) for name in COLUMNS}
            | {
                "suggestions": "\n".join(assistant.suggestions),
                "knowledge": GENERAL if assistant.general_knowledge else DOCUMENTS,
                "collections": [str(collection.id) for collection in assistant.collections],
            }
        )

    @property
    def settings(self) -> dict[str, Any]:
        """What the assistant's columns are to be."""
        return {name: self[name].data for name in COLUMNS} | {
            "suggestions": self.suggestions.lines,
            "general_knowledge": self.knowledge.data == GENERAL,
        }

    def validate_model(self, field: Field) -> None:
        if not _MODEL.fullmatch(field.data):
            raise ValidationError("A model's name has no spaces, as in gpt-4o-mini or openai/gpt-4o.")


def assistant_form() -> type[AssistantForm]:
    """Return the form as the deployment's settings have it: any model's name, or a choice of those that it offers."""
    return _FormWithModels if settings().offered_models else AssistantForm


def _models() -> list[SelectChoice]:
    own, *others = settings().offered_models
    return [SelectChoice("", f"The deployment’s own, {own}"), *(SelectChoice(name, name) for name in others)]


def _model(value: str | None) -> str:
    """Return a model as the form has it: the deployment's own is none in particular."""
    return "" if not value or value == settings().llm_model else value


class _FormWithModels(AssistantForm):
    model = SelectField("Model", choices=_models, coerce=_model)

    @property
    def withdrawn_model(self) -> str:
        """The model that the assistant was given when it could still be chosen."""
        return "" if settings().model_for(self.model.data) else self.model.data


COLUMNS = (
    "name",
    "slug",
    "hue",
    "tagline",
    "greeting",
    "suggestions",
    "instructions",
    "answer_length",
    "answer_tokens",
    "model",
    "temperature",
    "passage_limit",
    "history_limit",
    "audience",
)
_BEGINS_WITH = (
    "name",
    "tagline",
    "greeting",
    "instructions",
    "audience",
    "temperature",
    "answer_length",
    "hue",
)
