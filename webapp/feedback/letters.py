"""What a reporter is told by mail, at an address that they have shown to be theirs."""

from webapp.accounts.models import Person
from webapp.extensions import db
from webapp.feedback.models import Report, ReportState
from webapp.mail.posting import address_for, post

BECAME = {
    ReportState.FIXED: "it was put right",
    ReportState.NOT_A_FAULT: "it was looked at and found to be right",
    ReportState.DUPLICATE: "somebody else reported it too, and both are dealt with as one",
}


def resolved(report: Report) -> None:
    """Tell whoever wrote a report what became of it. Guests, and others without such an address, see it on the page."""
    conversation = report.message.conversation
    person = db.session.get(Person, conversation.person_id) if conversation.person_id else None
    if person is None or person.email_verified_at is None:
        return
    assistant = conversation.assistant
    post(
        "mail/report.html",
        person.email,
        "What became of your report",
        assistant=assistant.name,
        organization=assistant.organization.name,
        became=BECAME[ReportState(report.state)],
        resolution=report.resolution,
        link=address_for("chat.show", id=conversation.id),
    )
