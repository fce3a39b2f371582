"""What an admin types about people."""

from wtforms import EmailField, SelectField
from wtforms.fields import SelectChoice

from webapp.accounts.forms import address, stated
from webapp.organizations.models import Role
from webapp.web.forms import Form, tidy

ROLES = [SelectChoice(str(Role.MEMBER), "Member"), SelectChoice(str(Role.ADMIN), "Admin")]


class RoleForm(Form):
    """What somebody may do in an organization."""

    role = SelectField("Role", choices=ROLES)


class InvitationForm(RoleForm):
    """Somebody who is to join."""

    email = EmailField("E-mail", filters=[tidy], validators=[stated("Enter the address to invite."), address])
