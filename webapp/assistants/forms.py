"""What people write to an assistant."""

from wtforms import TextAreaField
from wtforms.validators import Length

from webapp.accounts.forms import stated
from webapp.web.forms import Form, tidy

LONGEST = 5000


class MessageForm(Form):
    """A question."""

    message = TextAreaField(
        "Your question",
        filters=[tidy],
        validators=[
            stated("Write a question first."),
            Length(max=LONGEST, message=f"At most {LONGEST:,} characters. Ask about one part first."),
        ],
    )
