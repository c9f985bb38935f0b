"""Entries of the log in pages, by position or id, and what other entries said about them."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, Select, and_, or_, select, union_all

from domain.facts import ABOUT, FACTS
from domain.facts.entries import EntryCorrected, EntryVoided
from domain.facts.fact import Envelope
from domain.facts.structure import tag
from domain.history import standing
from domain.store.instants import format_instant
from domain.store.mapper import decode
from domain.store.schema import event
from projections import days
from projections.pages import DEFAULT, Page, paged, place, size
from projections.schema import event_fact

AT_ONCE = 500
RELATIONSHIPS_AT_ONCE = 50
ABOUT_TYPES = tuple(tag(fact) for fact in ABOUT)


class EntryFilter(Struct, frozen=True, kw_only=True):
    """Which entries are wanted; nothing given lets everything through. Days and instants are included at both ends.

    on_behalf_of, item, from_on, until_on: as first recorded, before any correction.
    """

    relationship_id: UUID | None = None
    types: tuple[str, ...] = ()
    on_behalf_of: UUID | None = None
    item: UUID | None = None
    from_on: date | None = None
    until_on: date | None = None
    recorded_from: datetime | None = None
    recorded_until: datetime | None = None


class Remarks(Struct, frozen=True, kw_only=True):
    """What stands about one entry: its last correction, its void, and its countersignatures in order."""

    corrected_by: Envelope | None = None
    voided_by: Envelope | None = None
    countersigned: tuple[Envelope, ...] = ()


# Pages


def entries(
    connection: Connection, wanted: EntryFilter, *, first: int = DEFAULT, after: str | None = None
) -> Page[Envelope]:
    """One page, oldest first. Raises IsOutOfRange for the size and IsMalformed for a cursor of another list."""
    statement = _page(_all(wanted), size(first), after)
    return _paged(connection.execute(statement).all(), first)


def entries_of(
    connection: Connection,
    relationships: Sequence[UUID],
    wanted: EntryFilter,
    *,
    first: int = DEFAULT,
    after: str | None = None,
) -> list[Page[Envelope]]:
    """A page for each relationship, in one statement for every 50 of them. Raises as `entries`."""
    size(first)
    found: dict[str, list[Any]] = {str(key): [] for key in relationships}
    wanted_keys = list(found)
    for start in range(0, len(wanted_keys), RELATIONSHIPS_AT_ONCE):
        some = wanted_keys[start : start + RELATIONSHIPS_AT_ONCE]
        arms = [_page(_all(wanted).where(event.c.relationship_id == key), first, after).subquery() for key in some]
        statement = union_all(*(select(arm) for arm in arms))
        for row in connection.execute(statement):
            found[row.relationship_id].append(row)
    return [_paged(sorted(found[str(key)], key=_position), first) for key in relationships]


def _all(wanted: EntryFilter) -> Select[Any]:
    columns = (event.c.position, event.c.relationship_id, event.c.envelope)
    journal = _of_journal(wanted)
    conditions = _of_log(wanted)
    if not journal:
        return select(*columns).where(*conditions)
    first_row = and_(event_fact.c.position == event.c.position, event_fact.c.known_from == event.c.position)
    return select(*columns).join(event_fact, first_row).where(*conditions, *journal)


def _of_log(wanted: EntryFilter) -> list[ColumnElement[bool]]:
    e = event.c
    given: list[tuple[object, ColumnElement[bool]]] = [
        (wanted.relationship_id, e.relationship_id == str(wanted.relationship_id)),
        (wanted.types or None, e.type.in_(wanted.types)),
        (wanted.recorded_from, e.recorded_at >= _instant(wanted.recorded_from)),
        (wanted.recorded_until, e.recorded_at <= _instant(wanted.recorded_until)),
    ]
    return [condition for value, condition in given if value is not None]


def _of_journal(wanted: EntryFilter) -> list[ColumnElement[bool]]:
    f = event_fact.c
    given: list[tuple[object, ColumnElement[bool]]] = [
        (wanted.on_behalf_of, f.behalf == str(wanted.on_behalf_of)),
        (wanted.item, or_(f.item == str(wanted.item), f.ref == str(wanted.item))),
        (wanted.from_on, f.on_day >= _day(wanted.from_on)),
        (wanted.until_on, f.on_day <= _day(wanted.until_on)),
    ]
    return [condition for value, condition in given if value is not None]


def _page(statement: Select[Any], first: int, after: str | None) -> Select[Any]:
    if after is not None:
        (behind,) = place(after, int)
        statement = statement.where(event.c.position > behind)
    return statement.order_by(event.c.position).limit(first + 1)


def _paged(rows: Sequence[Any], first: int) -> Page[Envelope]:
    return paged([decode(row.envelope, FACTS) for row in rows], [(row.position,) for row in rows], first)


def _position(row: Any) -> int:
    position: int = row.position
    return position


def _instant(instant: datetime | None) -> str:
    return "" if instant is None else format_instant(instant)


def _day(day: date | None) -> int:
    return 0 if day is None else days.number(day)


# One by one


def by_positions(connection: Connection, positions: Iterable[int]) -> dict[int, Envelope]:
    """Those that are recorded. One statement for every 500."""
    return {e.position: e for e in _some(connection, event.c.position, list(positions))}


def by_event_ids(connection: Connection, ids: Iterable[UUID]) -> dict[UUID, Envelope]:
    """Those that are recorded. One statement for every 500."""
    return {e.event_id: e for e in _some(connection, event.c.event_id, [str(key) for key in ids])}


def streams(connection: Connection, ids: Iterable[UUID]) -> dict[UUID, list[Envelope]]:
    """All events of each stream in their order, none for a stream that is not known. One statement for every 500."""
    wanted = list(ids)
    found: dict[UUID, list[Envelope]] = {stream: [] for stream in wanted}
    for envelope in sorted(_some(connection, event.c.stream_id, [str(stream) for stream in wanted]), key=_position):
        found[envelope.stream_id].append(envelope)
    return found


def remarks(connection: Connection, streams: Iterable[UUID]) -> dict[UUID, Remarks]:
    """By the id of the entry, what stands about the entries of these streams: it lies in the stream of its entry."""
    wanted = [str(stream) for stream in streams]
    about: list[Envelope] = []
    for start in range(0, len(wanted), AT_ONCE):
        statement = (
            select(event.c.envelope)
            .where(event.c.stream_id.in_(wanted[start : start + AT_ONCE]), event.c.type.in_(ABOUT_TYPES))
            .order_by(event.c.position)
        )
        about.extend(decode(text, FACTS) for text in connection.execute(statement).scalars())
    found: dict[UUID, Remarks] = {}
    for envelope in standing(about):
        target = getattr(envelope.data, "target_event_id")  # noqa: B009 - every fact of these types has one
        found[target] = _with(found.get(target, Remarks()), envelope)
    return found


def _with(before: Remarks, envelope: Envelope) -> Remarks:
    corrected_by, voided_by, countersigned = before.corrected_by, before.voided_by, before.countersigned
    match envelope.data:
        case EntryCorrected():
            corrected_by = envelope
        case EntryVoided():
            voided_by = envelope
        case _:
            countersigned = (*countersigned, envelope)
    return Remarks(corrected_by=corrected_by, voided_by=voided_by, countersigned=countersigned)


def _some(connection: Connection, key: ColumnElement[Any], wanted: Sequence[Any]) -> list[Envelope]:
    found: list[Envelope] = []
    for start in range(0, len(wanted), AT_ONCE):
        statement = select(event.c.envelope).where(key.in_(wanted[start : start + AT_ONCE]))
        found.extend(decode(text, FACTS) for text in connection.execute(statement).scalars())
    return found
