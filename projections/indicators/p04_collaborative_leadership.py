"""P4 Collaborative leadership. Source: docs/principles.md P4, A7, A38, A44 to A46."""

from typing import Any

from sqlalchemy import CTE, Select, Subquery, and_, case, func, null, or_, select
from sqlalchemy.sql.selectable import SelectBase

from projections.indicators.definition import Indicator, evidence_of, flag, listed, measured, share_of, together
from projections.indicators.due_items import answered, followed, judged, text
from projections.indicators.meetings import BODIES, in_role, with_every_party
from projections.indicators.tenures import TENURES
from projections.kernel import SCALE, div, greatest, half_up, integer, least, ratio, total
from projections.relations import ACTIVE, MEMBERSHIP, scope, seen, window

SPONSOR = "executive_sponsor"
AHEAD = 7
"""A meeting called off by all so many days ahead does not count (A45)."""


def _in_office() -> CTE:
    """(q, party, assigned, vacated, start, stop): times in the window with a sponsor of a party of P in office.

    `stop` is excluded; one assignment gives several rows when its party was away in between.
    """
    s, m = TENURES.c, MEMBERSHIP.alias()
    start = greatest(greatest(s.from_day, m.c.from_day), s.t - window("CL1") + integer(1))
    stop = least(least(s.to_day, m.c.to_day), s.t + integer(1))
    times = (
        select(s.q, s.party, s.assigned, s.vacated, start.label("start"), stop.label("stop"))
        .join_from(TENURES, ACTIVE, and_(ACTIVE.c.q == s.q, ACTIVE.c.party == s.party))
        .join(m, and_(m.c.q == s.q, m.c.party == s.party))
        .where(s.role == text(SPONSOR))
        .subquery()
    )
    return select(times).where(times.c.start < times.c.stop).cte("sponsor_in_office")


IN_OFFICE = _in_office()


def _days_covered() -> Subquery:
    """(q, party, days): days with a sponsor in office, each counted once however many there were."""
    o = IN_OFFICE.c
    before = func.max(o.stop).over(partition_by=(o.q, o.party), order_by=(o.start, o.stop, o.assigned), rows=(None, -1))
    merged = select(o.q, o.party, o.start, o.stop, before.label("before")).subquery()
    x = merged.c
    new = x.stop - greatest(x.start, func.coalesce(x.before, x.start))
    return select(x.q, x.party, total(greatest(new, integer(0))).label("days")).group_by(x.q, x.party).subquery()


def _days_active() -> Subquery:
    """(q, party, days): the days of the window on which each party of P was active."""
    m = MEMBERSHIP.c
    start = greatest(m.from_day, scope.c.t - window("CL1") + integer(1))
    stop = least(m.to_day, scope.c.t + integer(1))
    return (
        select(m.q, m.party, total(greatest(stop - start, integer(0))).label("days"))
        .join_from(MEMBERSHIP, ACTIVE, and_(ACTIVE.c.q == m.q, ACTIVE.c.party == m.party))
        .join(scope, scope.c.q == m.q)
        .group_by(m.q, m.party)
        .subquery()
    )


def _cl1() -> Select[Any]:
    """The party with the lowest share of days; of equals, the one that was active longer."""
    active, covered = _days_active(), _days_covered()
    n, d = func.coalesce(covered.c.days, integer(0)), active.c.days
    shares = (
        select(active.c.q, n.label("n"), d.label("d"), ratio(n, d).label("share"))
        .join_from(active, covered, and_(covered.c.q == active.c.q, covered.c.party == active.c.party), isouter=True)
        .subquery()
    )
    x = shares.c
    rank = func.row_number().over(partition_by=x.q, order_by=(x.share, x.d.desc(), x.n))
    ranked = select(shares, rank.label("rank")).subquery()
    return measured(ranked.c.q, ranked.c.share, ranked.c.n * SCALE, ranked.c.d * SCALE).where(ranked.c.rank == 1)


def _cl1_evidence() -> SelectBase:
    return together(listed(IN_OFFICE, IN_OFFICE.c.assigned), listed(IN_OFFICE, IN_OFFICE.c.vacated))


def _strategic_meetings() -> Subquery:
    scheduled = answered(
        "meeting.scheduled",
        "meeting.held",
        also={
            "body": ("meeting.scheduled", lambda e: e.c.ref),
            "cancelled_day": ("meeting.cancelled", lambda e: case((e.c.code == text("effective"), e.c.on_day))),
        },
    )
    held = with_every_party(in_role(SPONSOR))
    sponsored = select(held.c.q, held.c.item).where(held.c.every == 1).distinct().subquery()
    s = scheduled.c
    strategic = (
        select(scheduled, flag(sponsored.c.item.is_not(null())).label("sponsored"))
        .join_from(
            scheduled,
            BODIES,
            and_(BODIES.c.q == s.q, BODIES.c.item == s.body, BODIES.c.level == text("strategic")),
        )
        .join(sponsored, and_(sponsored.c.q == s.q, sponsored.c.item == s.item), isouter=True)
        .subquery()
    )
    early = strategic.c.cancelled_day <= strategic.c.due - integer(AHEAD)
    return judged(strategic, "CL2", left_out=case((early, text("cancelled"))), hit=strategic.c.sponsored == 1)


