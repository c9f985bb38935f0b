"""From what a caller says to a question that can be answered. Source: docs/principles.md A2, A32, A93, A95."""

from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec import Struct
from sqlalchemy import Connection, Row, or_, select

from domain.errors import IsOutOfRange, unknown
from projections import days
from projections.schema import relationship
from projections.scorecards.question import Question


class Relationship(Struct, frozen=True, kw_only=True):
    """A relationship as lists and questions need it."""

    id: UUID
    alias: str | None
    name: str
    form: str
    currency: str
    time_zone: str
    registered_on: date

    def today(self, now: datetime) -> date:
        return now.astimezone(ZoneInfo(self.time_zone)).date()


def relationship_of(row: Row[Any]) -> Relationship:
    """Of a row of the relationship table."""
    return Relationship(
        id=UUID(row.relationship_id),
        alias=row.alias,
        name=row.name,
        form=row.form,
        currency=row.currency,
        time_zone=row.time_zone,
        registered_on=days.day(row.registered_day),
    )


def find(connection: Connection, name: str) -> Relationship:
    """The relationship with that id or alias. Raises UnknownId."""
    same = or_(relationship.c.relationship_id == name.lower(), relationship.c.alias == name)
    row = connection.execute(select(relationship).where(same)).first()
    if row is None:
        raise unknown("relationship", name)
    return relationship_of(row)


def every(connection: Connection) -> list[Relationship]:
    """All relationships by name."""
    rows = connection.execute(select(relationship).order_by(relationship.c.name, relationship.c.relationship_id))
    return [relationship_of(row) for row in rows]


def ask(
    about: Relationship,
    now: datetime,
    size: int,
    as_of: date | None = None,
    known_at: int | None = None,
    party: UUID | None = None,
) -> Question:
    """The question, with today and the newest position where nothing is said. Raises IsOutOfRange, IsMalformed."""
    today = about.today(now)
    t = as_of or today
    if t < about.registered_on:
        raise IsOutOfRange(f"{t} is before the relationship was registered on {about.registered_on}.", "as_of")
    if t > today:
        raise IsOutOfRange(f"{t} is after today, {today}, in {about.time_zone}.", "as_of")
    k = size if known_at is None else known_at
    if not 0 <= k <= size:
        raise IsOutOfRange(f"{k} is not a position of the log, which goes from 0 to {size}.", "known_at")
    return Question(relationship_id=about.id, as_of=t, known_at=k, party=party)
