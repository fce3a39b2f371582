"""Who uses Colloquy: people with an account, guests known by a cookie, and signed-in browsers."""

from enum import StrEnum
from uuid import UUID

from flask_login import UserMixin
from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.extensions import Base
from webapp.records import Id, Now, Time


class SoftwareBackground(StrEnum):
    BEGINNER = "Beginner"
    PYTHON = "Python expert"
    JAVASCRIPT = "JavaScript developer"
    FULL_STACK = "Full-stack developer"
    OTHER = "Other"


class HardwareBackground(StrEnum):
    NONE = "None"
    ARDUINO = "Arduino user"
    RASPBERRY_PI = "Raspberry Pi user"
    PCB = "PCB designer"
    ROBOTICS = "Robotics enthusiast"
    OTHER = "Other"


class Theme(StrEnum):
    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Person(UserMixin, Base):  # type: ignore[misc]  # Flask-Login carries no types.
    """Somebody with an account. Their e-mail address is stored as it is compared: normalised and in lower case."""

    __tablename__ = "people"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(320), unique=True)
    password_hash: Mapped[str]
    software_background: Mapped[str] = mapped_column(default=SoftwareBackground.OTHER)
    hardware_background: Mapped[str] = mapped_column(default=HardwareBackground.OTHER)
    theme: Mapped[str] = mapped_column(default=Theme.SYSTEM, server_default=Theme.SYSTEM)
    super_admin: Mapped[bool] = mapped_column(default=False, server_default="false")
    email_verified_at: Mapped[Time | None] = mapped_column(doc="when a link sent to this very address was opened")
    pictured_at: Mapped[Time | None] = mapped_column(doc="when the picture was uploaded; none where there is none")
    created_at: Mapped[Now]

    @property
    def has_password(self) -> bool:
        """Tell whether there is a password to sign in with; who came with an outside identity may have none."""
        return bool(self.password_hash)

    @property
    def picture(self) -> str | None:
        """What stands in the address of the person's picture: each has its own. None where there is no picture."""
        return str(int(self.pictured_at.timestamp() * 1_000_000)) if self.pictured_at else None

    @property
    def initials(self) -> str:
        """Return one or two capital letters for the person's seal."""
        words = self.name.split()
        return "".join(word[0] for word in [*words[:1], *words[1:][-1:]]).upper()


class Session(Base):
    """A signed-in browser. Its cookie holds a token, of which only the hash is kept."""

    __tablename__ = "sessions"

    id: Mapped[Id]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    agent: Mapped[str] = mapped_column(String(400), default="")
    acting_for_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("organizations.id", ondelete="SET NULL"), doc="the organization that a super admin acts for"
    )
    created_at: Mapped[Now]
    proved_at: Mapped[Now] = mapped_column(doc="when its person last showed who they are: at first by signing in")
    expires_at: Mapped[Time]

    person: Mapped[Person] = relationship()


class Purpose(StrEnum):
    VERIFICATION = "verification"
    CHANGE = "change"
    RESET = "reset"


class Link(Base):
    """A link that was mailed to an address and works once. Whoever opens it reads what is sent there."""

    __tablename__ = "links"

    id: Mapped[Id]
    purpose: Mapped[str]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    email: Mapped[str] = mapped_column(String(320), doc="where it was sent")
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    created_at: Mapped[Now]
    expires_at: Mapped[Time] = mapped_column(index=True)
    used_at: Mapped[Time | None]

    person: Mapped[Person] = relationship()


class Identity(Base):
    """An account elsewhere that its person signs in with. The issuer's own name for it never changes; the rest may."""

    __tablename__ = "identities"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    id: Mapped[Id]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    issuer: Mapped[str] = mapped_column(String(400))
    subject: Mapped[str] = mapped_column(String(255))
    email: Mapped[str] = mapped_column(String(320), default="", doc="as the issuer told it last; empty if it never did")
    email_verified: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[Now]

    person: Mapped[Person] = relationship()


class SecondFactor(Base):
    """The secret that a person's authenticator app shares with us, encrypted. It counts once a code confirmed it."""

    __tablename__ = "second_factors"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    secret: Mapped[str] = mapped_column(String(200))
    confirmed_at: Mapped[Time | None]
    last_step: Mapped[int] = mapped_column(BigInteger, default=0, doc="of the newest code accepted; none works twice")
    created_at: Mapped[Now]


class RecoveryCode(Base):
    """What lets a person in once without their app. Only its digest is kept, and after use not even that."""

    __tablename__ = "recovery_codes"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)


class Passkey(Base):
    """A key pair on a person's device, of which we hold the public half."""

    __tablename__ = "passkeys"

    id: Mapped[Id]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger, default=0)
    used_at: Mapped[Time | None] = mapped_column(doc="a challenge that was issued before opens nothing any more")
    created_at: Mapped[Now]

    person: Mapped[Person] = relationship()


class Picture(Base):
    """A person's picture, which those see with whom they share an organization."""

    __tablename__ = "pictures"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    media_type: Mapped[str] = mapped_column(String(20))
    width: Mapped[int]
    height: Mapped[int]
    data: Mapped[bytes] = mapped_column(LargeBinary)

    person: Mapped[Person] = relationship()


class Guest(Base):
    """Someone without an account who has asked a question, known by a cookie."""

    __tablename__ = "guests"

    id: Mapped[Id]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    created_at: Mapped[Now]
