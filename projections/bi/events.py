"""Every event, typed: one row each, as it stands after its corrections.

What a correction or a void said is an event of its own; a voided entry keeps its last row, marked.
"""

from typing import Any

from msgspec.inspect import StructType
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    String,
    case,
    cast,
    exists,
    false,
    literal,
    select,
)

from domain.codes import currencies
from domain.facts import FACTS
from domain.facts.structure import fields
from domain.store.schema import event
from domain.values import Money
from projections.bi.columns import day, decimal, flag, ident, instant, text, whole
from projections.bi.tables import FeedTable
from projections.kernel import integer
from projections.schema import event_fact, relationship

MONEY_TYPES = tuple(
    sorted(
        name
        for name, fact in FACTS.items()
        for field in fields(fact)
        if field.notes.get("column") == "amount" and isinstance(field.type, StructType) and field.type.cls is Money
    )
)
"""The event types whose amount is money, stored in minor units."""


def _text(value: str) -> ColumnElement[str]:
    return literal(value, String, literal_execute=True)


def _one_of(column: ColumnElement[Any], values: tuple[str, ...]) -> ColumnElement[bool]:
    return column.in_([_text(value) for value in values])


def _scale() -> ColumnElement[Any]:
    """What a minor unit of the relationship's currency is in ten-thousandths of the major one."""
    by_decimals = [
        (_one_of(relationship.c.currency, currencies(decimals)), factor)
        for decimals, factor in ((0, 10_000), (3, 10), (4, 1))
    ]
    return case(*((which, integer(factor)) for which, factor in by_decimals), else_=integer(100))


def _source(known_at: int) -> FromClause:
    """Each entry's last row of the journal by then; it is void where that row has been closed by then."""
    f, later = event_fact.alias(), event_fact.alias()
    k = literal(known_at, BigInteger, literal_execute=True)
    is_last = ~exists(
        select(later.c.position).where(
            later.c.position == f.c.position, later.c.known_from > f.c.known_from, later.c.known_from <= k
        )
    )
    is_void = f.c.known_to <= k
    amount = case((_one_of(f.c.type, MONEY_TYPES), f.c.amount * _scale()), else_=f.c.amount)
    return (
        select(
            f.c.position,
            f.c.event_id,
            f.c.type,
            f.c.relationship_id,
            f.c.own_of,
            f.c.on_day.label("occurred_on"),
            event.c.recorded_at,
            f.c.behalf.label("on_behalf_of"),
            f.c.item.label("item_id"),
            f.c.ref.label("other_id"),
            f.c.party.label("party_id"),
            f.c.about.label("about_party_id"),
            f.c.person.label("person_id"),
            f.c.due_day.label("due_on"),
            f.c.from_day.label("from_on"),
            f.c.asked_day.label("requested_on"),
            f.c.number,
            f.c.extra.label("second_number"),
            cast(amount, BigInteger).label("amount"),
            f.c.base.label("baseline"),
            f.c.code,
            f.c.label,
            f.c.flag,
            is_void.label("is_void"),
            (f.c.known_from > f.c.position).label("is_corrected"),
            case((is_void, f.c.known_to), else_=f.c.known_from).label("changed_at"),
            false().label("is_deleted"),
        )
        .select_from(
            f.join(event, event.c.position == f.c.position).outerjoin(
                relationship, relationship.c.relationship_id == f.c.relationship_id
            )
        )
        .where(f.c.known_from <= k, is_last)
        .subquery("event_fact_feed")
    )


EVENT_FACT = FeedTable(
    name="event_fact",
    grain="One entry of the register, as it stands after its corrections.",
    key=("position",),
    fields=(
        whole("position", "Its place in the one order of all."),
        ident("event_id", "Its id."),
        text("type", "Its type, for example commitment.made."),
        ident("relationship_id", "The relationship; empty for entries of the whole register.", optional=True),
        ident("own_of", "The party that alone knows of it; empty where the parties share it.", optional=True),
        day("occurred_on", "The day on which it happened."),
        instant("recorded_at", "When it was recorded."),
        ident("on_behalf_of", "The organisation for which it was recorded.", optional=True),
        ident("item_id", "The item that it is about, for example the commitment.", optional=True),
        ident("other_id", "What else it names, for example the issue's risk.", optional=True),
        ident("party_id", "The party that it names first.", optional=True),
        ident("about_party_id", "The party that it is about or asks.", optional=True),
        text("person_id", "The person that it names, as a pseudonymous id.", optional=True),
        day("due_on", "The day that it sets or ends on.", optional=True),
        day("from_on", "The day that it moves or begins on.", optional=True),
        day("requested_on", "The day on which a move was asked for.", optional=True),
        whole("number", "Its count, rating, level or version.", optional=True),
        whole("second_number", "Its second one: the impact of a risk.", optional=True),
        decimal("amount", 4, "Its money in the relationship's currency, or its measured value.", optional=True),
        decimal("baseline", 4, "Where an objective began.", optional=True),
        text("code", "Its outcome, level, role or kind.", optional=True),
        text("label", "Its second one.", optional=True),
        flag("flag", "Its yes or no.", optional=True),
        flag("is_void", "Whether it was voided."),
        flag("is_corrected", "Whether a later entry changed it: a correction, or the void of a void."),
    ),
    visibility="entry",
    source=_source,
)
