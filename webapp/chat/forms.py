"""What people type about a conversation."""

from wtforms import StringField
from wtforms.validators import Length

from webapp.accounts.forms import stated
from webapp.web.forms import Form, tidy


class TitleForm(Form):
    """A conversation's name."""

    title = StringField(
        "Title",
        filters=[tidy],
        validators=[stated("Give it a name."), Length(max=200, message="At most 200 characters.")],
    )
