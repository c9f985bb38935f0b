"""P12 Exit strategy. Source: docs/principles.md P12, A35, A36, A73, A74, A86."""

from typing import Any, get_args

from sqlalchemy import Select, case, func, null, select
from sqlalchemy.sql.selectable import FromClause, SelectBase

from domain.facts.exit_strategies import Part
from projections.indicators.definition import Indicator, evidence_of, listed, measured, share_of
from projections.indicators.due_items import answered, followed, judged
from projections.indicators.versions import EXIT_STRATEGY
from projections.kernel import SCALE, integer, ratio
from projections.relations import PARTY_COUNT, parts

PARTS = get_args(Part)
"""What a complete exit strategy has (EX3)."""
ASSESSED_WITHIN = 30
"""Days from the observation of a trigger to its assessment (EX4)."""


def _ex3() -> Select[Any]:
    """The parts of the current version; 0 over 7 when none is issued."""
    c = EXIT_STRATEGY.current
    issued = select(c.c.q, c.c.issued.label("position"), c.c.known_from).subquery()
    p, on = parts(issued, "parts")
    content = (
        select(issued.c.q, func.count(p.c.code.distinct()).label("n"))
        .join_from(issued, p, on, isouter=True)
        .group_by(issued.c.q)
        .subquery()
    )
    n, d = func.coalesce(content.c.n, integer(0)), integer(len(PARTS))
    sample = case((content.c.n.is_not(null()), d))
    return measured(PARTY_COUNT.c.q, ratio(n, d), n * SCALE, d * SCALE, sample).join_from(
        PARTY_COUNT, content, content.c.q == PARTY_COUNT.c.q, isouter=True
    )


def _ex3_evidence() -> SelectBase:
    c = EXIT_STRATEGY.current
    return listed(c, c.c.issued)


def _observations() -> FromClause:
    items = followed("exit_trigger.observed", "exit_trigger.assessed", of="exit_trigger.defined", days=ASSESSED_WITHIN)
    return judged(items, "EX4")


def _obligations() -> FromClause:
    return judged(answered("exit_obligation.added", "exit_obligation.discharged"), None)


P12 = (
    Indicator(
        id="EX1",
        title="Exit strategy agreed",
        unit="ratio",
        kind="A",
        formula="active parties that agreed to the highest version of the exit strategy issued / active parties",
        no_data="none issued: 0",
        source="S10",
        floor=0,
        target=10_000,
        window=None,
        from_stage=5,
        measure=EXIT_STRATEGY.agreed_share,
        evidence=EXIT_STRATEGY.agreed_evidence,
    ),
    Indicator(
        id="EX2",
        title="Exit strategy age",
        unit="days",
        kind="G",
        formula=(
            "days since the later of the day on which the last active party agreed to the current version and the last "
            "review of that version"
        ),
        no_data="neither agreed by all nor reviewed",
        source="S21, S22 (annual)",
        floor=7_300_000,
        target=3_650_000,
        window=None,
        measure=EXIT_STRATEGY.age,
        evidence=EXIT_STRATEGY.age_evidence,
    ),
    Indicator(
        id="EX3",
        title="Content complete",
        unit="ratio",
        kind="A",
        formula=(
            "parts of the current version / 7: triggers, continuity and transition, return of information and assets, "
            "intellectual property, people and roles, liabilities and obligations, communication"
        ),
        no_data="none issued: 0",
        source="S21, S29",
        floor=5_000,
        target=10_000,
        window=None,
        from_stage=5,
        measure=_ex3,
        evidence=_ex3_evidence,
    ),
    Indicator(
        id="EX4",
        title="Triggers handled in 30 days",
        unit="ratio",
        kind="R",
        formula="exit triggers observed and assessed within 30 days / those observed whose 30 days ended in the window",
        no_data="none observed",
        source="J",
        floor=5_000,
        target=10_000,
        window=365,
        measure=lambda: share_of(_observations()),
        evidence=lambda: evidence_of(_observations(), "made", "answer"),
    ),
    Indicator(
        id="EX5",
        title="Exit obligations on time",
        unit="ratio",
        kind="R",
        formula="exit obligations discharged by their due date / exit obligations that have fallen due, whenever added",
        no_data="none due",
        source="J",
        floor=7_000,
        target=10_000,
        window=None,
        from_stage=8,
        min_n=3,
        measure=lambda: share_of(_obligations()),
        evidence=lambda: evidence_of(_obligations(), "made", "answer"),
    ),
)
