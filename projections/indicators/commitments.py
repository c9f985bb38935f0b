"""Commitments as at T: the scored due date, the outcome, and the entries that decided it.

Source: docs/principles.md A9 to A16.
"""

from sqlalchemy import CTE, Subquery, and_, case, func, null, or_, select

from projections.indicators.definition import flag
from projections.indicators.due_items import text
from projections.relations import day_of, first, last, position_of, seen

LAPSES_AFTER = 30
"""Days after which an unfulfilled commitment counts as broken (docs/principles.md 1)."""


def _commitments() -> CTE:
    e = seen(
        "commitment.made",
        "commitment.fulfilled",
        "commitment.fulfilment_disputed",
        "commitment.dispute_settled",
        "commitment.broken",
        "commitment.withdrawn",
    )
    upheld = and_(e.c.type == text("commitment.dispute_settled"), e.c.code == text("upheld"))
    withdrawn = and_(e.c.type == text("commitment.withdrawn"), e.c.code == text("effective"))
    folded = (
        select(
            e.c.q,
            e.c.t,
            e.c.item,
            last(e, "commitment.made", e.c.position).label("made"),
            last(e, "commitment.made", e.c.party).label("by_party"),
            last(e, "commitment.made", e.c.due_day).label("due_made"),
            last(e, "commitment.fulfilled").label("fulfilled"),
            func.max(e.c.ord).filter(upheld).label("upheld"),
            last(e, "commitment.fulfilment_disputed").label("disputed"),
            last(e, "commitment.dispute_settled").label("settled"),
            position_of(first(e, "commitment.broken")).label("broken"),
            func.max(e.c.position).filter(withdrawn).label("withdrawn"),
        )
        .group_by(e.c.q, e.c.t, e.c.item)
        .having(last(e, "commitment.made", e.c.position).is_not(null()))
        .subquery()
    )
    f, mover = folded.c, _movers()
    stands = and_(f.fulfilled.is_not(null()), or_(f.upheld.is_(null()), f.fulfilled > f.upheld))
    in_dispute = and_(f.disputed.is_not(null()), or_(f.settled.is_(null()), f.disputed > f.settled))
    dated = (
        select(
            folded,
            mover.c.position.label("mover"),
            func.coalesce(mover.c.due_day, f.due_made).label("due"),
            case((stands, day_of(f.fulfilled))).label("done_day"),
            case((stands, position_of(f.fulfilled))).label("done"),
            flag(in_dispute).label("in_dispute"),
            position_of(case((in_dispute, f.disputed), else_=f.settled)).label("dispute"),
        )
        .join_from(folded, mover, and_(mover.c.q == f.q, mover.c.item == f.item), isouter=True)
        .subquery()
    )
    d = dated.c
    outcome = case(
        (d.withdrawn.is_not(null()), text("WITHDRAWN")),
        (d.broken.is_not(null()), text("BROKEN")),
        (d.done_day > d.due, text("LATE")),
        (and_(d.done_day.is_not(null()), d.in_dispute == 1), text("DISPUTED")),
        (d.done_day.is_not(null()), text("KEPT")),
        (d.due >= d.t, text("PENDING")),
        (d.t - d.due <= LAPSES_AFTER, text("OVERDUE")),
        else_=text("BROKEN"),
    )
    return select(dated, outcome.label("outcome")).cte("commitment")


def _movers() -> Subquery:
    """(q, item, due_day, position): the last rescheduling that moved each commitment's due date."""
    e = seen("commitment.rescheduled")
    newest = func.row_number().over(partition_by=(e.c.q, e.c.item), order_by=e.c.ord.desc())
    ranked = (
        select(e.c.q, e.c.item, e.c.due_day, e.c.position, newest.label("turn"))
        .where(e.c.code == text("moves_due_date"))
        .subquery()
    )
    return select(ranked).where(ranked.c.turn == 1).subquery()


COMMITMENTS = _commitments()
"""One row per commitment: (q, t, item, by_party, due, done_day, in_dispute, outcome) and the positions `made`, `mover`
of the due date, `done` (the standing fulfilment), `dispute` (the last dispute or settlement), `broken`, `withdrawn`."""
