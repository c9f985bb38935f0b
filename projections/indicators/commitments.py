"""Commitments as at T: the scored due date, the outcome, and the entries that decided it.

Source: docs/principles.md A9 to A16.
"""

from sqlalchemy import CTE, and_, case, func, null, or_, select

from projections.indicators.definition import flag
from projections.indicators.due_items import text
from projections.relations import first, last, position_of, seen

LAPSES_AFTER = 30
"""Days after which an unfulfilled commitment counts as broken (docs/principles.md 1)."""


def _commitments() -> CTE:
    e = seen(
        "commitment.made",
        "commitment.rescheduled",
        "commitment.fulfilled",
        "commitment.fulfilment_disputed",
        "commitment.dispute_settled",
        "commitment.broken",
        "commitment.withdrawn",
    )
    moves = and_(e.c.type == text("commitment.rescheduled"), e.c.code == text("moves_due_date"))
    moved = func.max(case((moves, e.c.ord))).over(partition_by=(e.c.q, e.c.item))
    e = select(e, moved.label("moved")).subquery()
    upheld = and_(e.c.type == text("commitment.dispute_settled"), e.c.code == text("upheld"))
    withdrawn = and_(e.c.type == text("commitment.withdrawn"), e.c.code == text("effective"))
    is_mover = e.c.ord == e.c.moved
    folded = (
        select(
            e.c.q,
            e.c.t,
            e.c.item,
            last(e, "commitment.made", e.c.position).label("made"),
            last(e, "commitment.made", e.c.party).label("by_party"),
            last(e, "commitment.made", e.c.due_day).label("due_made"),
            func.max(case((is_mover, e.c.due_day))).label("due_moved"),
            func.max(case((is_mover, e.c.position))).label("mover"),
            last(e, "commitment.fulfilled").label("fulfilled"),
            last(e, "commitment.fulfilled", e.c.on_day).label("fulfilled_day"),
            func.max(case((upheld, e.c.ord))).label("upheld"),
            last(e, "commitment.fulfilment_disputed").label("disputed"),
            last(e, "commitment.fulfilment_disputed", e.c.on_day).label("disputed_day"),
            last(e, "commitment.dispute_settled").label("settled"),
            last(e, "commitment.dispute_settled", e.c.on_day).label("settled_day"),
            position_of(first(e, "commitment.broken"), first(e, "commitment.broken", e.c.on_day)).label("broken"),
            func.max(case((withdrawn, e.c.position))).label("withdrawn"),
        )
        .group_by(e.c.q, e.c.t, e.c.item)
        .having(last(e, "commitment.made", e.c.position).is_not(null()))
        .subquery()
    )
    f = folded.c
    stands = and_(f.fulfilled.is_not(null()), or_(f.upheld.is_(null()), f.fulfilled > f.upheld))
    in_dispute = and_(f.disputed.is_not(null()), or_(f.settled.is_(null()), f.disputed > f.settled))
    dated = select(
        folded,
        func.coalesce(f.due_moved, f.due_made).label("due"),
        case((stands, f.fulfilled_day)).label("done_day"),
        case((stands, position_of(f.fulfilled, f.fulfilled_day))).label("done"),
        flag(in_dispute).label("in_dispute"),
        case((in_dispute, position_of(f.disputed, f.disputed_day)), else_=position_of(f.settled, f.settled_day)).label(
            "dispute"
        ),
    ).subquery()
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


COMMITMENTS = _commitments()
"""One row per commitment: (q, t, item, by_party, due, done_day, in_dispute, outcome) and the positions `made`, `mover`
of the due date, `done` (the standing fulfilment), `dispute` (the last dispute or settlement), `broken`, `withdrawn`."""
