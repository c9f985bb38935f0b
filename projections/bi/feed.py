"""Rows as they leave: those of one table, all of them or what changed since a position, for everyone or for one party.

The order is that of `changed_at` and then the key, so that who was cut off can go on from the last position received.
"""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, FromClause, Select, and_, literal, or_, select, true

from projections.bi.dimensions import BRIDGE_RELATIONSHIP_PARTY
from projections.bi.follower import first_turn
from projections.bi.tables import FeedTable, Kept, Visibility

BATCH = 10_000
_b = BRIDGE_RELATIONSHIP_PARTY.stored


class Wanted(Struct, frozen=True, kw_only=True):
    """Which rows. `after`: those changed since that position, with tombstones for what is gone; None: all that stand.
    `party`: what that organisation may see; None: everything."""

    table: FeedTable
    after: int | None = None
    party: UUID | None = None


def rows(connection: Connection, wanted: Wanted, at: int) -> Iterator[Sequence[Any]]:
    """Batches of rows in their stored form, as known at a position of the feed, in bounded memory."""
    statement = selected(connection, wanted, at)
    result = connection.execution_options(yield_per=BATCH).execute(statement)
    yield from result.partitions(BATCH)


def selected(connection: Connection, wanted: Wanted, at: int) -> Select[Any]:
    """The statement of `rows`."""
    table = wanted.table
    source = table.source(at)
    conditions = [visible(table, source, wanted.party)]
    if wanted.after is None:
        conditions.append(source.c.is_deleted.is_(False))
    else:
        conditions.append(_changed(connection, table, source, wanted))
    order = (source.c.changed_at, *(source.c[name] for name in table.key))
    return select(*(source.c[field.name] for field in table.columns)).where(*conditions).order_by(*order)


def _changed(connection: Connection, table: FeedTable, source: FromClause, wanted: Wanted) -> ColumnElement[bool]:
    """What was written since the position, or in a later turn at the same one; and all that a party sees newly."""
    assert wanted.after is not None
    turn = first_turn(connection, wanted.after)
    found = [source.c.changed_at > wanted.after]
    if isinstance(table, Kept):
        found.append(source.c.changed_turn > turn)
    if wanted.party is not None and table.visibility != "everyone":
        is_new = or_(_b.c.changed_at > wanted.after, _b.c.changed_turn > turn)
        moved = select(_b.c.relationship_id).where(is_new)
        if table.visibility == "organisation":
            members = select(_b.c.organisation_id).where(_b.c.relationship_id.in_(moved))
            found.append(source.c.organisation_id.in_(members))
        else:
            joined = moved.where(_b.c.organisation_id == str(wanted.party))
            found.append(source.c.relationship_id.in_(joined))
    return or_(*found)


def visible(table: FeedTable, source: FromClause, party: UUID | None) -> ColumnElement[bool]:
    """Whether a row may be seen by the organisation; by everyone where none is named.

    One that was a party by mistake alone, as has been said since, is told so, and nothing else of the relationship.
    """
    if party is None or table.visibility == "everyone":
        return true()
    who = literal(str(party))
    its = relationships_of(who)
    seen = allowed(table.visibility, source, who, its, partners_in(its))
    if table is BRIDGE_RELATIONSHIP_PARTY:
        return or_(seen, and_(source.c.is_deleted, source.c.organisation_id == who))
    return seen


def relationships_of(party: ColumnElement[Any]) -> Select[Any]:
    """Those that the organisation is or was a party of."""
    return select(_b.c.relationship_id).where(_b.c.organisation_id == party, _b.c.is_deleted.is_(False))


def partners_in(relationships: Select[Any]) -> Select[Any]:
    """The organisations that are or were parties of them."""
    return select(_b.c.organisation_id).where(_b.c.relationship_id.in_(relationships), _b.c.is_deleted.is_(False))


def allowed(
    visibility: Visibility, source: FromClause, party: ColumnElement[Any], its: Select[Any], partners: Select[Any]
) -> ColumnElement[bool]:
    """The rule of `visible`, also for row-level security (readers.py). `its`: the party's relationships."""
    match visibility:
        case "everyone":
            return true()
        case "organisation":
            return or_(source.c.organisation_id == party, source.c.organisation_id.in_(partners))
        case "relationship":
            return source.c.relationship_id.in_(its)
        case "entry":
            shared = or_(source.c.own_of.is_(None), source.c.own_of == party)
            return and_(source.c.relationship_id.in_(its), shared)
