"""What a trainee and an admin write about a check."""

from wtforms import RadioField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import ValidationError

from webapp.scorecards.models import Verdict
from webapp.web.forms import Form, at_most, stated, tidy

RULINGS = [SelectChoice(str(Verdict.YES), "Yes"), SelectChoice(str(Verdict.NO), "No")]


class DisputeForm(Form):
    """Why a check is wrong."""

    reason = TextAreaField(
        "What did the marking miss?",
        filters=[tidy],
        validators=[stated("Say in a sentence what is wrong about it."), at_most(1000)],
    )


class RulingForm(Form):
    """What an admin decides."""

    verdict = RadioField("Was it done?", choices=RULINGS, validate_choice=False)
    note = TextAreaField("A word to the trainee", filters=[tidy], validators=[at_most(1000)])

    def validate_verdict(self, field: RadioField) -> None:
        """Ask for one of the two."""
        stated("Choose yes or no.")(self, field)
        if field.data not in {Verdict.YES, Verdict.NO}:
            raise ValidationError("Choose yes or no.")
