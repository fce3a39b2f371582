"""What admins type about a collection."""

from wtforms import StringField

from webapp.web.forms import Form, at_most, one_line, stated


class NameForm(Form):
    """What a collection is called, and so the title of its book."""

    name = StringField("Name", filters=[one_line], validators=[stated("Give it a name."), at_most(120)])
