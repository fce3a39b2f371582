"""What accounts write to people. Words that somebody typed into a form stand in none of these mails: the form is open
to everybody, and the address need not be theirs.
"""

from webapp.accounts.links import new_link, use_up
from webapp.accounts.models import Person, Purpose
from webapp.mail.posting import address_for, possible, post


def verify(person: Person) -> None:
    """Ask whether the account's address is the person's own, where mail goes out at all."""
    if not possible():
        return
    token = new_link(person, Purpose.VERIFICATION, person.email)
    post(
        "mail/verification.html",
        person.email,
        "Is this your address?",
        email=person.email,
        link=address_for("links.show_verification", token=token),
    )


def reset(person: Person) -> None:
    """Send somebody who forgot their password a link to a new one."""
    token = new_link(person, Purpose.RESET, person.email)
    post(
        "mail/reset.html",
        person.email,
        "A new password",
        email=person.email,
        link=address_for("links.edit_reset", token=token),
    )


def change(person: Person, email: str) -> None:
    """Ask at a new address whether it is the person's own, in place of any asked before."""
    use_up(person, Purpose.CHANGE)
    token = new_link(person, Purpose.CHANGE, email)
    post(
        "mail/change.html",
        email,
        "Is this your new address?",
        email=email,
        link=address_for("links.show_verification", token=token),
    )


def changed(before: str, after: str) -> None:
    """Tell the old address that the account now has another one."""
    post("mail/changed.html", before, "Your address was changed", before=before, after=after)


def second_factor_taken(person: Person) -> None:
    """Tell somebody that their password alone signs them in, since they lost what it needed beside it."""
    post(
        "mail/second_factor_taken.html",
        person.email,
        "Your second factor was taken away",
        email=person.email,
        link=address_for("second_factor.show"),
    )
