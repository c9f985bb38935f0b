"""P7 Trust and commitment to mutual benefit. Source: docs/principles.md P7, A9 to A16, A34, A53, A54."""

from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, and_, case, func, literal, null, or_, select
from sqlalchemy.sql.selectable import FromClause, SelectBase

from projections.indicators.definition import Indicator, evidence_of, flag, listed, measured, share_of, together
from projections.indicators.rounds import RECOMMEND, round_evidence
from projections.kernel import SCALE, half_up, integer, ratio
from projections.relations import ACTIVE, PARTY_COUNT, last, minimum, position_of, seen, window

LAPSES_AFTER = 30
"""Days after which an unfulfilled commitment counts as broken (docs/principles.md 1)."""
EARLY = 5
"""A rescheduling asked so many days before the due date is early (A54)."""


def _commitments() -> CTE:
    """One row per commitment: (q, t, item, by_party, due, outcome, days_late …) with the positions that decided it."""
    e = seen(
        "commitment.made",
        "commitment.rescheduled",
        "commitment.fulfilled",
        "commitment.fulfilment_disputed",
        "commitment.dispute_settled",
        "commitment.broken",
        "commitment.withdrawn",
    )
    moves = and_(e.c.type == _text("commitment.rescheduled"), e.c.code == _text("moves_due_date"))
    upheld = and_(e.c.type == _text("commitment.dispute_settled"), e.c.code == _text("upheld"))
    withdrawn = and_(e.c.type == _text("commitment.withdrawn"), e.c.code == _text("effective"))
    folded = (
        select(
            e.c.q,
            e.c.t,
            e.c.item,
            last(e, "commitment.made", e.c.position).label("made"),
            last(e, "commitment.made", e.c.party).label("by_party"),
            last(e, "commitment.made", e.c.due_day).label("due_made"),
            func.max(case((moves, e.c.ord))).label("moved"),
            last(e, "commitment.fulfilled").label("fulfilled"),
            last(e, "commitment.fulfilled", e.c.on_day).label("fulfilled_day"),
            func.max(case((upheld, e.c.ord))).label("upheld"),
            last(e, "commitment.fulfilment_disputed").label("disputed"),
            last(e, "commitment.fulfilment_disputed", e.c.on_day).label("disputed_day"),
            last(e, "commitment.dispute_settled").label("settled"),
            last(e, "commitment.dispute_settled", e.c.on_day).label("settled_day"),
            last(e, "commitment.broken", e.c.position).label("broken"),
            func.max(case((withdrawn, e.c.position))).label("withdrawn"),
        )
        .group_by(e.c.q, e.c.t, e.c.item)
        .having(last(e, "commitment.made", e.c.position).is_not(null()))
        .subquery()
    )
    r = seen("commitment.rescheduled")
    f = folded.c
    stands = and_(f.fulfilled.is_not(null()), or_(f.upheld.is_(null()), f.fulfilled > f.upheld))
    in_dispute = and_(f.disputed.is_not(null()), or_(f.settled.is_(null()), f.disputed > f.settled))
    disputes = func.coalesce(f.disputed, integer(0)) > func.coalesce(f.settled, integer(0))
    dated = (
        select(
            folded,
            func.coalesce(r.c.due_day, f.due_made).label("due"),
            r.c.position.label("mover"),
            case((stands, f.fulfilled_day)).label("done_day"),
            case((stands, position_of(f.fulfilled, f.fulfilled_day))).label("done"),
            flag(in_dispute).label("in_dispute"),
            case(
                (disputes, position_of(f.disputed, f.disputed_day)), else_=position_of(f.settled, f.settled_day)
            ).label("dispute"),
        )
        .join_from(folded, r, and_(r.c.q == f.q, r.c.item == f.item, r.c.ord == f.moved), isouter=True)
        .subquery()
    )
    d = dated.c
    outcome = case(
        (d.withdrawn.is_not(null()), _text("WITHDRAWN")),
        (d.broken.is_not(null()), _text("BROKEN")),
        (d.done_day > d.due, _text("LATE")),
        (and_(d.done_day.is_not(null()), d.in_dispute == 1), _text("DISPUTED")),
        (d.done_day.is_not(null()), _text("KEPT")),
        (d.due >= d.t, _text("PENDING")),
        (d.t - d.due <= LAPSES_AFTER, _text("OVERDUE")),
        else_=_text("BROKEN"),
    )
    return select(dated, outcome.label("outcome")).cte("commitment")


def _text(value: str) -> ColumnElement[str]:
    return literal(value, literal_execute=True)


COMMITMENTS = _commitments()


def _judged(indicator: str, hit: ColumnElement[bool]) -> FromClause:
    """The commitments from the indicator's window on: counted, withdrawn or not yet due."""
    c = COMMITMENTS.c
    counts = and_(c.outcome != _text("WITHDRAWN"), c.due < c.t)
    reason = case((c.outcome == _text("WITHDRAWN"), _text("withdrawn")), (c.due >= c.t, _text("not_due")))
    return (
        select(COMMITMENTS, flag(counts).label("counts"), flag(hit).label("hit"), reason.label("reason"))
        .where(c.due >= c.t - window(indicator))
        .subquery()
    )


KEPT = COMMITMENTS.c.outcome == _text("KEPT")
FAILED = or_(COMMITMENTS.c.outcome == _text("BROKEN"), and_(COMMITMENTS.c.done.is_not(null()), COMMITMENTS.c.in_dispute == 1))
DECIDED_BY = ("made", "mover", "done", "dispute", "broken")


