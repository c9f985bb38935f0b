"""P3 Business objectives. Source: docs/principles.md P3, A40 to A43."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, null, select, union_all
from sqlalchemy.sql.selectable import FromClause, SelectBase

from projections.indicators.definition import Indicator, evidence_of, flag, listed, measured, share_of, together
from projections.indicators.due_items import judged, text
from projections.indicators.objectives import OBJECTIVES, last_measured, undue
from projections.indicators.without_effect import without_effect
from projections.kernel import SCALE, clamp, half_up, integer, total
from projections.relations import ACTIVE, PARTY_COUNT, parts, seen, window

CHANGES = ("objective.revised", "objective.withdrawn")


def _linked() -> Select[Any]:
    """(q, item, party): the links given when an objective was agreed."""
    o = OBJECTIVES.c
    agreed = select(o.q, o.item, o.agreed.label("position"), o.known_from).subquery()
    p, on = parts(agreed, "links")
    return select(agreed.c.q, agreed.c.item, p.c.party).join_from(agreed, p, on)


def _touched(kind: str) -> FromClause:
    """The undue objectives; `hit`: the entries of that kind, or the links given at first, name every party of P."""
    items, e = undue(), seen(kind)
    touches: SelectBase = select(e.c.q, e.c.item, e.c.party)
    if kind == "objective.linked":
        touches = union_all(touches, _linked())
    t = touches.subquery()
    touched = (
        select(t.c.q, t.c.item, func.count(t.c.party.distinct()).label("n"))
        .join_from(t, ACTIVE, and_(ACTIVE.c.q == t.c.q, ACTIVE.c.party == t.c.party))
        .group_by(t.c.q, t.c.item)
        .subquery()
    )
    return (
        select(items, flag(touched.c.n == PARTY_COUNT.c.n).label("hit"))
        .select_from(
            items.join(PARTY_COUNT, PARTY_COUNT.c.q == items.c.q).outerjoin(
                touched, and_(touched.c.q == items.c.q, touched.c.item == items.c.item)
            )
        )
        .subquery()
    )


def _touched_evidence(kind: str) -> SelectBase:
    items, e = undue(), seen(kind)
    touches = (
        select(e.c.q, e.c.position, ACTIVE.c.party.label("active"))
        .join_from(e, items, and_(items.c.q == e.c.q, items.c.item == e.c.item, items.c.counts == 1))
        .join(ACTIVE, and_(ACTIVE.c.q == e.c.q, ACTIVE.c.party == e.c.party), isouter=True)
        .subquery()
    )
    return together(
        evidence_of(items, "agreed", "mover"),
        listed(touches, touches.c.position, where=touches.c.active.is_not(null())),
        listed(touches, touches.c.position, "left_party", touches.c.active.is_(null())),
        without_effect(items, *CHANGES),
    )


def _attained() -> FromClause:
    """The objectives from BO3's window on, with `attained` x 10^4: how far the last measurement in time came."""
    o, m = OBJECTIVES.c, last_measured(OBJECTIVES, until="due")
    way, done = o.target - o.baseline, m.c.value - o.baseline
    attained = case(
        (m.c.value.is_(null()), integer(0)),
        (way > 0, half_up(done * SCALE, way)),
        (way < 0, half_up(-done * SCALE, -way)),
        (done >= 0, integer(SCALE)),
        else_=integer(0),
    )
    items = (
        select(OBJECTIVES, clamp(attained, 0, SCALE).label("attained"), m.c.position.label("measured"))
        .join_from(OBJECTIVES, m, and_(m.c.q == o.q, m.c.item == o.item), isouter=True)
        .subquery()
    )
    withdrawn: ColumnElement[Any] = case((items.c.withdrawn == 1, text("withdrawn")))
    return judged(items, "BO3", left_out=withdrawn, hit=items.c.attained > 0)


def _bo3() -> Select[Any]:
    """The mean attainment of the objectives that fell due; n is the sum."""
    items = _attained()
    n, d = total(items.c.attained * items.c.counts), func.sum(items.c.counts)
    return measured(items.c.q, half_up(n, d), n, d * SCALE, d).group_by(items.c.q).having(d > 0)


def _bo3_evidence() -> SelectBase:
    items = _attained()
    return together(evidence_of(items, "agreed", "mover", "target_mover", "measured"), without_effect(items, *CHANGES))


def _old_enough() -> FromClause:
    """The undue objectives agreed before the window began, with the last measurement in it."""
    o = OBJECTIVES.c
    items = undue(o.agreed_day <= o.t - window("BO4"))
    m = last_measured(items, until="t", within="BO4")
    return (
        select(items, m.c.position.label("measured"), flag(m.c.position.is_not(null())).label("hit"))
        .join_from(items, m, and_(m.c.q == items.c.q, m.c.item == items.c.item), isouter=True)
        .subquery()
    )


def _bo4_evidence() -> SelectBase:
    items = _old_enough()
    return together(evidence_of(items, "agreed", "mover", "measured"), without_effect(items, *CHANGES))


P3 = (
    Indicator(
        id="BO1",
        title="Linked on every side",
        unit="ratio",
        kind="A",
        formula="active objectives linked to an objective of each active party's own / active objectives; active: "
        "agreed, not withdrawn by all in time, and not past the scored due date",
        no_data="no active objective: 0",
        source="TR cl. 6",
        floor=5_000,
        target=10_000,
        window=None,
        from_stage=5,
        measure=lambda: share_of(_touched("objective.linked")),
        evidence=lambda: _touched_evidence("objective.linked"),
    ),
    Indicator(
        id="BO2",
        title="Endorsed by all",
        unit="ratio",
        kind="A",
        formula="active objectives endorsed by each active party / active objectives",
        no_data="no active objective: 0",
        source="S17",
        floor=5_000,
        target=10_000,
        window=None,
        from_stage=5,
        measure=lambda: share_of(_touched("objective.endorsed")),
        evidence=lambda: _touched_evidence("objective.endorsed"),
    ),
    Indicator(
        id="BO3",
        title="Attainment",
        unit="ratio",
        kind="R",
        formula="mean over the objectives whose scored due date fell in the window, less those withdrawn in time, of "
        "(value - baseline) / (target - baseline) between 0 and 1; value: the last measurement up to that date, "
        "without one 0; where target = baseline, 1 if the value reaches it, else 0",
        no_data="none due",
        source="X2 (variance rows)",
        floor=5_000,
        target=9_500,
        window=365,
        min_n=3,
        measure=_bo3,
        evidence=_bo3_evidence,
    ),
    Indicator(
        id="BO4",
        title="Fresh measurement",
        unit="ratio",
        kind="R",
        formula="active objectives agreed before the window began and measured in it / active objectives agreed "
        "before the window began",
        no_data="none old enough",
        source="J",
        floor=5_000,
        target=10_000,
        window=90,
        measure=lambda: share_of(_old_enough()),
        evidence=_bo4_evidence,
    ),
)
