"""Which entries belong into an audit pack of one relationship, so that nobody else's leak with them."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from uuid import UUID

import msgspec
from msgspec import Raw, Struct
from sqlalchemy import ColumnElement, Connection, select

from domain.facts.organisations import organisations
from domain.facts.people import people
from domain.facts.policies import policies
from domain.session import stream_id
from domain.store.schema import event
from projections.scorecards.asking import Relationship

AT_ONCE = 500
_ID = re.compile(r'"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"')


class Scope(Struct, frozen=True, kw_only=True):
    """What a pack is about.

    only: the relationship, None where it is the whole register; from_on: None from the beginning; size: of the
    checkpoint, which is also the position as known at which everything is told.
    """

    relationships: tuple[Relationship, ...]
    only: Relationship | None
    from_on: date | None
    to_on: date
    size: int


class _Named(Struct):
    """Where an envelope names organisations and people, and who sees it."""

    visibility: str
    data: Raw
    on_behalf_of: UUID | None = None


def positions_of(connection: Connection, relationship_id: UUID, size: int) -> list[int]:
    """The shared entries of the relationship, and the register-wide ones that they stand on; ascending.

    These are the scoring policies, and everything about the organisations and people that are named in them.
    """
    found: set[int] = set()
    named: set[str] = set()
    for position, envelope in _some(connection, size, event.c.relationship_id == str(relationship_id)):
        if envelope.visibility == "shared":
            found.add(position)
            named |= _ids(envelope)
    streams = {str(stream_id(policies, None))}
    seen: set[str] = set()
    while named or streams:
        seen |= named
        streams |= {str(stream_id(kind, UUID(one))) for one in named for kind in (organisations, people)}
        named = set()
        for some in _at_once(streams):
            for position, envelope in _some(connection, size, event.c.stream_id.in_(some)):
                if envelope.visibility == "shared":
                    found.add(position)
                    named |= _ids(envelope) - seen
        streams = set()
    return sorted(found)


def _some(connection: Connection, size: int, where: ColumnElement[bool]) -> Iterator[tuple[int, _Named]]:
    statement = select(event.c.position, event.c.envelope).where(where, event.c.position <= size)
    for position, text in connection.execute(statement):
        yield position, msgspec.json.decode(text, type=_Named)


def _ids(envelope: _Named) -> set[str]:
    """Every id in it; those of anything else have no stream among organisations and people."""
    ids = set(_ID.findall(bytes(envelope.data).decode()))
    return ids | ({str(envelope.on_behalf_of)} if envelope.on_behalf_of else set())


def _at_once(streams: Iterable[str]) -> Iterator[list[str]]:
    wanted = sorted(streams)
    for start in range(0, len(wanted), AT_ONCE):
        yield wanted[start : start + AT_ONCE]
