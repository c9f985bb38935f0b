"""P1 Relationship management. Source: docs/principles.md P1, A35 to A39."""

from typing import Any

from sqlalchemy import Select, and_, func, literal, null, select
from sqlalchemy.sql.selectable import FromClause, SelectBase

from projections.indicators.definition import Indicator, evidence_of, listed, measured, share_of, together
from projections.indicators.due_items import judged
from projections.indicators.tenures import IN_OFFICE, KEY_ROLES, TENURES
from projections.indicators.versions import JOINT_PLAN
from projections.kernel import SCALE, integer, ratio
from projections.relations import ACTIVE, PARTY_COUNT

HANDOVER_DAYS = 30
_KEY = tuple(literal(role, literal_execute=True) for role in KEY_ROLES)


def _rm3() -> Select[Any]:
    """Of the two key roles of each party of P, those held by someone with a named deputy."""
    o = IN_OFFICE.c
    covered = select(o.q, o.party, o.role).where(o.role.in_(_KEY), o.has_deputy == 1).distinct().subquery()
    counted = select(covered.c.q, func.count().label("n")).group_by(covered.c.q).subquery()
    n, d = func.coalesce(counted.c.n, integer(0)), 2 * PARTY_COUNT.c.n
    return measured(PARTY_COUNT.c.q, ratio(n, d), n * SCALE, d * SCALE, d).select_from(
        PARTY_COUNT.outerjoin(counted, counted.c.q == PARTY_COUNT.c.q)
    )


def _rm3_evidence() -> SelectBase:
    held = select(IN_OFFICE).where(IN_OFFICE.c.role.in_(_KEY)).subquery()
    t = TENURES.c
    left = (
        select(t.q, t.assigned)
        .join_from(TENURES, ACTIVE, and_(ACTIVE.c.q == t.q, ACTIVE.c.party == t.party), isouter=True)
        .where(t.role.in_(_KEY), t.vacated.is_(null()), ACTIVE.c.party.is_(null()))
        .subquery()
    )
    return together(
        listed(held, held.c.assigned),
        listed(held, held.c.deputy_named),
        listed(left, left.c.assigned, "left_party"),
    )


def _changes() -> FromClause:
    t = TENURES.c
    changes = (
        select(
            t.q,
            t.t,
            t.vacated.label("made"),
            (t.to_day + integer(HANDOVER_DAYS)).label("due"),
            t.handover.label("answer"),
            t.handover_day.label("answer_day"),
        )
        .where(t.role.in_(_KEY), t.vacated.is_not(null()))
        .subquery()
    )
    return judged(changes, "RM4")


P1 = (
    Indicator(
        id="RM1",
        title="Joint plan agreed",
        unit="ratio",
        kind="A",
        formula="active parties that agreed to the current joint plan / active parties; current: the highest version "
        "issued whose effective date has come",
        no_data="no plan in effect: 0",
        source="S10, S11",
        floor=0,
        target=10_000,
        window=None,
        from_stage=5,
        measure=JOINT_PLAN.agreed_share,
        evidence=JOINT_PLAN.agreed_evidence,
    ),
    Indicator(
        id="RM2",
        title="Plan currency",
        unit="days",
        kind="G",
        formula="days since the later of two days: the one on which every active party had agreed to the current "
        "plan, and its last review",
        no_data="no plan, or neither agreed by all nor reviewed (RM1 shows it)",
        source="S12 (quarterly)",
        floor=3_650_000,
        target=900_000,
        window=None,
        measure=JOINT_PLAN.age,
        evidence=JOINT_PLAN.age_evidence,
    ),
    Indicator(
        id="RM3",
        title="Key-role resilience",
        unit="ratio",
        kind="A",
        formula="key roles with somebody in office and a named deputy / key roles, which are executive sponsor and "
        "relationship manager of each active party",
        no_data="nobody in office: 0",
        source="TR cl. 4",
        floor=5_000,
        target=10_000,
        window=None,
        from_stage=5,
        measure=_rm3,
        evidence=_rm3_evidence,
    ),
    Indicator(
        id="RM4",
        title="Handover done",
        unit="ratio",
        kind="R",
        formula="key roles vacated and handed over within 30 days / key roles vacated whose 30 days ended in the "
        "window",
        no_data="nobody changed",
        source="TR cl. 4",
        floor=5_000,
        target=10_000,
        window=365,
        measure=lambda: share_of(_changes()),
        evidence=lambda: evidence_of(_changes(), "made", "answer"),
    ),
)
