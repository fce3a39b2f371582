"""What an admin types about people, and about the organization itself."""

from wtforms import BooleanField, ColorField, EmailField, Field, SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import ValidationError

from webapp.accounts.forms import address
from webapp.organizations.accents import NoColour, colour
from webapp.organizations.models import Role
from webapp.web.forms import Form, at_most, one_line, part_of_address, stated, tidy, tidy_address
from webapp.web.pictures import PictureField

ROLES = [SelectChoice(str(Role.MEMBER), "Member"), SelectChoice(str(Role.ADMIN), "Admin")]


class RoleForm(Form):
    """What somebody may do in an organization."""

    role = SelectField("Role", choices=ROLES)


class InvitationForm(RoleForm):
    """Somebody who is to join."""

    email = EmailField("E-mail", filters=[tidy], validators=[stated("Enter the address to invite."), address])


class Named(Form):
    """An organization by its name and its address."""

    name = StringField(
        "Name",
        filters=[one_line],
        validators=[stated("Say what it is called."), at_most(120)],
    )
    slug = StringField(
        "Address",
        filters=[tidy_address],
        validators=[
            stated("Say what stands in its addresses."),
            at_most(50),
            part_of_address,
        ],
    )


class OrganizationForm(Named):
    """A new organization, and who is to run it."""

    email = EmailField(
        "E-mail of its first admin", filters=[tidy], validators=[stated("Say who is to run it."), address]
    )


class SettingsForm(Named):
    """What an organization is called and looks like."""

    own_accent = BooleanField("Use a colour of its own")
    accent = ColorField("Colour", filters=[tidy])
    logo = PictureField("Picture")
    remove_logo = BooleanField("Remove the logo")

    def validate_accent(self, field: Field) -> None:
        """Leave the colour as it is stored."""
        if self.own_accent.data:
            try:
                field.data = colour(field.data or "")
            except NoColour as error:
                raise ValidationError("Write the colour as #2f6f4f.") from error


class DeletionForm(Form):
    """The organization's address, typed by somebody who means it."""

    slug = StringField("Its address", filters=[tidy_address])