def _cl2_evidence() -> SelectBase:
    """Cancellations of a counted meeting that did not call it off are listed with the reason."""
    items = _strategic_meetings()
    e = seen("meeting.cancelled")
    why = case((e.c.code == text("not_agreed"), text("not_agreed")), else_=text("late_replan"))
    failed = (
        select(e.c.q, e.c.position, why.label("reason"))
        .join_from(e, items, and_(items.c.q == e.c.q, items.c.item == e.c.item, items.c.counts == 1))
        .where(or_(e.c.code == text("not_agreed"), e.c.on_day > items.c.due - integer(AHEAD)))
        .subquery()
    )
    return together(evidence_of(items, "made", "answer"), listed(failed, failed.c.position, failed.c.reason))


def _escalations() -> Subquery:
    """(q, made, answer, wait): the escalations to strategic level in the window."""
    found = followed(
        "issue.escalated",
        "issue.acknowledged",
        "issue.resolved",
        of="issue.raised",
        matters=lambda e: or_(e.c.type == text("issue.resolved"), e.c.code == text("strategic")),
    )
    x = found.c
    wait = func.coalesce(x.answer_day, x.t) - x.made_day
    return select(x.q, x.made, x.answer, wait.label("wait")).where(x.made_day > x.t - window("CL3")).subquery()


def _cl3() -> Select[Any]:
    """The median: the two middle waits (of an odd number, the middle one twice), halved."""
    e = _escalations()
    rank = func.row_number().over(partition_by=e.c.q, order_by=(e.c.wait, e.c.made))
    count = func.count().over(partition_by=e.c.q)
    ranked = select(e.c.q, e.c.wait, rank.label("rank"), count.label("count")).subquery()
    r = ranked.c
    low, high = div(r.count + 1, integer(2)), div(r.count + 2, integer(2))
    middle = (
        select(
            r.q,
            r.count,
            total(case((r.rank == low, r.wait), else_=integer(0))).label("low"),
            total(case((r.rank == high, r.wait), else_=integer(0))).label("high"),
        )
        .group_by(r.q, r.count)
        .subquery()
    )
    m = middle.c
    return measured(m.q, half_up((m.low + m.high) * SCALE, 2), d=m.count * SCALE, sample=m.count)


def _cl3_evidence() -> SelectBase:
    e = _escalations()
    return together(listed(e, e.c.made), listed(e, e.c.answer))


def _resources() -> Subquery:
    return judged(answered("resource.committed", "resource.provided"), "CL4")


P4 = (
    Indicator(
        id="CL1",
        title="Sponsor cover",
        unit="ratio",
        kind="A",
        formula="lowest, over the parties, of days with an executive sponsor in office / days on which it was active",
        no_data="no sponsor ever in office = 0",
        source="TR cl. 7",
        floor=8_000,
        target=10_000,
        window=365,
        measure=_cl1,
        evidence=_cl1_evidence,
    ),
    Indicator(
        id="CL2",
        title="Both sponsors in the room",
        unit="ratio",
        kind="R",
        formula=(
            "meetings held with the executive sponsor of every party present / meetings of strategic bodies scheduled "
            "for the window, less those called off by all at least 7 days ahead"
        ),
        no_data="none scheduled",
        source="S20",
        floor=5_000,
        target=9_000,
        window=365,
        min_n=3,
        measure=lambda: share_of(_strategic_meetings()),
        evidence=_cl2_evidence,
    ),
    Indicator(
        id="CL3",
        title="Executive response time",
        unit="days",
        kind="R",
        formula=(
            "median days from an issue's escalation to strategic level to the first acknowledgement at that level "
            "or resolution after it; an open one counts its age so far"
        ),
        no_data="no escalations",
        source="J",
        floor=200_000,
        target=50_000,
        window=365,
        measure=_cl3,
        evidence=_cl3_evidence,
    ),
    Indicator(
        id="CL4",
        title="Resource promises kept",
        unit="ratio",
        kind="R",
        formula="resources provided on or before the day they were needed / resources needed by a day in the window",
        no_data="none due",
        source="J",
        floor=5_000,
        target=9_500,
        window=365,
        min_n=3,
        measure=lambda: share_of(_resources()),
        evidence=lambda: evidence_of(_resources(), "made", "answer"),
    ),
)
