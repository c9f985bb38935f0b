"""How much of the last year the partners have countersigned. Source: docs/principles.md 3.6, A80, A81."""

from sqlalchemy import CTE, BigInteger, and_, cast, func, literal, null, or_, select, union_all

from projections.indicators.definition import flag
from projections.kernel import integer, total
from projections.relations import MEMBERSHIP, active_on, parts, scope, seen
from projections.schema import event_fact

DAYS = 365
AGREED = (
    "commitment.rescheduled",
    "commitment.withdrawn",
    "objective.revised",
    "objective.withdrawn",
    "meeting.cancelled",
    "decision.taken",
)
"""The event types with `agreed_by`."""


def _counted() -> CTE:
    f = event_fact.alias()
    return (
        select(scope.c.q, f.c.position, f.c.known_from, f.c.event_id, f.c.behalf, f.c.on_day, f.c.type)
        .join_from(
            scope,
            f,
            and_(
                f.c.relationship_id == scope.c.relationship_id,
                f.c.on_day <= scope.c.t,
                f.c.on_day > scope.c.t - DAYS,
                f.c.known_from <= scope.c.k,
                f.c.known_to > scope.c.k,
                or_(f.c.own_of.is_(null()), f.c.own_of == scope.c.party),
            ),
        )
        .where(f.c.type.not_like("entry.%"), scope.c.q % 2 == 0)
        .cte("counted_event")
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
    e = _counted()
    c = seen("entry.countersigned")
    settled = seen("entry.dispute_settled")
    turn = func.row_number().over(partition_by=(c.c.q, c.c.ref, c.c.party), order_by=c.c.ord.desc())
    said = (
        select(c.c.q, c.c.ref, c.c.party, c.c.code, c.c.ord, turn.label("turn"))
        .join_from(c, CORRECTED, and_(CORRECTED.c.q == c.c.q, CORRECTED.c.event_id == c.c.ref), isouter=True)
        .where(c.c.position > func.coalesce(CORRECTED.c.position, integer(0)))
        .subquery()
    )
    settlement = (
        select(settled.c.q, settled.c.ref, func.max(settled.c.ord).label("ord"))
        .group_by(settled.c.q, settled.c.ref)
        .subquery()
    )
    opinions = (
        select(
            e.c.q,
            e.c.position,
            func.max(flag(and_(said.c.code == "accepted", said.c.party != e.c.behalf))).label("accepted"),
            func.max(
                flag(
                    and_(
                        said.c.code == "disputed",
                        said.c.ord > func.coalesce(settlement.c.ord, cast(literal(-(2**62)), BigInteger)),
                    )
                )
            ).label("disputed"),
        )
        .join_from(e, said, and_(said.c.q == e.c.q, said.c.ref == e.c.event_id, said.c.turn == 1))
        .join(settlement, and_(settlement.c.q == said.c.q, settlement.c.ref == said.c.ref), isouter=True)
        .group_by(e.c.q, e.c.position)
        .subquery()
    )
    accepted = select(opinions.c.q, opinions.c.position).where(opinions.c.accepted == 1, opinions.c.disputed == 0)
    signed = accepted.union(_agreed_by_all(e)).subquery()
    counts = union_all(
        select(e.c.q, integer(1).label("events"), integer(0).label("countersigned")),
        select(signed.c.q, integer(0), integer(1)),
    ).subquery()
    return (
        select(
            counts.c.q,
            total(counts.c.events).label("events"),
            total(counts.c.countersigned).label("countersigned"),
        )
        .group_by(counts.c.q)
        .cte("countersigned")
    )


def _agreed_by_all(e: CTE):  # type: ignore[no-untyped-def]
    """(q, position): events whose `agreed_by`, with the recording party (A8), holds every party active on their day."""
    p, on = parts(e, "agreed_by")
    m = MEMBERSHIP.alias()
    agreed = (
        select(
            e.c.q,
            e.c.position,
            m.c.party,
            func.max(flag(or_(m.c.party == e.c.behalf, m.c.party == p.c.party))).label("said"),
        )
        .join_from(e, m, and_(m.c.q == e.c.q, active_on(m, e.c.on_day)))
        .join(p, on, isouter=True)
        .where(e.c.type.in_([literal(t, literal_execute=True) for t in AGREED]))
        .group_by(e.c.q, e.c.position, m.c.party)
        .subquery()
    )
    return (
        select(agreed.c.q, agreed.c.position)
        .group_by(agreed.c.q, agreed.c.position)
        .having(func.min(agreed.c.said) == 1)
    )
