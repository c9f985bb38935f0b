"""How much of the last year the partners have countersigned. Source: docs/principles.md 3.6, A80, A81."""

from typing import Any

from sqlalchemy import CTE, ColumnElement, FromClause, Select, and_, case, func, literal, null, or_, select

from domain.facts import FACTS
from domain.facts.structure import fields
from projections.indicators.definition import flag
from projections.indicators.due_items import text
from projections.kernel import integer
from projections.relations import MEMBERSHIP, active_on, parts, scope, seen
from projections.schema import event_fact

DAYS = 365
AGREED = tuple(sorted(name for name, fact in FACTS.items() if any(f.name == "agreed_by" for f in fields(fact))))
"""The event types with `agreed_by`."""


def _recent(f: FromClause) -> ColumnElement[bool]:
    """Whether the journal's row `f` of the relationship is a counted event of a question that is asked (A81)."""
    return and_(
        f.c.on_day <= scope.c.t,
        f.c.on_day > scope.c.t - DAYS,
        f.c.known_from <= scope.c.k,
        f.c.known_to > scope.c.k,
        or_(f.c.own_of.is_(null()), f.c.own_of == scope.c.party),
        f.c.type.not_like("entry.%"),
        scope.c.q % 2 == 0,
    )


def _corrected() -> CTE:
    """(q, event_id, position): the last correction of an entry, known by K whatever its own date."""
    f = event_fact.alias()
    return (
        select(scope.c.q, f.c.ref.label("event_id"), func.max(f.c.position).label("position"))
        .join_from(
            scope,
            f,
            and_(
                f.c.relationship_id == scope.c.relationship_id,
                f.c.type == literal("entry.corrected", literal_execute=True),
                f.c.known_from <= scope.c.k,
                f.c.known_to > scope.c.k,
            ),
        )
        .group_by(scope.c.q, f.c.ref)
        .cte("last_correction")
    )


CORRECTED = _corrected()


def countersigned() -> CTE:
    """(q, events, countersigned): the events of the last year, and those countersigned or agreed by all."""
    f = event_fact.alias()
    within = and_(f.c.relationship_id == scope.c.relationship_id, _recent(f))
    events = select(scope.c.q, func.count().label("n")).join_from(scope, f, within).group_by(scope.c.q).subquery()
    either = _accepted().union(_agreed_by_all()).subquery()
    signed = select(either.c.q, func.count().label("n")).group_by(either.c.q).subquery()
    return (
        select(events.c.q, events.c.n.label("events"), func.coalesce(signed.c.n, integer(0)).label("countersigned"))
        .join_from(events, signed, signed.c.q == events.c.q, isouter=True)
        .cte("countersigned")
    )


def _accepted() -> Select[Any]:
    """(q, position): events that another party last accepted and nobody last disputed, unless settled since."""
    c, settled, f = seen("entry.countersigned"), seen("entry.dispute_settled"), event_fact.alias()
    accepted = func.max(case((c.c.code == text("accepted"), c.c.ord)))
    disputed = func.max(case((c.c.code == text("disputed"), c.c.ord)))
    said = (
        select(c.c.q, c.c.ref, c.c.party, accepted.label("accepted"), disputed.label("disputed"))
        .join_from(c, CORRECTED, and_(CORRECTED.c.q == c.c.q, CORRECTED.c.event_id == c.c.ref), isouter=True)
        .where(c.c.position > func.coalesce(CORRECTED.c.position, integer(0)), c.c.q % 2 == 0)
        .group_by(c.c.q, c.c.ref, c.c.party)
        .subquery()
    )
    settlement = (
        select(settled.c.q, settled.c.ref, func.max(settled.c.ord).label("ord"))
        .group_by(settled.c.q, settled.c.ref)
        .subquery()
    )
    s = said.c
    is_accepted = and_(
        s.accepted.is_not(null()), or_(s.disputed.is_(null()), s.accepted > s.disputed), s.party != f.c.behalf
    )
    is_disputed = and_(
        s.disputed.is_not(null()),
        or_(s.accepted.is_(null()), s.disputed > s.accepted),
        or_(settlement.c.ord.is_(null()), s.disputed > settlement.c.ord),
    )
    return (
        select(s.q, f.c.position)
        .join_from(said, scope, scope.c.q == s.q)
        .join(f, and_(f.c.event_id == s.ref, _recent(f)))
        .join(settlement, and_(settlement.c.q == s.q, settlement.c.ref == s.ref), isouter=True)
        .group_by(s.q, f.c.position)
        .having(func.max(flag(is_accepted)) == 1, func.max(flag(is_disputed)) == 0)
    )


def _agreed_by_all() -> Select[Any]:
    """(q, position): events whose `agreed_by`, with the recording party (A8), holds every party active on their day."""
    f, m = event_fact.alias(), MEMBERSHIP.alias()
    p, on = parts(f, "agreed_by")
    agreeable = f.c.type.in_([text(name) for name in AGREED])
    agreed = (
        select(
            scope.c.q,
            f.c.position,
            m.c.party,
            func.max(flag(or_(m.c.party == f.c.behalf, m.c.party == p.c.party))).label("said"),
        )
        .join_from(scope, f, and_(f.c.relationship_id == scope.c.relationship_id, agreeable, _recent(f)))
        .join(m, and_(m.c.q == scope.c.q, active_on(m, f.c.on_day)))
        .join(p, on, isouter=True)
        .group_by(scope.c.q, f.c.position, m.c.party)
        .subquery()
    )
    return (
        select(agreed.c.q, agreed.c.position)
        .group_by(agreed.c.q, agreed.c.position)
        .having(func.min(agreed.c.said) == 1)
    )
