"""P5 Governance and processes. Source: docs/principles.md P5, A7, A47 to A50."""

from typing import Any

from sqlalchemy import Select, Subquery, and_, case, func, null, select
from sqlalchemy.sql.selectable import SelectBase

from projections.indicators.definition import Indicator, evidence_of, listed, measured, share_of, together
from projections.indicators.due_items import answered, judged, on_day, text
from projections.indicators.meetings import BODIES, HELD, in_required_roles, with_every_party
from projections.kernel import SCALE, div, greatest, integer, least, ratio, total
from projections.relations import day_of, position_of, seen, window

SETTLED_WITHIN = {1: 5, 2: 10, 3: 20, 4: 40}
"""Days by severity."""
REOPENED_WITHIN = 30
"""An issue reopened within so many days of its resolution was not settled (A50)."""


def _bodies() -> Subquery:
    """(q, item, position, dissolved, due): the bodies active on some day of the window, with the meetings due."""
    b = BODIES.c
    start = greatest(b.from_day, b.t - window("GP1") + integer(1))
    stop = least(b.to_day, b.t + integer(1))
    active = select(BODIES, (stop - start).label("days")).subquery()
    x = active.c
    return (
        select(x.q, x.item, x.position, x.dissolved, div(x.days, x.cadence_days).label("due"))
        .where(x.days > 0)
        .subquery()
    )


def _held_in(indicator: str) -> Subquery:
    """The meetings held in the indicator's window."""
    return select(HELD).where(HELD.c.on_day > HELD.c.t - window(indicator)).subquery()


def _gp1() -> Select[Any]:
    """A body gets no credit for more meetings than were due."""
    bodies, held = _bodies(), _held_in("GP1")
    counts = select(held.c.q, held.c.body, func.count().label("held")).group_by(held.c.q, held.c.body).subquery()
    b = bodies.c
    kept = (
        select(b.q, b.due, least(func.coalesce(counts.c.held, integer(0)), b.due).label("kept"))
        .join_from(bodies, counts, and_(counts.c.q == b.q, counts.c.body == b.item), isouter=True)
        .subquery()
    )
    n, d = total(kept.c.kept), total(kept.c.due)
    return measured(kept.c.q, ratio(n, d), n * SCALE, d * SCALE, d).group_by(kept.c.q)


def _gp1_evidence() -> SelectBase:
    bodies, held = _bodies(), _held_in("GP1")
    due = select(bodies).where(bodies.c.due >= 1).subquery()
    met = (
        select(held.c.q, held.c.position)
        .join_from(held, due, and_(due.c.q == held.c.q, due.c.item == held.c.body))
        .subquery()
    )
    return together(listed(due, due.c.position), listed(due, due.c.dissolved), listed(met, met.c.position))


def _gp2() -> Select[Any]:
    held, quorum = _held_in("GP2"), with_every_party(in_required_roles())
    items = (
        select(held.c.q, integer(1).label("counts"), quorum.c.every.label("hit"))
        .join_from(held, quorum, and_(quorum.c.q == held.c.q, quorum.c.position == held.c.position))
        .subquery()
    )
    return share_of(items)


def _gp2_evidence() -> SelectBase:
    held = _held_in("GP2")
    return listed(held, held.c.position)


def _decisions() -> Subquery:
    taken = answered(
        "decision.taken",
        "decision.implemented",
        also={
            "body": ("decision.taken", lambda e: e.c.ref),
            "reversed_day": ("decision.reversed", on_day),
        },
    )
    of_a_body = (
        select(taken).join_from(taken, BODIES, and_(BODIES.c.q == taken.c.q, BODIES.c.item == taken.c.body)).subquery()
    )
    in_time = of_a_body.c.reversed_day <= of_a_body.c.due
    return judged(of_a_body, "GP3", left_out=case((in_time, text("reversed"))))


