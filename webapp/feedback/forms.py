"""What readers say of an answer, and what admins make of it."""

from collections.abc import Sequence
from typing import Self

from wtforms import Field, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import AnyOf, Optional, ValidationError

from webapp.feedback.correcting import Piece
from webapp.feedback.models import Reason, ReportState, Thumb
from webapp.web.forms import Form, at_most, one_line, stated, tidy

NONE = "none"
REASONS = {
    Reason.MISSING: "Not in the documents",
    Reason.WRONG: "Wrong",
    Reason.UNCLEAR: "Hard to understand",
    Reason.TOO_LONG: "Too long",
    Reason.OTHER: "Something else",
}


class ThumbForm(Form):
    """A thumb up or down, or none any more; of one that points down perhaps a reason."""

    thumb = HiddenField(validators=[AnyOf([*Thumb, NONE])])
    reason = HiddenField(validators=[Optional(), AnyOf([*Reason])])
    words = StringField("What was it?", filters=[one_line], validators=[at_most(500)])


class ReportForm(Form):
    """What is inaccurate in an answer."""

    note = TextAreaField(
        "What is inaccurate?",
        filters=[tidy],
        validators=[stated("Say what is inaccurate, in a sentence or two."), at_most(2000)],
    )


class ResolutionForm(Form):
    """What became of a report."""

    state = RadioField(
        "What became of it",
        choices=[
            SelectChoice(str(ReportState.FIXED), "Fixed"),
            SelectChoice(str(ReportState.NOT_A_FAULT), "Not a fault"),
            SelectChoice(str(ReportState.DUPLICATE), "A duplicate of another report"),
        ],
        validate_choice=False,
    )
    duplicate_of = SelectField("Which other report", validate_choice=False)
    resolution = TextAreaField("A word to whoever reported it", filters=[tidy], validators=[at_most(1000)])

    def offering(self, others: Sequence[tuple[str, str]]) -> Self:
        """Offer these reports, ids and words, as the one that this is a duplicate of."""
        self.duplicate_of.choices = [SelectChoice("", "Choose one")] + [SelectChoice(*other) for other in others]
        return self

    def validate_state(self, field: Field) -> None:
        if field.data not in {choice.value for choice in field.choices}:
            raise ValidationError("Choose what became of it.")

    def validate_duplicate_of(self, field: Field) -> None:
        offered = {choice.value for choice in field.choices if choice.value}
        if self.state.data == ReportState.DUPLICATE and field.data not in offered:
            raise ValidationError("Choose the report that this is a duplicate of.")


class PieceForm(Form):
    """A piece of knowledge that an admin writes."""

    title = StringField(
        "Title", filters=[one_line], validators=[stated("Give it a title: best the question."), at_most(200)]
    )
    text = TextAreaField(
        "What the documents should say",
        filters=[tidy],
        validators=[stated("Write what they should say."), at_most(20_000)],
    )

    @property
    def piece(self) -> Piece:
        """What was written."""
        return Piece(self.title.data or "", self.text.data or "")
