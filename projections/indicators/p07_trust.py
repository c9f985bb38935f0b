"""P7 Trust and commitment to mutual benefit. Source: docs/principles.md P7, A9 to A16, A53, A54."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, null, or_, select
from sqlalchemy.sql.selectable import FromClause, SelectBase

from projections.indicators.commitments import COMMITMENTS
from projections.indicators.definition import Indicator, evidence_of, flag, measured, share_of, together
from projections.indicators.due_items import judged, text
from projections.indicators.rounds import RECOMMEND, round_evidence
from projections.indicators.without_effect import without_effect
from projections.kernel import SCALE, half_up, integer, ratio, total
from projections.relations import ACTIVE, PARTY_COUNT, minimum, seen, window

EARLY = 5
"""A rescheduling asked so many days before the due date is early (A54)."""
C = COMMITMENTS.c
KEPT = C.outcome == text("KEPT")
FAILED = or_(C.outcome == text("BROKEN"), and_(C.done.is_not(null()), C.in_dispute == 1))
WITHDRAWN: ColumnElement[Any] = case((C.outcome == text("WITHDRAWN"), text("withdrawn")))
DECIDED_BY = ("made", "mover", "done", "dispute", "broken")


def _due(indicator: str, hit: ColumnElement[bool]) -> FromClause:
    return judged(COMMITMENTS, indicator, left_out=WITHDRAWN, hit=hit)


def _evidence(items: FromClause) -> SelectBase:
    tried = without_effect(items, "commitment.rescheduled", "commitment.withdrawn")
    return together(evidence_of(items, *DECIDED_BY), tried)


def _by_active_party() -> FromClause:
    """TC2's commitments: those of parties that have left are left out."""
    promised = (
        select(COMMITMENTS, flag(ACTIVE.c.party.is_(null())).label("gone"))
        .join_from(COMMITMENTS, ACTIVE, and_(ACTIVE.c.q == C.q, ACTIVE.c.party == C.by_party), isouter=True)
        .subquery()
    )
    p = promised.c
    why = case((p.gone == 1, text("left_party")), (p.outcome == text("WITHDRAWN"), text("withdrawn")))
    return judged(promised, "TC2", left_out=why, hit=p.outcome == text("KEPT"))


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
    points = total(party.c.net) * 100
    return measured(party.c.q, half_up(points, func.count()), stale=party.c.stale).group_by(party.c.q, party.c.stale)


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
        .join_from(e, COMMITMENTS, and_(C.q == e.c.q, C.item == e.c.item))
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
        measure=lambda: share_of(_due("TC1", KEPT)),
        evidence=lambda: _evidence(_due("TC1", KEPT)),
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
        formula="commitments broken, or fulfilled with a dispute open / commitments whose scored due date fell in the "
        "window, less those withdrawn in time",
        no_data="none due",
        source="J",
        floor=1_500,
        target=200,
        window=365,
        min_n=3,
        measure=lambda: share_of(_due("TC3", FAILED)),
        evidence=lambda: _evidence(_due("TC3", FAILED)),
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
