"""Risks and their treatments as they stand at T. Source: docs/principles.md A65 to A68."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import CTE, ColumnElement, FunctionElement, and_, func, null, or_, select

from projections.indicators.definition import flag
from projections.indicators.due_items import text
from projections.kernel import high_bits, integer, low_bits
from projections.relations import day_of, first, last, position_of, seen, window

RATING_BITS = 5
"""Enough for the highest probability x impact, so that ord x 32 + p x i keeps the order and tells p x i."""

Fold = Callable[[ColumnElement[Any]], FunctionElement[Any]]


def _assessment(e: Any, name: str, fold: Fold, when: ColumnElement[bool] | None = None) -> ColumnElement[Any]:
    """The column from which `_found` reads one of a risk's assessments: the first or the last that fits."""
    fits = e.c.type == text("risk.assessed")
    if when is not None:
        fits = and_(fits, when)
    packed = e.c.ord * integer(2**RATING_BITS) + e.c.number * e.c.extra
    return fold(packed).filter(fits).label(name)


def _found(folded: Any, name: str) -> list[ColumnElement[Any]]:
    """`name`: the assessment's position; `name`_rating: its probability x impact."""
    packed = folded.c[name]
    return [
        position_of(high_bits(packed, RATING_BITS)).label(name),
        low_bits(packed, RATING_BITS).label(f"{name}_rating"),
    ]


def _risks() -> CTE:
    e = seen("risk.identified", "risk.owner_assigned", "risk.assessed", "risk.reviewed", "risk.closed")
    seen_to = e.c.type.in_([text("risk.assessed"), text("risk.reviewed")])
    in_window = and_(seen_to, e.c.on_day > e.c.t - window("RK2"))
    folded = (
        select(
            e.c.q,
            e.c.t,
            e.c.item,
            first(e, "risk.identified", e.c.position).label("identified"),
            first(e, "risk.identified", e.c.on_day).label("from_day"),
            flag(func.max(e.c.party).is_not(null())).label("has_owner"),
            last(e, "risk.owner_assigned").label("owner_assigned"),
            first(e, "risk.closed").label("closed"),
            func.max(e.c.ord).filter(in_window).label("look"),
            _assessment(e, "first", func.min),
            _assessment(e, "last", func.max),
            _assessment(e, "then", func.max, e.c.on_day <= e.c.t - window("RK3")),
        )
        .group_by(e.c.q, e.c.t, e.c.item)
        .having(first(e, "risk.identified", e.c.position).is_not(null()))
        .subquery()
    )
    f = folded.c
    closed_day, then = day_of(f.closed), f.t - window("RK3")
    return select(
        f.q,
        f.t,
        f.item,
        f.identified,
        f.from_day,
        f.has_owner,
        position_of(f.owner_assigned).label("owner_assigned"),
        closed_day.label("closed_day"),
        position_of(f.closed).label("closed"),
        flag(f.closed.is_(null())).label("is_open"),
        flag(and_(f.from_day <= then, or_(f.closed.is_(null()), closed_day > then))).label("was_open"),
        position_of(f.look).label("look"),
        day_of(high_bits(f.first, RATING_BITS)).label("first_day"),
        *(column for name in ("first", "last", "then") for column in _found(folded, name)),
    ).cte("risk")


RISKS = _risks()
"""One row per risk: (q, t, item, from_day, closed_day, has_owner), the positions `identified`, `owner_assigned` (last),
`closed`, `look` (the last assessment or review in the window of RK2), and three assessments, each with its position and
p x i: `first`, `last`, and `then`, the last one by the day before the window of RK3. `was_open`: on that day."""


def _treatments() -> CTE:
    e = seen("risk.treatment_planned", "risk.treatment_completed")
    folded = (
        select(
            e.c.q,
            e.c.t,
            e.c.item.label("risk"),
            e.c.ref,
            first(e, "risk.treatment_planned", e.c.position).label("made"),
            first(e, "risk.treatment_planned", e.c.due_day).label("due"),
            first(e, "risk.treatment_completed").label("answer_ord"),
        )
        .group_by(e.c.q, e.c.t, e.c.item, e.c.ref)
        .having(first(e, "risk.treatment_planned", e.c.position).is_not(null()))
        .subquery()
    )
    f = folded.c
    return (
        select(
            folded,
            position_of(f.answer_ord).label("answer"),
            day_of(f.answer_ord).label("answer_day"),
            RISKS.c.closed_day,
        )
        .join_from(folded, RISKS, and_(RISKS.c.q == f.q, RISKS.c.item == f.risk))
        .cte("treatment")
    )


TREATMENTS = _treatments()
"""One row per treatment: (q, t, risk, made, due, answer, answer_day) as due items have them, and the risk's end."""
