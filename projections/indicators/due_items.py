"""What is to be answered by a day: promises with a due date, happenings with a limit. Source: docs/principles.md A4.

`answered` and `followed` find each item and its first answer, `judged` applies the due-on window. Each relation has
(q, t, item, made, due, answer, answer_day): `made` and `answer` are positions, `due` and `answer_day` are days.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Subquery, and_, case, func, literal, null, select

from projections.indicators.definition import flag
from projections.kernel import integer
from projections.relations import day_of, first, position_of, seen, window

Pick = Callable[[Any], ColumnElement[Any]]
"""A column or condition of an entry, given the `seen` relation."""


def text(value: str) -> ColumnElement[str]:
    return literal(value, literal_execute=True)


def on_day(entry: Any) -> ColumnElement[Any]:
    day: ColumnElement[Any] = entry.c.on_day
    return day


def answered(
    made: str,
    *answers: str,
    days: int | None = None,
    made_key: str = "item",
    answer_key: str = "item",
    also: Mapping[str, tuple[str, Pick]] | None = None,
) -> Subquery:
    """One row per `made` entry that names an item of its own, with the first of the `answers` to it.

    days: the limit counted from the entry's own day; None: the limit is the entry's `due_day`.
    made_key, answer_key: the journal columns that hold the item's id. also: further columns, each the smallest value
    that the entries of one type with the item's id in `made_key` give.
    """
    more = dict(also or {})
    e = seen(*dict.fromkeys([made, *answers, *(kind for kind, _ in more.values())]))
    is_answer = e.c.type.in_([text(a) for a in answers])
    key = e.c[made_key] if made_key == answer_key else case((is_answer, e.c[answer_key]), else_=e.c[made_key])
    entry = select(e, key.label("key"), flag(is_answer).label("is_answer")).subquery()
    limit = entry.c.due_day if days is None else entry.c.on_day + integer(days)
    folded = (
        select(
            entry.c.q,
            entry.c.t,
            entry.c.key.label("item"),
            first(entry, made, entry.c.position).label("made"),
            first(entry, made, limit).label("due"),
            func.min(entry.c.ord).filter(entry.c.is_answer == 1).label("answer_ord"),
            *(first(entry, kind, pick(entry)).label(name) for name, (kind, pick) in more.items()),
        )
        .group_by(entry.c.q, entry.c.t, entry.c.key)
        .having(first(entry, made, entry.c.position).is_not(null()))
        .subquery()
    )
    return _with_answer(folded)


def followed(made: str, *answers: str, of: str, days: int = 0, matters: Pick | None = None) -> Subquery:
    """One row per `made` entry, of which an item may have many, with the first answer after it in the order.

    of: the type that creates the item; days: the limit counted from the entry's own day; matters: the condition on
    entries (of any of the types) to be looked at. `made_day` is the entry's own day.
    """
    e, a, o = seen(made), seen(*answers), seen(of)
    answer = select(a.c.q, a.c.item, a.c.ord)
    if matters is not None:
        answer = answer.where(matters(a))
    after, created = answer.subquery(), select(o.c.q, o.c.item).distinct().subquery()
    entry = (
        select(
            e.c.q,
            e.c.t,
            e.c.item,
            e.c.position.label("made"),
            e.c.on_day.label("made_day"),
            (e.c.on_day + integer(days)).label("due"),
            func.min(after.c.ord).label("answer_ord"),
        )
        .join_from(e, created, and_(created.c.q == e.c.q, created.c.item == e.c.item))
        .join(after, and_(after.c.q == e.c.q, after.c.item == e.c.item, after.c.ord > e.c.ord), isouter=True)
        .group_by(e.c.q, e.c.t, e.c.item, e.c.position, e.c.on_day)
    )
    if matters is not None:
        entry = entry.where(matters(e))
    return _with_answer(entry.subquery())


def _with_answer(items: Any) -> Subquery:
    """The position and the day of the answer in `answer_ord`."""
    ord_ = items.c.answer_ord
    return select(items, position_of(ord_).label("answer"), day_of(ord_).label("answer_day")).subquery()


def judged(
    items: Any,
    indicator: str | None,
    *,
    left_out: ColumnElement[Any] | None = None,
    hit: ColumnElement[bool] | None = None,
) -> Subquery:
    """The items from the indicator's window on (None: all of them), with `counts`, `hit` and `reason`.

    left_out: the reason for which an item does not count whatever its day, else NULL; hit: default answered in time.
    """
    c = items.c
    pending = c.due >= c.t
    reason = case((pending, text("not_due")))
    counts = c.due < c.t
    if left_out is not None:
        reason = case((left_out.is_not(null()), left_out), (pending, text("not_due")))
        counts = and_(left_out.is_(null()), c.due < c.t)
    kept = c.answer_day <= c.due if hit is None else hit
    found = select(items, flag(counts).label("counts"), flag(kept).label("hit"), reason.label("reason"))
    return found.where(c.due >= c.t - window(indicator) if indicator else c.due.is_not(null())).subquery()
