"""P10 Risk management. Source: docs/principles.md P10, A65 to A69."""

from typing import Any

from sqlalchemy import CTE, Select, Subquery, and_, case, func, null, or_, select, union_all
from sqlalchemy.sql.selectable import SelectBase

from projections.indicators.definition import Indicator, evidence_of, flag, listed, measured, share_of, together
from projections.indicators.due_items import judged, text
from projections.indicators.risks import RISKS, TREATMENTS
from projections.kernel import SCALE, integer, ratio, total
from projections.relations import ACTIVE, PARTY_COUNT, parts, seen, window

APPETITE = 10
"""From this probability x impact (of 25) on a risk needs an owner and a treatment."""
SEVERE = 2
"""Issues of this severity and worse should have been foreseen."""


def _high() -> Subquery:
    """The open risks at or above the appetite."""
    return select(RISKS).where(RISKS.c.is_open == 1, RISKS.c.last_rating >= APPETITE).subquery()


def _accepted() -> CTE:
    """(q, item, position, party): who accepts which risk at T, and by which entry."""
    e = seen("risk.accepted")
    p, on = parts(e, "by_parties")
    return (
        select(e.c.q, e.c.item, e.c.position, p.c.party).join_from(e, p, on).where(e.c.due_day >= e.c.t).cte("accepted")
    )


ACCEPTED = _accepted()


def _accepted_by_all() -> Subquery:
    """(q, item): the risks that every party of P accepts at T, in one entry or in several."""
    a = ACCEPTED.c
    return (
        select(a.q, a.item)
        .join_from(ACCEPTED, ACTIVE, and_(ACTIVE.c.q == a.q, ACTIVE.c.party == a.party))
        .join(PARTY_COUNT, PARTY_COUNT.c.q == a.q)
        .group_by(a.q, a.item, PARTY_COUNT.c.n)
        .having(func.count(a.party.distinct()) == PARTY_COUNT.c.n)
        .subquery()
    )


def _rk1() -> Select[Any]:
    high, accepted, t = _high(), _accepted_by_all(), TREATMENTS.c
    treated = (
        select(t.q, t.risk, func.max(flag(and_(t.due < t.t, t.answer.is_(null())))).label("overdue"))
        .group_by(t.q, t.risk)
        .subquery()
    )
    h = high.c
    worked_down = or_(accepted.c.item.is_not(null()), treated.c.overdue == 0)
    items = (
        select(h.q, integer(1).label("counts"), flag(and_(h.has_owner == 1, worked_down)).label("hit"))
        .join_from(high, accepted, and_(accepted.c.q == h.q, accepted.c.item == h.item), isouter=True)
        .join(treated, and_(treated.c.q == h.q, treated.c.risk == h.item), isouter=True)
        .subquery()
    )
    return share_of(items)


def _rk1_evidence() -> SelectBase:
    """Every completion is listed: in a party's own view a treatment may have a shared one and one of its own."""
    high, t, done = _high(), TREATMENTS.c, seen("risk.treatment_completed")
    completed = (
        select(done.c.q, done.c.item, done.c.position)
        .join_from(done, TREATMENTS, and_(t.q == done.c.q, t.risk == done.c.item, t.ref == done.c.ref))
        .subquery()
    )

    def of_high(q: Any, item: Any, position: Any) -> Select[Any]:
        found = select(q, position.label("position")).where(high.c.q == q, high.c.item == item).subquery()
        return listed(found, found.c.position)

    return together(
        *(listed(high, high.c[position]) for position in ("identified", "last", "owner_assigned")),
        of_high(t.q, t.risk, t.made),
        of_high(completed.c.q, completed.c.item, completed.c.position),
        of_high(ACCEPTED.c.q, ACCEPTED.c.item, ACCEPTED.c.position),
    )


def _rk2() -> Select[Any]:
    """A row as soon as a risk was ever identified: value NULL when all of them are closed."""
    r = RISKS.c
    n, d = total(flag(and_(r.is_open == 1, r.look.is_not(null())))), total(r.is_open)
    return measured(r.q, ratio(n, d), n * SCALE, d * SCALE, d).group_by(r.q)


def _rk2_evidence() -> SelectBase:
    open_ = RISKS.c.is_open == 1
    return together(listed(RISKS, RISKS.c.identified, where=open_), listed(RISKS, RISKS.c.look, where=open_))


def _exposures() -> Subquery:
    """The assessed risks with the p x i that they add to `before`, `added` and `now`, 0 where they add none."""
    r = RISKS.c

    def counted(condition: Any, name: str) -> Any:
        return case((condition, r[f"{name}_rating"]), else_=integer(0))

    before = counted(and_(r.was_open == 1, r.then.is_not(null())), "then")
    added = counted(r.first_day > r.t - window("RK3"), "first")
    now = counted(r.is_open == 1, "last")
    return (
        select(RISKS, before.label("before"), added.label("added"), now.label("now"))
        .where(r.last.is_not(null()))
        .subquery()
    )


