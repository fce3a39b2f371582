"""What is kept of a mail."""

from enum import StrEnum

from sqlalchemy import Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from webapp.extensions import Base
from webapp.records import Id, Now, Time


class State(StrEnum):
    PENDING = "pending"
    SENT = "sent"
    FAILED = "failed"


class Mail(Base):
    """A mail to one person. Its text is emptied once it is sent or given up, unless it stays in the outbox."""

    __tablename__ = "mails"
    __table_args__ = (Index("ix_mails_due_at", "due_at", postgresql_where=text("state = 'pending'")),)

    id: Mapped[Id]
    recipient: Mapped[str] = mapped_column(String(320))
    subject: Mapped[str] = mapped_column(String(400))
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(default=State.PENDING)
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(doc="why the last attempt failed, as a sentence")
    created_at: Mapped[Now]
    due_at: Mapped[Time] = mapped_column(doc="when maintenance hands it over again, should it still be pending")
    sent_at: Mapped[Time | None]

    def give_up(self) -> None:
        """Let nobody try again."""
        self.state = State.FAILED
        self.empty()

    def empty(self) -> None:
        """Forget what it said."""
        self.text = self.html = ""
