"""What people type about themselves."""

from typing import Self

from email_validator import EmailNotValidError, validate_email
from werkzeug.datastructures import MultiDict
from wtforms import EmailField, Field, HiddenField, PasswordField, SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import Length, ValidationError

from webapp.accounts.models import HardwareBackground, Person, SoftwareBackground, Theme
from webapp.accounts.passwords import LEAST, MOST, matches, weakness
from webapp.web.forms import Form, tidy
from webapp.web.pictures import PictureField


def stated(sentence: str):  # type: ignore[no-untyped-def]  # WTForms' validators carry no types.
    """Return a validator that asks for the field in our words."""

    def check(_form: Form, field: Field) -> None:
        if not field.data:
            raise ValidationError(sentence)

    return check


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
    Length(max=MOST, message=f"At most {MOST} characters."),
]


class SignUp(Backgrounds):
    name = StringField(
        "Name",
        filters=[tidy],
        validators=[stated("Say how we should call you."), Length(max=120, message="At most 120 characters.")],
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


class ConfirmedForm(Form):
    """A change that asks for the account's password, where it has one; `about` is whose it is."""

    about: tuple[str, ...] = ()
    current = PasswordField("Password", validators=[stated("Enter your password.")])

    @classmethod
    def of(cls, person: Person, sent: MultiDict[str, str] | None = None) -> Self:
        """Return the form for this person, with what they sent."""
        form = cls(sent)
        form.about = (person.name, person.email)
        if not person.has_password:
            del form.current
        return form

    def confirmed(self, person: Person) -> bool:
        """Check the password; where it is wrong, say so beside it."""
        if self.current is None or matches(person.password_hash, self.current.data):
            return True
        self.current.errors = ["This is not your password."]
        return False


class PasswordForm(ConfirmedForm):
    """A new password, and the one that it takes the place of."""

    current = PasswordField("Password so far", validators=[stated("Enter the password that you have now.")])
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


class ProofForm(Form):
    """What shows that it is really them: their password, or a code where they have none."""

    password = PasswordField("Password", validators=[stated("Enter your password.")])
    code = StringField("Code", filters=[tidy], validators=[stated("Enter a code of your app, or a recovery code.")])

    @classmethod
    def of(cls, person: Person, sent: MultiDict[str, str] | None = None) -> Self:
        """Return the form for this person, with what they sent."""
        form = cls(sent)
        if person.has_password:
            del form.code
        else:
            del form.password
        return form


class PasskeyForm(Form):
    """A passkey that the browser made, and what its person calls it."""

    name = StringField(
        "Name",
        filters=[tidy],
        validators=[stated("Give it a name, such as “Telephone”."), Length(max=80, message="At most 80 characters.")],
    )
    credential = HiddenField()


class Profile(Backgrounds):
    name = StringField("Name", filters=[tidy], validators=[stated("Say how we should call you."), Length(max=120)])
    theme = SelectField("Appearance", choices=[SelectChoice(str(t), t.capitalize()) for t in Theme])


class PictureForm(Form):
    picture = PictureField("Picture")

    def validate_picture(self, field: Field) -> None:
        if not field.data and not field.process_errors:
            raise ValidationError("Choose a picture first.")


class DeletionForm(Form):
    """What is asked before an account is deleted: its password, or where there is none, its address."""

    password = PasswordField("Password", validators=[stated("Enter your password.")])
    email = EmailField("E-mail", filters=[tidy], validators=[stated("Enter the address of this account.")])

    def of(self, person: Person) -> Self:
        """Return the form with only the field that this person is asked for."""
        del self["email" if person.password_hash else "password"]
        return self
