"""What the read models must hold, worked out from the events of single streams without a database.

The journal is written as facts are recorded (journal.py); here the same rows are worked out the other way round, for
comparison: everything that a stream, read to its end, leaves behind.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from msgspec import Struct

from domain.facts.entries import EntryCorrected, EntryVoided
from domain.facts.fact import Entry, Envelope
from domain.facts.organisations import OrganisationMerged, OrganisationRegistered, OrganisationRenamed
from domain.facts.relationships import RelationshipRegistered
from domain.history import in_force
from projections import days
from projections.journal import entry_of, said_in
from projections.rows import Row, fact_row, part_rows
from projections.schema import OPEN

Amendment = EntryCorrected | EntryVoided
Currencies = Callable[[UUID | None, int], str | None]
"""The currency of a relationship, as known when the event at a position was recorded."""


class Rows(Struct):
    """What the journal holds of one event: its rows of `event_fact` by `known_from`, and those of `event_part`."""

    facts: dict[int, Row]
    parts: list[Row]


def rows_of_event(envelope: Envelope, currency: str | None) -> Rows:
    """Of an event in a stream without amendments."""
    entry, position = entry_of(envelope), envelope.position
    row = fact_row(entry, envelope.event_id, position, OPEN, envelope.relationship_id, currency)
    return Rows({position: row}, part_rows(entry, position, currency))


def rows_of_stream(stream: Sequence[Envelope], currency_of: Currencies) -> Mapping[int, Rows]:
    """By position, of a stream with amendments: each closes the rows in force that it changes, and opens others."""
    found: dict[int, Rows] = {}
    for n, envelope in enumerate(stream):
        currency = currency_of(envelope.relationship_id, envelope.position)
        found[envelope.position] = rows_of_event(envelope, currency)
        if not isinstance(envelope.data, Amendment):
            continue
        before, after = said_in(stream[:n]), said_in(stream[: n + 1])
        for event_id in before.keys() | after.keys():
            was, now = before.get(event_id), after.get(event_id)
            if was != now and event_id != envelope.event_id:
                _replace(found, event_id, was, now, envelope, currency)
    return found


def _replace(
    found: Mapping[int, Rows],
    event_id: UUID,
    was: Entry | None,
    now: Entry | None,
    amendment: Envelope,
    currency: str | None,
) -> None:
    known_from = amendment.position
    if was is not None:
        for row in found[was.position].facts.values():
            row["known_to"] = min(row["known_to"], known_from)
    if now is not None:
        rows = found[now.position]
        rows.facts[known_from] = fact_row(now, event_id, known_from, OPEN, amendment.relationship_id, currency)
        rows.parts.extend(part_rows(now, known_from, currency))


def currencies_of(stream: Sequence[Envelope]) -> list[tuple[int, str | None]]:
    """(position from which on it is known, currency) of the relationship that the stream registers."""
    found: list[tuple[int, str | None]] = []
    for n, envelope in enumerate(stream):
        if isinstance(envelope.data, RelationshipRegistered):
            found.append((envelope.position, envelope.data.currency))
        elif isinstance(envelope.data, Amendment):
            row = current_row(stream[: n + 1])
            found.append((envelope.position + 1, row["currency"] if row else None))
    return found


def current_row(stream: Sequence[Envelope]) -> dict[str, Any] | None:
    """The row of the organisation or relationship that the stream registers, None where that was voided."""
    row: dict[str, Any] | None = None
    for n, envelope in enumerate(stream):
        if isinstance(envelope.data, Amendment):
            row = None
            for entry in in_force(stream[: n + 1]):
                row = _followed(row, entry)
        else:
            row = _followed(row, entry_of(envelope))
    return row


def _followed(row: dict[str, Any] | None, entry: Entry) -> dict[str, Any] | None:
    match fact := entry.fact:
        case OrganisationRegistered():
            return {
                "organisation_id": str(fact.organisation_id),
                "position": entry.position,
                "alias": fact.alias,
                "legal_name": fact.legal_name,
                "country": fact.country,
                "merged_into": None,
            }
        case OrganisationRenamed() if row:
            return {**row, "legal_name": fact.legal_name}
        case OrganisationMerged() if row:
            return {**row, "merged_into": str(fact.into)}
        case RelationshipRegistered():
            return {
                "relationship_id": str(fact.relationship_id),
                "position": entry.position,
                "alias": fact.alias,
                "name": fact.name,
                "form": fact.form,
                "currency": fact.currency,
                "time_zone": fact.time_zone,
                "registered_day": days.number(entry.on),
            }
    return row
