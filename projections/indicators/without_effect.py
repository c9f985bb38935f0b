"""Attempts that changed nothing: reschedulings, revisions and withdrawals too late or not agreed by all.

Source: docs/principles.md A10, A11, A41, A87.
"""

from typing import Any

from sqlalchemy import Select, and_, case, select

from projections.indicators.definition import listed
from projections.indicators.due_items import text
from projections.relations import seen


def without_effect(items: Any, *types: str) -> Select[Any]:
    """Evidence: the entries of these types that failed to change a counted one of `items` (q, item, counts)."""
    e = seen(*types)
    i = items.c
    why = case((e.c.code == text("not_agreed"), text("not_agreed")), else_=text("late_replan"))
    failed = e.c.code.in_([text("late_replan"), text("late"), text("not_agreed")])
    found = (
        select(e.c.q, e.c.position, why.label("reason"))
        .join_from(e, items, and_(i.q == e.c.q, i.item == e.c.item, i.counts == 1))
        .where(failed)
        .subquery()
    )
    return listed(found, found.c.position, found.c.reason)
