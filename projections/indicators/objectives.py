"""The objectives of a relationship as at T. Source: docs/principles.md A40 to A43, docs/events.md."""

from sqlalchemy import CTE, Select, and_, case, func, null, or_, select
from sqlalchemy.sql.selectable import FromClause

from projections.indicators.definition import flag
from projections.indicators.due_items import text
from projections.kernel import integer
from projections.relations import ACTIVE, last, parts, seen


def _objectives() -> CTE:
    e = seen("objective.agreed", "objective.revised", "objective.withdrawn")
    acts = and_(e.c.type == text("objective.revised"), e.c.code == text("moves_due_date"))
    of_it = (e.c.q, e.c.item)
    entry = select(
        e,
        func.max(case((and_(acts, e.c.due_day.is_not(null())), e.c.ord))).over(partition_by=of_it).label("moved"),
        func.max(case((and_(acts, e.c.amount.is_not(null())), e.c.ord))).over(partition_by=of_it).label("retargeted"),
    ).subquery()
    x = entry.c
    withdrawn = and_(x.type == text("objective.withdrawn"), x.code == text("effective"))

    def of_mover(place, value):  # type: ignore[no-untyped-def]
        return func.max(case((x.ord == place, value)))

    return (
        select(
            x.q,
            x.t,
            x.item,
            last(entry, "objective.agreed", x.position).label("agreed"),
            last(entry, "objective.agreed", x.known_from).label("known_from"),
            last(entry, "objective.agreed", x.on_day).label("agreed_day"),
            last(entry, "objective.agreed", x.base).label("baseline"),
            func.coalesce(of_mover(x.moved, x.due_day), last(entry, "objective.agreed", x.due_day)).label("due"),
            of_mover(x.moved, x.position).label("mover"),
            func.coalesce(of_mover(x.retargeted, x.amount), last(entry, "objective.agreed", x.amount)).label("target"),
            of_mover(x.retargeted, x.position).label("target_mover"),
            flag(func.max(case((withdrawn, x.ord))).is_not(null())).label("withdrawn"),
        )
        .group_by(x.q, x.t, x.item)
        .having(last(entry, "objective.agreed", x.position).is_not(null()))
        .cte("objective")
    )