def _without_effect(items: FromClause) -> Select[Any]:
    """The reschedulings and withdrawals that failed to move or release a counted commitment."""
    e = seen("commitment.rescheduled", "commitment.withdrawn")
    why = case((e.c.code == _text("not_agreed"), _text("not_agreed")), else_=_text("late_replan"))
    failed = e.c.code.in_([_text("late_replan"), _text("not_agreed"), _text("late")])
    found = (
        select(e.c.q, e.c.position, why.label("reason"))
        .join_from(e, items, and_(items.c.q == e.c.q, items.c.item == e.c.item, items.c.counts == 1))
        .where(failed)
        .subquery()
    )
    return listed(found, found.c.position, found.c.reason)


def _evidence(items: FromClause) -> SelectBase:
    return together(evidence_of(items, *DECIDED_BY), _without_effect(items))


def _by_active_party() -> FromClause:
    """TC2's commitments; `active` is 1 when the promising party is in P."""
    judged = _judged("TC2", KEPT)
    a = ACTIVE.alias()
    joined = (
        select(judged, flag(a.c.party.is_not(null())).label("active"))
        .join_from(judged, a, and_(a.c.q == judged.c.q, a.c.party == judged.c.by_party), isouter=True)
        .subquery()
    )
    columns = [c for c in joined.c if c.name not in ("counts", "reason", "active")]
    return select(
        *columns,
        (joined.c.counts * joined.c.active).label("counts"),
        case((joined.c.active == 0, _text("left_party")), else_=joined.c.reason).label("reason"),
    ).subquery()


def _tc2() -> Select[Any]:
    """The lowest rate over the highest; each party of P needs min_n commitments due."""
    items = _by_active_party()
    d = func.sum(items.c.counts)
    rates = (
        select(items.c.q, ratio(func.sum(items.c.hit * items.c.counts), d).label("rate"))
        .group_by(items.c.q, items.c.by_party)
        .having(d >= minimum("TC2"))
        .subquery()
    )
    low, high = func.min(rates.c.rate), func.max(rates.c.rate)
    value = case((high > 0, half_up(low * SCALE, high)))
    return (
        measured(rates.c.q, value, low, high)
        .join_from(rates, PARTY_COUNT, PARTY_COUNT.c.q == rates.c.q)
        .group_by(rates.c.q, PARTY_COUNT.c.n)
        .having(func.count() == PARTY_COUNT.c.n)
    )


def _tc2_evidence() -> SelectBase:
    return _evidence(_by_active_party())


def _tc4() -> Select[Any]:
    """The mean over parties of (share of 9 and 10) less (share of 0 to 6), in points of 100."""
    r = RECOMMEND.usable("TC4")
    party = (
        select(
            r.c.q,
            r.c.party,
            r.c.stale,
            (
                half_up(func.sum(flag(r.c.number >= 9)) * SCALE, func.count())
                - half_up(func.sum(flag(r.c.number <= 6)) * SCALE, func.count())
            ).label("net"),
        )
        .group_by(r.c.q, r.c.party, r.c.stale)
        .subquery()
    )
    points = func.sum(party.c.net) * 100
    return measured(party.c.q, half_up(points, func.count()), stale=func.max(party.c.stale)).group_by(party.c.q)


def _reschedulings() -> FromClause:
    e = seen("commitment.rescheduled")
    return (
        select(
            e.c.q,
            e.c.position,
            integer(1).label("counts"),
            flag(e.c.asked_day <= e.c.from_day - EARLY).label("hit"),
            null().label("reason"),
        )
        .where(e.c.on_day > e.c.t - window("TC5"))
        .subquery()
    )


P7 = (
    Indicator(
        id="TC1",
        title="Commitments kept on time",
        unit="ratio",
        kind="R",
        formula="commitments kept / commitments whose scored due date fell in the window, less those withdrawn in time",
        no_data="none due",
        source="S23-S25, X1",
        floor=5_000,
        target=8_500,
        window=90,
        min_n=3,
        measure=lambda: share_of(_judged("TC1", KEPT)),
        evidence=lambda: _evidence(_judged("TC1", KEPT)),
    ),
    Indicator(
        id="TC2",
        title="Balance of reliability",
        unit="ratio",
        kind="R",
        formula="lowest share of commitments kept by a party / highest; each party with at least min_n due",
        no_data="a party with too few due, or nobody kept any",
        source="TR cl. 10",
        floor=5_000,
        target=9_000,
        window=365,
        min_n=3,
        measure=_tc2,
        evidence=_tc2_evidence,
    ),
    Indicator(
        id="TC3",
        title="Broken or disputed",
        unit="ratio",
        kind="R",
        formula="commitments broken, or fulfilled with an open dispute / commitments due in the window, less those withdrawn",
        no_data="none due",
        source="J",
        floor=1_500,
        target=200,
        window=365,
        min_n=3,
        measure=lambda: share_of(_judged("TC3", FAILED)),
        evidence=lambda: _evidence(_judged("TC3", FAILED)),
    ),
    Indicator(
        id="TC4",
        title="Net collaboration score",
        unit="points",
        kind="S",
        formula='mean over parties of (share 9-10 less share 0-6) x 100 on "choose this partner again"',
        no_data="fewer than two parties with three answers",
        source="J (NPS arithmetic)",
        floor=-200_000,
        target=400_000,
        window=365,
        measure=_tc4,
        evidence=lambda: round_evidence("TC4", RECOMMEND),
    ),
    Indicator(
        id="TC5",
        title="Early warning",
        unit="ratio",
        kind="R",
        formula="reschedulings asked for at least 5 days before the due date / reschedulings, those too late included",
        no_data="nothing rescheduled",
        source="S26",
        floor=3_000,
        target=9_000,
        window=365,
        min_n=3,
        measure=lambda: share_of(_reschedulings()),
        evidence=lambda: evidence_of(_reschedulings(), "position"),
    ),
)
