"""Initiatives and the value claimed for them, as the indicators of P8 read them. Source: docs/principles.md A55 to A60.

Amounts are minor units of the relationship's currency.
"""

from sqlalchemy import CTE, and_, case, func, null, or_, select

from projections.indicators.due_items import text
from projections.relations import day_of, first, last, position_of, seen


def _initiatives() -> CTE:
    e = seen("initiative.proposed", "initiative.approved", "initiative.rejected", "initiative.stopped")
    decided = or_(e.c.type == text("initiative.approved"), e.c.type == text("initiative.rejected"))
    folded = (
        select(
            e.c.q,
            e.c.t,
            e.c.item,
            first(e, "initiative.proposed", e.c.position).label("made"),
            first(e, "initiative.proposed", e.c.on_day).label("made_day"),
            first(e, "initiative.proposed", e.c.party).label("by_party"),
            func.min(e.c.ord).filter(decided).label("decided"),
            last(e, "initiative.approved").label("approved"),
            position_of(first(e, "initiative.stopped")).label("stopped"),
            first(e, "initiative.stopped", e.c.on_day).label("stopped_day"),
        )
        .group_by(e.c.q, e.c.t, e.c.item)
        .having(first(e, "initiative.proposed", e.c.position).is_not(null()))
        .subquery()
    )
    f = folded.c
    return select(folded, position_of(f.decided).label("answer"), day_of(f.decided).label("answer_day")).cte(
        "initiative"
    )


INITIATIVES = _initiatives()
"""(q, t, item, made, made_day, by_party, approved, stopped, stopped_day, answer, answer_day): every proposal by T.

`approved` is the place of the last approval; `answer` is the first approval or rejection.
"""


def _approved() -> CTE:
    a, i = seen("initiative.approved"), INITIATIVES
    return (
        select(
            a.c.q,
            a.c.item,
            a.c.position,
            a.c.known_from,
            a.c.amount,
            a.c.from_day,
            a.c.due_day,
            i.c.stopped,
            func.coalesce(i.c.stopped_day, i.c.t).label("until"),
        )
        .join_from(i, a, and_(a.c.q == i.c.q, a.c.item == i.c.item, a.c.ord == i.c.approved))
        .cte("approved_initiative")
    )


APPROVED = _approved()
"""(q, item, position, known_from, amount, from_day, due_day, stopped, until): the approval in force of each initiative.

`until` is the day up to which its target grows: T, or the day on which it was stopped.
"""


def _claims() -> CTE:
    e, i = seen("value.realised", "value.verified", "value.reversed"), INITIATIVES
    folded = (
        select(
            e.c.q,
            e.c.t,
            e.c.item,
            first(e, "value.realised", e.c.position).label("position"),
            first(e, "value.realised", e.c.known_from).label("known_from"),
            first(e, "value.realised", e.c.on_day).label("on_day"),
            first(e, "value.realised", e.c.ref).label("initiative"),
            first(e, "value.realised", e.c.amount).label("amount"),
            first(e, "value.verified").label("verified"),
            first(e, "value.reversed", e.c.position).label("reversed"),
        )
        .group_by(e.c.q, e.c.t, e.c.item)
        .having(first(e, "value.realised", e.c.position).is_not(null()))
        .subquery()
    )
    f = folded.c
    return (
        select(
            f.q,
            f.t,
            f.position,
            f.known_from,
            f.on_day,
            f.initiative,
            f.amount,
            position_of(f.verified).label("verified"),
            case((f.reversed.is_not(null()), text("reversed"))).label("reason"),
        )
        .join_from(folded, i, and_(i.c.q == f.q, i.c.item == f.initiative))
        .cte("value_claim")
    )


CLAIMS = _claims()
"""(q, t, position, known_from, on_day, initiative, amount, verified, reason): every claim by T.

`verified` is the position of the first verification; `reason` is "reversed" or NULL.
"""