def _resolutions() -> Subquery:
    """(q, t, made, due, answer, reopened) of the issues whose limit was not before the window.

    answer: the last resolution by the limit; reopened: the first reopening soon after it.
    """
    e, done, again = seen("issue.raised"), _moves("issue.resolved"), _moves("issue.reopened")
    days = case(*((e.c.number == severity, integer(days)) for severity, days in SETTLED_WITHIN.items()))
    due = func.max(e.c.on_day + days)
    raised = (
        select(e.c.q, e.c.t, e.c.item, func.max(e.c.position).label("made"), due.label("due"))
        .group_by(e.c.q, e.c.t, e.c.item)
        .having(due >= e.c.t - window("GP4"))
        .subquery()
    )
    i = raised.c
    settled = (
        select(raised, func.max(done.c.ord).label("settled"))
        .join_from(
            raised, done, and_(done.c.q == i.q, done.c.item == i.item, day_of(done.c.ord) <= i.due), isouter=True
        )
        .group_by(*i)
        .subquery()
    )
    s = settled.c
    undone = and_(
        again.c.q == s.q,
        again.c.item == s.item,
        again.c.ord > s.settled,
        day_of(again.c.ord) <= day_of(s.settled) + integer(REOPENED_WITHIN),
    )
    return (
        select(
            s.q,
            s.t,
            s.made,
            s.due,
            position_of(s.settled).label("answer"),
            position_of(func.min(again.c.ord)).label("reopened"),
        )
        .join_from(settled, again, undone, isouter=True)
        .group_by(*s)
        .subquery()
    )


def _moves(kind: str) -> Subquery:
    """(q, item, ord) of the entries of that type."""
    e = seen(kind)
    return select(e.c.q, e.c.item, e.c.ord).subquery()


def _issues() -> Subquery:
    settled = _resolutions()
    stands = and_(settled.c.answer.is_not(null()), settled.c.reopened.is_(null()))
    return judged(settled, "GP4", hit=stands)


P5 = (
    Indicator(
        id="GP1",
        title="Cadence kept",
        unit="ratio",
        kind="A",
        formula=(
            "sum over bodies of meetings held, at most those due / sum of those due; due: days the body was active in "
            "the window, divided by its cadence in days and rounded down"
        ),
        no_data="no body active in the window = 0; no meeting due = NO_DATA",
        source="S20",
        floor=5_000,
        target=9_500,
        window=365,
        from_stage=5,
        measure=_gp1,
        evidence=_gp1_evidence,
    ),
    Indicator(
        id="GP2",
        title="Two-sided quorum",
        unit="ratio",
        kind="R",
        formula="meetings held with someone in a required role of every party / meetings held",
        no_data="none held",
        source="J",
        floor=5_000,
        target=9_500,
        window=365,
        min_n=3,
        measure=_gp2,
        evidence=_gp2_evidence,
    ),
    Indicator(
        id="GP3",
        title="Decisions carried out",
        unit="ratio",
        kind="R",
        formula=(
            "decisions implemented on or before their due date / decisions due in the window, less those reversed "
            "on or before it"
        ),
        no_data="none due",
        source="J",
        floor=5_000,
        target=9_000,
        window=180,
        min_n=3,
        measure=lambda: share_of(_decisions()),
        evidence=lambda: evidence_of(_decisions(), "made", "answer"),
    ),
    Indicator(
        id="GP4",
        title="Issues settled in time",
        unit="ratio",
        kind="R",
        formula=(
            "issues resolved within 5, 10, 20 or 40 days for severity 1, 2, 3 or 4 and not reopened in the "
            f"{REOPENED_WITHIN} days after / issues whose limit fell in the window"
        ),
        no_data="none",
        source="J",
        floor=5_000,
        target=9_000,
        window=180,
        min_n=3,
        measure=lambda: share_of(_issues()),
        evidence=lambda: evidence_of(_issues(), "made", "answer", "reopened"),
    ),
)
