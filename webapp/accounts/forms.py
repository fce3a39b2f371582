"""What people type about themselves."""

from typing import Self

from email_validator import EmailNotValidError, validate_email
from werkzeug.datastructures import MultiDict
from wtforms import EmailField, Field, HiddenField, PasswordField, SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import Length, ValidationError

from webapp.accounts.models import HardwareBackground, Person, SoftwareBackground, Theme
from webapp.accounts.passwords import LEAST, MOST, matches, weakness
from webapp.web.forms import Form, at_most, one_line, stated, tidy
from webapp.web.pictures import PictureField


def normal_email(typed: str) -> str:
    """Return the address as it is stored and compared. Raises EmailNotValidError."""
    return validate_email(typed, check_deliverability=False).normalized.lower()


def address(_form: Form, field: Field) -> None:
    """Validate an e-mail address, and leave it in the form in which it is stored."""
    try:
        field.data = normal_email(field.data)
    except EmailNotValidError as error:
        raise ValidationError(_sentence(field.data, str(error))) from error


def _sentence(typed: str, reason: str) -> str:
    if "@" not in typed:
        return "An address has an @ in it, as in ben@example.org."
    if "." not in typed.rpartition("@")[2]:
        return "This address has no ending, such as .org."
    return reason


class Backgrounds(Form):
    """What answers are fitted to."""

    software_background = SelectField("Software", choices=[str(b) for b in SoftwareBackground])
    hardware_background = SelectField("Hardware", choices=[str(b) for b in HardwareBackground])


def hard_to_guess(form: Form, field: Field) -> None:
    """Refuse a password that would soon be guessed by somebody who knows what the form says it is `about`."""
    if not field.errors and (reason := weakness(field.data, form.about)):
        raise ValidationError(reason)


_LENGTH = [
    Length(min=LEAST, message=f"At least {LEAST} characters. A short sentence is good."),
    at_most(MOST),
]


class SignUp(Backgrounds):
    name = StringField(
        "Name",
        filters=[one_line],
        validators=[stated("Say how we should call you."), at_most(120)],
    )
    email = EmailField("E-mail", filters=[tidy], validators=[stated("We need an address to sign you in."), address])
    password = PasswordField("Password", validators=[stated("Choose a password."), *_LENGTH, hard_to_guess])

    @property
    def about(self) -> tuple[str, ...]:
        return (self.name.data or "", self.email.data or "")


class ResetForm(Form):
    """A new password in place of one that was forgotten; `about` is whose it is."""

    about: tuple[str, ...] = ()
    password = PasswordField("New password", validators=[stated("Choose a password."), *_LENGTH, hard_to_guess])


class OwnForm(Form):
    """A form that is some person's own."""

    person: Person

    @classmethod
    def of(cls, person: Person, sent: MultiDict[str, str] | None = None) -> Self:
        """Return the form for this person, with what they sent and with only the fields that they are asked for."""
        form = cls(sent)
        form.person = person
        for name in form.left_out:
            del form[name]
        return form

    @property
    def left_out(self) -> tuple[str, ...]:
        """The fields that this person is not asked for."""
        return ()


def own_password(form: OwnForm, field: Field) -> None:
    """Refuse a password that is not the person's own."""
    if not field.errors and not matches(form.person.password_hash, field.data):
        raise ValidationError("This is not your password.")


class ConfirmedForm(OwnForm):
    """A change that asks for the account's password, where it has one."""

    current = PasswordField("Password", validators=[stated("Enter your password."), own_password])

    @property
    def about(self) -> tuple[str, ...]:
        return (self.person.name, self.person.email)

    @property
    def left_out(self) -> tuple[str, ...]:
        return () if self.person.has_password else ("current",)


class PasswordForm(ConfirmedForm):
    """A new password, and the one that it takes the place of."""

    current = PasswordField(
        "Password so far", validators=[stated("Enter the password that you have now."), own_password]
    )
    password = PasswordField("New password", validators=[stated("Choose a password."), *_LENGTH, hard_to_guess])


class ForgottenForm(Form):
    """Whose password was forgotten."""

    email = EmailField("E-mail", filters=[tidy], validators=[stated("Enter your e-mail address."), address])


class EmailForm(ConfirmedForm):
    """Another address for an account."""

    email = EmailField("New e-mail", filters=[tidy], validators=[stated("Enter the new address."), address])


class SignIn(Form):
    email = EmailField("E-mail", filters=[tidy], validators=[stated("Enter your e-mail address.")])
    password = PasswordField("Password", validators=[stated("Enter your password.")])


class CodeForm(Form):
    """A code of the app, or where one signs in, a recovery code."""

    code = StringField("Code", filters=[tidy], validators=[stated("Enter the code.")])


class ProofForm(OwnForm):
    """What shows that it is really them: their password, or a code where they have none."""

    password = PasswordField("Password", validators=[stated("Enter your password."), own_password])
    code = StringField("Code", filters=[tidy], validators=[stated("Enter a code of your app, or a recovery code.")])

    @property
    def left_out(self) -> tuple[str, ...]:
        return ("code",) if self.person.has_password else ("password",)


class PasskeyForm(Form):
    """A passkey that the browser made, and what its person calls it."""

    name = StringField(
        "Name",
        filters=[one_line],
        validators=[stated("Give it a name, such as “Telephone”."), at_most(80)],
    )
    credential = HiddenField()


class Profile(Backgrounds):
    name = StringField("Name", filters=[one_line], validators=[stated("Say how we should call you."), at_most(120)])
    theme = SelectField("Appearance", choices=[SelectChoice(str(t), t.capitalize()) for t in Theme])


class PictureForm(Form):
    picture = PictureField("Picture", validators=[stated("Choose a picture first.")])


class DeletionForm(OwnForm):
    """What is asked before an account is deleted: its password, or where there is none, its address."""

    password = PasswordField("Password", validators=[stated("Enter your password."), own_password])
    email = EmailField("E-mail", filters=[tidy], validators=[stated("Enter the address of this account.")])

    @property
    def left_out(self) -> tuple[str, ...]:
        return ("email",) if self.person.has_password else ("password",)

    def validate_email(self, field: Field) -> None:
        if field.data and field.data.lower() != self.person.email:
            raise ValidationError("This is not the address of this account.")
