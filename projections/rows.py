"""One entry as rows of the journal, derived from the annotations of its fact class."""

from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

from domain.facts.fact import Entry, Fact
from domain.facts.structure import fields, tag
from domain.money import convert
from domain.values import Money
from projections import days
from projections.relations import MAX_POSITION
from projections.schema import event_fact, event_part

Row = dict[str, Any]
_FACT_COLUMNS = tuple(c.name for c in event_fact.columns)
_PART_COLUMNS = tuple(c.name for c in event_part.columns)
SCALED = {"base": 10_000, "amount": 10_000}
"""The columns that decimals fill, and by how much they are multiplied."""


def fact_row(
    entry: Entry, event_id: UUID, known_from: int, known_to: int, relationship_id: UUID | None, currency: str | None
) -> Row:
    """The entry's row of `event_fact`; money in minor units of the relationship's currency."""
    row: Row = dict.fromkeys(_FACT_COLUMNS)
    day = days.number(entry.on)
    row.update(
        position=entry.position,
        known_from=known_from,
        known_to=known_to,
        event_id=str(event_id),
        relationship_id=relationship_id and str(relationship_id),
        type=tag(type(entry.fact)),
        on_day=day,
        ord=day * MAX_POSITION + entry.position,
        behalf=entry.on_behalf_of and str(entry.on_behalf_of),
        own_of=entry.own_of and str(entry.own_of),
    )
    for name, column in columns_of(type(entry.fact)):
        value = getattr(entry.fact, name)
        if value is not None:
            row[column] = _cell(value, column, currency)
    return row


def part_rows(entry: Entry, known_from: int, currency: str | None) -> list[Row]:
    """The rows of `event_part`: one for each element of the entry's lists and maps that a score may read."""
    rows = []
    for name, leaves in parts_of(type(entry.fact)):
        value = getattr(entry.fact, name)
        rate = _rate(entry.fact)
        for n, element in enumerate(_in_order(value) if isinstance(value, dict) else value or ()):
            row: Row = dict.fromkeys(_PART_COLUMNS)
            row.update(position=entry.position, known_from=known_from, field=name, n=n)
            for path, column in leaves:
                row[column] = _part_cell(_at(element, path), column, name, currency, rate)
            rows.append(row)
    return rows


@cache
def columns_of(fact: type[Fact]) -> tuple[tuple[str, str], ...]:
    """(field, column) of every single value that fills one."""
    return tuple((f.name, f.notes["column"]) for f in fields(fact) if "column" in f.notes)


@cache
def parts_of(fact: type[Fact]) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """(list or map, ((path in an element, column) …)) of every one whose elements fill columns."""
    found = []
    for f in fields(fact):
        leaves = tuple((leaf.path, leaf.notes["part"]) for leaf in f.leaves if "part" in leaf.notes)
        if leaves:
            found.append((f.name, leaves))
    return tuple(found)


def scale_of_part(field: str) -> int | None:
    """By how much the amounts of a list or map are multiplied; None where they are money."""
    return 100 if field == "agreed_share" else None


def _in_order(value: dict[Any, Any]) -> list[tuple[Any, Any]]:
    """A map has no order of its own: its keys come as they do when it is read from the log again."""
    return sorted(value.items(), key=lambda item: str(item[0]))


def _at(element: Any, path: str) -> Any:
    if isinstance(element, tuple):
        return element[1] if path == "value" else element[0]
    return getattr(element, path) if path else element


def _cell(value: Any, column: str, currency: str | None) -> Any:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, date):
        return days.number(value)
    if isinstance(value, Money):
        assert currency is not None
        return convert(value.amount, value.rate, currency)
    if column in SCALED:
        return int(Decimal(value) * SCALED[column])
    return value


def _rate(fact: Fact) -> str | None:
    """The rate of the money that the fact's lists of amounts divide (docs/principles.md A55)."""
    return next((v.rate for f in fields(type(fact)) if isinstance(v := getattr(fact, f.name), Money)), None)


def _part_cell(value: Any, column: str, field: str, currency: str | None, rate: str | None) -> Any:
    if column != "amount":
        return _cell(value, column, currency)
    if (scale := scale_of_part(field)) is not None:
        return int(Decimal(value) * scale)
    assert currency is not None
    return convert(value, rate, currency)
