"""Disputing a check, and ruling on what was disputed."""

from webapp.accounts.models import Person
from webapp.audit.models import Action
from webapp.audit.trail import note
from webapp.extensions import db
from webapp.mail.posting import address_for, post
from webapp.records import now
from webapp.scorecards.models import Check, Ruling


class AlreadyRuled(Exception):
    """An admin has decided it."""


def dispute(check: Check, reason: str) -> None:
    """Ask an admin to look at a check, or give another reason for it. Raises AlreadyRuled."""
    if check.ruling:
        raise AlreadyRuled
    check.dispute, check.disputed_at = reason, check.disputed_at or now()


def rule(check: Check, verdict: str, words: str, by: Person) -> None:
    """Let an admin's verdict stand in place of the machine's, or of an earlier ruling, and tell the trainee."""
    before = check.standing
    ruling = check.ruling or Ruling(check=check, organization_id=check.organization_id)
    ruling.verdict, ruling.note, ruling.ruled_by, ruling.created_at = verdict, words, by, now()
    db.session.add(ruling)
    note(
        Action.CHECK_RULED,
        check.organization_id,
        by=by,
        subject=check.text,
        subject_id=check.id,
        before=before,
        after=verdict,
    )
    _tell(check)


def _tell(check: Check) -> None:
    """Write to the trainee, if their address is known to be theirs. What the admin wrote stands on the page alone."""
    conversation = check.scorecard.conversation
    trainee = db.session.get(Person, conversation.person_id) if conversation.person_id else None
    if trainee and trainee.email_verified_at:
        post(
            "mail/ruling.html",
            trainee.email,
            "Your dispute was decided",
            title=check.scorecard.scene["title"],
            link=address_for("scorecards.show", id=conversation.id) + f"#check_{check.id.hex}",
        )
