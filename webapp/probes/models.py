"""What the probes found, each time they were run."""

from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from webapp.extensions import Base
from webapp.records import Id, Now, owner


class ProbeRun(Base):
    """One run for one organization. Its results name routes and tables, and nothing that belongs to others."""

    __tablename__ = "probe_runs"
    __table_args__ = (Index("ix_probe_runs_organization_id_created_at", "organization_id", "created_at"),)

    id: Mapped[Id]
    organization_id: Mapped[UUID] = owner(index=False)
    runner_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    runner: Mapped[str] = mapped_column(String(120), doc="the name then of whoever ran it")
    passed_count: Mapped[int]
    failed_count: Mapped[int]
    results: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    created_at: Mapped[Now]
