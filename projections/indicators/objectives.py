"""The objectives of a relationship as at T. Source: docs/principles.md A40 to A43, docs/events.md."""

from typing import Any

from sqlalchemy import CTE, ColumnElement, and_, case, func, null, select
from sqlalchemy.sql.selectable import FromClause

from projections.indicators.definition import flag
from projections.indicators.due_items import text
from projections.relations import last, seen, window


def _objectives() -> CTE:
    e = seen("objective.agreed", "objective.revised", "objective.withdrawn")
    acts = and_(e.c.type == text("objective.revised"), e.c.code == text("moves_due_date"))

    def last_that_sets(value: ColumnElement[Any]) -> ColumnElement[Any]:
        revised = case((and_(acts, value.is_not(null())), e.c.ord))
        return func.max(revised).over(partition_by=(e.c.q, e.c.item))

    # Only the columns needed: SQLite carries every one of them through the window.
    columns = ("q", "t", "item", "type", "position", "known_from", "on_day", "ord", "due_day", "amount", "base", "code")
    entry = select(
        *(e.c[name] for name in columns),
        last_that_sets(e.c.due_day).label("moved"),
        last_that_sets(e.c.amount).label("retargeted"),
    ).subquery()
    x = entry.c
    withdrawn = and_(x.type == text("objective.withdrawn"), x.code == text("effective"))

    def agreed(value: ColumnElement[Any]) -> ColumnElement[Any]:
        return last(entry, "objective.agreed", value)

    def at(place: ColumnElement[Any], value: ColumnElement[Any]) -> ColumnElement[Any]:
        return func.max(case((x.ord == place, value)))

    return (
        select(
            x.q,
            x.t,
            x.item,
            agreed(x.position).label("agreed"),
            agreed(x.known_from).label("known_from"),
            agreed(x.on_day).label("agreed_day"),
            agreed(x.base).label("baseline"),
            func.coalesce(at(x.retargeted, x.amount), agreed(x.amount)).label("target"),
            at(x.retargeted, x.position).label("target_mover"),
            func.coalesce(at(x.moved, x.due_day), agreed(x.due_day)).label("due"),
            at(x.moved, x.position).label("mover"),
            func.max(flag(withdrawn)).label("withdrawn"),
        )
        .group_by(x.q, x.t, x.item)
        .having(agreed(x.position).is_not(null()))
        .cte("objective")
    )


OBJECTIVES = _objectives()
"""One row per objective: (q, t, item, agreed_day, baseline, target, due, withdrawn), figures x 10^4; the positions
`agreed`, `mover` of the due date and `target_mover`; `known_from` of the agreement, for its parts."""


def undue(*conditions: ColumnElement[bool]) -> FromClause:
    """The objectives not yet due: `counts` is 1 for the active ones, the others have been withdrawn."""
    o = OBJECTIVES.c
    return (
        select(
            OBJECTIVES,
            flag(o.withdrawn == 0).label("counts"),
            case((o.withdrawn == 1, text("withdrawn"))).label("reason"),
        )
        .where(o.due >= o.t, *conditions)
        .subquery()
    )


def last_measured(objectives: Any, *, until: str, within: str | None = None) -> FromClause:
    """(q, item, value, position): the last measurement of each objective up to the day in its column `until`.

    within: the indicator in whose window it must lie.
    """
    m, o = seen("objective.measured"), objectives.c
    newest = func.row_number().over(partition_by=(m.c.q, m.c.item), order_by=m.c.ord.desc())
    ranked = select(m.c.q, m.c.item, m.c.amount.label("value"), m.c.position, newest.label("turn")).join_from(
        m, objectives, and_(o.q == m.c.q, o.item == m.c.item, m.c.on_day <= o[until])
    )
    if within is not None:
        ranked = ranked.where(m.c.on_day > m.c.t - window(within))
    measured = ranked.subquery()
    return select(measured).where(measured.c.turn == 1).subquery()
