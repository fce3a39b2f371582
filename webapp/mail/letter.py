"""A mail as it goes out: who from, to whom, in two forms that say the same."""

from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from email_validator import validate_email

from webapp.mail.models import Mail
from webapp.records import now


@dataclass(frozen=True, slots=True)
class Letter:
    """What a carrier is given. No header of it can hold a line end."""

    id: str
    sender: str
    recipient: str
    subject: str
    text: str
    html: str

    @classmethod
    def of(cls, mail: Mail, sender: str) -> "Letter":
        """Return a mail as it goes out, its address in the form that every server understands where there is one."""
        found = validate_email(mail.recipient, check_deliverability=False)
        recipient = found.ascii_email or found.normalized
        return cls(mail.id.hex, sender, recipient, one_line(mail.subject), mail.text, mail.html)

    @property
    def sender_address(self) -> str:
        return parseaddr(self.sender)[1]

    @property
    def message_id(self) -> str:
        """The same for every attempt, so that a mailbox which was given it twice can tell."""
        return f"<{self.id}@{self.sender_address.rpartition('@')[2]}>"

    def message(self) -> EmailMessage:
        """Return the mail as SMTP carries it."""
        name, address = parseaddr(self.sender)
        message = EmailMessage(policy=SMTP)
        message["From"] = Address(name, addr_spec=address)
        mailbox, _, domain = self.recipient.rpartition("@")
        message["To"] = Address(username=mailbox, domain=domain)
        message["Subject"] = self.subject
        message["Date"] = format_datetime(now())
        message["Message-ID"] = self.message_id
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(self.text)
        message.add_alternative(self.html, subtype="html")
        return message


def one_line(text: str) -> str:
    """Return text that can stand in a header: without line ends, however they are written, and not too long."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:400]
