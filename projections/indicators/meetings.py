"""Governance bodies and the meetings they held. Source: docs/principles.md A6, A7, A45, A47, A48, A79."""

from typing import Any

from sqlalchemy import CTE, Select, Subquery, and_, func, null, or_, select

from projections.indicators.definition import flag
from projections.indicators.due_items import text
from projections.kernel import integer
from projections.relations import MEMBERSHIP, active_on, day_of, first, last, parts, position_of, seen
from projections.relations import of as only
from projections.schema import OPEN


def _bodies() -> CTE:
    e = seen("governance_body.established", "governance_body.dissolved")
    made = "governance_body.established"
    folded = (
        select(
            e.c.q,
            e.c.t,
            e.c.item,
            last(e, made, e.c.code).label("level"),
            last(e, made, e.c.number).label("cadence_days"),
            last(e, made, e.c.position).label("position"),
            last(e, made, e.c.known_from).label("known_from"),
            last(e, made, e.c.on_day).label("from_day"),
            first(e, "governance_body.dissolved").label("dissolved_ord"),
        )
        .group_by(e.c.q, e.c.t, e.c.item)
        .having(last(e, made).is_not(null()))
        .subquery()
    )
    f = folded.c
    return select(
        folded,
        func.coalesce(day_of(f.dissolved_ord), integer(OPEN)).label("to_day"),
        position_of(f.dissolved_ord).label("dissolved"),
    ).cte("body")


BODIES = _bodies()
"""One row per body: (q, t, item, level, cadence_days, from_day, to_day), active to before `to_day`, and the positions
`position` (established) and `dissolved`."""


def _held() -> CTE:
    e = seen("meeting.scheduled", "meeting.held")
    scheduled = func.max(only(e, "meeting.scheduled")).over(partition_by=(e.c.q, e.c.item)).label("scheduled")
    entry = select(
        e.c.q, e.c.t, e.c.type, e.c.position, e.c.known_from, e.c.on_day, e.c.item, e.c.ref, scheduled
    ).subquery()
    x = entry.c
    return (
        select(x.q, x.t, x.position, x.known_from, x.on_day, x.item, x.ref.label("body"))
        .join_from(entry, BODIES, and_(BODIES.c.q == x.q, BODIES.c.item == x.ref))
        .where(x.type == text("meeting.held"), or_(x.item.is_(null()), x.scheduled.is_not(null())))
        .cte("held")
    )


HELD = _held()
"""(q, t, position, on_day, item, body): every meeting held; `item` is NULL for one never scheduled."""


def _attended() -> CTE:
    p, on = parts(HELD, "attendees")
    return select(HELD.c.q, HELD.c.position, HELD.c.body, p.c.party, p.c.code).join_from(HELD, p, on).cte("attended")


ATTENDED = _attended()
"""(q, position, body, party, code): who came to a meeting held, and in which role."""


def _required() -> CTE:
    p, on = parts(BODIES, "required_roles")
    return select(BODIES.c.q, BODIES.c.item, p.c.code).join_from(BODIES, p, on).cte("required_role")


def with_every_party(present: Select[Any]) -> Subquery:
    """(q, position, item, every) of each meeting held; `present` gives the (q, position, party) that count as there.

    `every` is 1 where they are all the parties active on the day.
    """
    h, m, there = HELD.alias(), MEMBERSHIP.alias(), present.distinct().subquery()
    return (
        select(h.c.q, h.c.position, h.c.item, func.min(flag(there.c.party.is_not(null()))).label("every"))
        .join_from(h, m, and_(m.c.q == h.c.q, active_on(m, h.c.on_day)))
        .join(
            there,
            and_(there.c.q == h.c.q, there.c.position == h.c.position, there.c.party == m.c.party),
            isouter=True,
        )
        .group_by(h.c.q, h.c.position, h.c.item)
        .subquery()
    )


def in_role(role: str) -> Select[Any]:
    """The parties of which somebody in that role came."""
    a = ATTENDED.c
    return select(a.q, a.position, a.party).where(a.code == text(role))


def in_required_roles() -> Select[Any]:
    """The parties of which somebody came in a role that the body requires; one that requires none takes anyone."""
    a, required = ATTENDED.c, _required()
    match, any_at_all = required.alias(), select(required.c.q, required.c.item).distinct().subquery()
    return (
        select(a.q, a.position, a.party)
        .join_from(
            ATTENDED,
            match,
            and_(match.c.q == a.q, match.c.item == a.body, match.c.code == a.code),
            isouter=True,
        )
        .join(any_at_all, and_(any_at_all.c.q == a.q, any_at_all.c.item == a.body), isouter=True)
        .where(or_(match.c.code.is_not(null()), any_at_all.c.item.is_(null())))
    )
