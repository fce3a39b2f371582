"""What in the database is a person's: found by walking the schema, so that a new table is never forgotten.

What goes with a person by `ON DELETE CASCADE`, however many steps away, is theirs. Other rows that name them, such as
the versions that they uploaded, are somebody else's and tell of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, ForeignKey, Table, or_, select

from webapp.accounts.models import Person
from webapp.extensions import Base

# Where an address stands for whoever reads what is sent there; it is theirs once they have verified that they do.
ADDRESSED = {("invitations", "email"), ("mails", "recipient")}
# Where a row tells of somebody by a column that is no foreign key, because the row outlives them.
TELLING = {("audit_entries", "subject_id")}


@dataclass(frozen=True, slots=True)
class Holding:
    """A table, which of its rows are a person's, and which of them tell of the person in any way."""

    table: Table
    theirs: ColumnElement[bool] | None
    telling: ColumnElement[bool]


def holdings(person: Person) -> list[Holding]:
    """Return every table with what may stand in it of a person, those that others point to first."""
    people = Base.metadata.tables[Person.__tablename__]
    theirs: dict[str, ColumnElement[bool]] = {people.name: people.c.id == person.id}
    found = [Holding(people, theirs[people.name], theirs[people.name])]
    for table in Base.metadata.sorted_tables:
        keys = [key for key in table.foreign_keys if key.column.table.name in theirs and key.column.table is not table]
        going = [_points(key, person, theirs) for key in keys if key.ondelete == "CASCADE"]
        naming = [_points(key, person, theirs) for key in keys if key.ondelete != "CASCADE"]
        naming += [table.c[column] == person.id for name, column in TELLING if name == table.name]
        if person.email_verified_at:
            going += [table.c[column] == person.email for name, column in ADDRESSED if name == table.name]
        if going:
            theirs[table.name] = or_(*going)
        if going or naming:
            found.append(Holding(table, theirs.get(table.name), or_(*going, *naming)))
    return found


def _points(key: ForeignKey, person: Person, theirs: Mapping[str, ColumnElement[bool]]) -> ColumnElement[bool]:
    """Return the condition that a row points to the person, or to a row of theirs."""
    parent = key.column.table
    if parent.name == Person.__tablename__:
        return key.parent == person.id
    return key.parent.in_(select(key.column).where(theirs[parent.name]))
