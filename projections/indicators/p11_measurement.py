"""P11 Relationship measurement and optimization. Source: docs/principles.md P11, A20 to A23, A70 to A72."""

from sqlalchemy import and_, case, null, select
from sqlalchemy.sql.selectable import FromClause

from projections.indicators.definition import Indicator, evidence_of, share_of
from projections.indicators.due_items import answered, judged
from projections.indicators.responses import (
    STAYING_TOGETHER,
    health_check_age,
    health_check_age_evidence,
    response,
    response_evidence,
)
from projections.indicators.rounds import ALL, round_evidence
from projections.kernel import integer
from projections.relations import day_of, first, last, position_of, seen

VERIFIED_WITHIN = 90
"""Days from the completion of an action until it is asked whether it worked (MO5)."""


def _actions() -> FromClause:
    return judged(answered("improvement_action.raised", "improvement_action.completed"), "MO4")


def _verifications() -> FromClause:
    """The completed actions; one is a hit when its last verification says that it worked."""
    e = seen("improvement_action.raised", "improvement_action.completed", "improvement_action.verified")
    folded = (
        select(
            e.c.q,
            e.c.t,
            first(e, "improvement_action.completed").label("completed"),
            last(e, "improvement_action.verified").label("verified"),
            last(e, "improvement_action.verified", case((e.c.flag.is_(True), e.c.ord))).label("worked"),
        )
        .group_by(e.c.q, e.c.t, e.c.item)
        .having(first(e, "improvement_action.raised").is_not(null()))
        .subquery()
    )
    f = folded.c
    items = (
        select(
            f.q,
            f.t,
            position_of(f.completed).label("made"),
            (day_of(f.completed) + integer(VERIFIED_WITHIN)).label("due"),
            position_of(f.verified).label("answer"),
            f.verified,
            f.worked,
        )
        .where(f.completed.is_not(null()))
        .subquery()
    )
    return judged(items, "MO5", hit=and_(items.c.worked.is_not(null()), items.c.worked == items.c.verified))


P11 = (
    Indicator(
        id="MO1",
        title="Health-check currency",
        unit="days",
        kind="G",
        formula=(
            "days since the newest closed round with 3 respondents of each of two active parties, or since stage 7 "
            "began when that was later"
        ),
        no_data="not yet at stage 7",
        source="S12 (6 mo), S16 (6-12 mo)",
        floor=5_480_000,
        target=1_830_000,
        window=None,
        from_stage=STAYING_TOGETHER,
        measure=health_check_age,
        evidence=health_check_age_evidence,
    ),
    Indicator(
        id="MO2",
        title="Two-sided response",
        unit="ratio",
        kind="S",
        formula=(
            "lowest, over the active parties that were active when the round was opened, of people who answered / "
            "people invited, at most 1 and 0 for a party not invited, in the newest closed round"
        ),
        no_data="no round",
        source="S15",
        floor=3_000,
        target=7_000,
        window=548,
        measure=response,
        evidence=response_evidence,
    ),
    Indicator(
        id="MO3",
        title="Perception gap",
        unit="rating",
        kind="S",
        formula=(
            "mean over questions of the highest less the lowest party mean (0 to 4), in the newest closed round in "
            "which two active parties have 3 respondents each on a question"
        ),
        no_data="no round with two such parties",
        source="S12, S15, S18",
        floor=15_000,
        target=5_000,
        window=548,
        measure=lambda: ALL.mean_over_questions("MO3", "gap"),
        evidence=lambda: round_evidence("MO3", ALL),
    ),
    Indicator(
        id="MO4",
        title="Actions closed on time",
        unit="ratio",
        kind="R",
        formula="improvement actions completed by their due date / improvement actions due in the window",
        no_data="none due",
        source="S16",
        floor=5_000,
        target=8_500,
        window=180,
        min_n=3,
        measure=lambda: share_of(_actions()),
        evidence=lambda: evidence_of(_actions(), "made", "answer"),
    ),
    Indicator(
        id="MO5",
        title="Actions that worked",
        unit="ratio",
        kind="R",
        formula=(
            "completed improvement actions of which the last verification says that they worked / those completed "
            "whose 90 days for it ended in the window"
        ),
        no_data="none due",
        source="J",
        floor=4_000,
        target=8_000,
        window=365,
        min_n=3,
        measure=lambda: share_of(_verifications()),
        evidence=lambda: evidence_of(_verifications(), "made", "answer"),
    ),
)
