"""What every row has: a UUIDv7 that sorts by the time it was made, and times with a zone."""

import secrets
import time
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, func
from sqlalchemy.orm import Mapped, mapped_column


def uuid7() -> UUID:
    """Return a version 7 UUID (RFC 9562): 48 bits of milliseconds, then 74 random bits."""
    value = (time.time_ns() // 1_000_000) << 80 | secrets.randbits(80)
    return UUID(int=value & ~(0xF << 76) & ~(0x3 << 62) | 0x7 << 76 | 0x2 << 62)


def now() -> datetime:
    """Return the time, in UTC and with its zone."""
    return datetime.now(UTC)


Id = Annotated[UUID, mapped_column(primary_key=True, default=uuid7)]
Time = Annotated[datetime, mapped_column(DateTime(timezone=True))]
Now = Annotated[datetime, mapped_column(DateTime(timezone=True), default=now, server_default=func.now())]


def owner(*, index: bool = True, **options: Any) -> Mapped[UUID]:
    """Return the column that says which organization a row belongs to."""
    return mapped_column(ForeignKey("organizations.id", ondelete="CASCADE"), index=index, **options)