def _rk3() -> Select[Any]:
    e = _exposures().c
    d = total(e.before + e.added)
    n = d - total(e.now)
    return measured(e.q, ratio(n, d), n * SCALE, d * SCALE).group_by(e.q).having(d > 0)


def _rk3_evidence() -> SelectBase:
    risks = _exposures()
    e = risks.c
    used = e.before + e.added + e.now > 0
    return together(
        listed(risks, e.then, where=e.before > 0),
        listed(risks, e.first, where=e.added > 0),
        listed(risks, e.last, where=e.now > 0),
        listed(risks, e.identified, where=used),
        listed(risks, e.closed, where=used),
    )


def _treatments() -> Subquery:
    t = TREATMENTS.c
    needless = and_(t.answer.is_(null()), t.closed_day <= t.due)
    return judged(TREATMENTS, "RK4", left_out=case((needless, text("risk_closed"))))


def _severe_issues() -> Subquery:
    e = seen("issue.raised")
    return (
        select(e.c.q, e.c.item, e.c.position, e.c.on_day, e.c.ref)
        .where(e.c.number <= SEVERE, e.c.on_day > e.c.t - window("RK5"))
        .subquery()
    )


def _links(issues: Any) -> Subquery:
    """(q, item, materialised, foreseen): each risk linked to an issue, by the issue itself or by `materialised`.

    `foreseen` is the position of its identification where that was at least a day before the issue.
    """
    m = seen("risk.materialised")
    named = union_all(
        select(issues.c.q, issues.c.item, issues.c.on_day, issues.c.ref.label("risk"), null().label("materialised")),
        select(m.c.q, issues.c.item, issues.c.on_day, m.c.item, m.c.position).join_from(
            m, issues, and_(issues.c.q == m.c.q, issues.c.item == m.c.ref)
        ),
    ).subquery()
    foreseen = case((RISKS.c.from_day < named.c.on_day, RISKS.c.identified))
    return (
        select(named.c.q, named.c.item, named.c.materialised, foreseen.label("foreseen"))
        .join_from(named, RISKS, and_(RISKS.c.q == named.c.q, RISKS.c.item == named.c.risk))
        .subquery()
    )


def _rk5() -> Select[Any]:
    issues = _severe_issues()
    links = _links(issues)
    i = issues.c
    items = (
        select(i.q, i.item, integer(1).label("counts"), func.max(flag(links.c.foreseen.is_not(null()))).label("hit"))
        .join_from(issues, links, and_(links.c.q == i.q, links.c.item == i.item), isouter=True)
        .group_by(i.q, i.item)
        .subquery()
    )
    return share_of(items)


def _rk5_evidence() -> SelectBase:
    issues = _severe_issues()
    links = _links(issues)
    return together(
        listed(issues, issues.c.position), listed(links, links.c.materialised), listed(links, links.c.foreseen)
    )


P10 = (
    Indicator(
        id="RK1",
        title="High risks under control",
        unit="ratio",
        kind="R",
        formula=(
            "open risks with probability x impact of 10 or more that have an owner and either a treatment and none "
            "overdue, or the acceptance of all parties / open risks with 10 or more"
        ),
        no_data="no open risk with 10 or more",
        source="S10",
        floor=5_000,
        target=10_000,
        window=None,
        measure=_rk1,
        evidence=_rk1_evidence,
    ),
    Indicator(
        id="RK2",
        title="Register reviewed",
        unit="ratio",
        kind="A",
        formula="open risks assessed or reviewed in the window / open risks",
        no_data="no risk ever recorded = 0; all closed = NO_DATA",
        source="S12",
        floor=5_000,
        target=10_000,
        window=90,
        from_stage=5,
        measure=_rk2,
        evidence=_rk2_evidence,
    ),
    Indicator(
        id="RK3",
        title="Exposure burn-down",
        unit="ratio",
        kind="M",
        formula=(
            "(X0 + N - X1) / (X0 + N); X0, X1: sum of probability x impact over the risks open when the window began "
            "and now; N: that of the first assessments made in the window"
        ),
        no_data="X0 + N = 0",
        source="J",
        floor=0,
        target=2_500,
        window=90,
        measure=_rk3,
        evidence=_rk3_evidence,
    ),
    Indicator(
        id="RK4",
        title="Treatments on time",
        unit="ratio",
        kind="R",
        formula=(
            "treatments completed on or before their due date / treatments due in the window, less the uncompleted "
            "ones of risks closed by then"
        ),
        no_data="none due",
        source="J",
        floor=5_000,
        target=9_000,
        window=180,
        min_n=3,
        measure=lambda: share_of(_treatments()),
        evidence=lambda: evidence_of(_treatments(), "made", "answer"),
    ),
    Indicator(
        id="RK5",
        title="Foreseen problems",
        unit="ratio",
        kind="R",
        formula=(
            "issues of severity 1 or 2 linked to a risk identified at least a day before / issues of severity 1 or 2 "
            "raised in the window"
        ),
        no_data="none",
        source="J",
        floor=3_000,
        target=8_000,
        window=365,
        min_n=3,
        measure=_rk5,
        evidence=_rk5_evidence,
    ),
)
