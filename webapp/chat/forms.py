"""What people type about a conversation."""

from wtforms import BooleanField, StringField

from webapp.web.forms import Form, at_most, one_line, stated


class TitleForm(Form):
    """A conversation's name."""

    title = StringField(
        "Title",
        filters=[one_line],
        validators=[stated("Give it a name."), at_most(200)],
    )


class ShareForm(Form):
    """How a conversation is shared."""

    named = BooleanField("Show my name above it")
