"""From the rows of composition.scorecards to a scorecard, whichever engine made them."""

from collections.abc import Sequence
from typing import Any

from projections.indicators import INDICATORS, PRINCIPLES
from projections.scorecards.evidence import Lists
from projections.scorecards.policy import GATES, Policy
from projections.scorecards.question import Question
from projections.scorecards.scorecard import (
    ENGINE_VERSION,
    IndicatorResult,
    PrincipleScore,
    Scorecard,
    Sensitivity,
    confidence,
    fixed,
    trend,
)


def assembled(
    rows: Sequence[Any], question: Question, policy: Policy, restated: bool, units: int, lists: Lists
) -> Scorecard:
    """The scorecard of the question, of its 54 rows; `units`: the decimals of the relationship's currency."""
    top = rows[0]
    principles = []
    start = 0
    for principle in PRINCIPLES:
        some = rows[start : start + len(principle.indicators)]
        start += len(some)
        head = some[0]
        principles.append(
            PrincipleScore(
                principle=principle.id,
                score=fixed(head.p_score, 2),
                band=head.p_band,
                coverage=fixed(head.p_coverage, 4) or "",
                trend=trend(head.p_delta),
                weight=fixed(head.p_weight, 2) or "",
                contribution=fixed(head.p_contribution, 2),
                indicators=tuple(_result(row, units, lists) for row in some),
            )
        )
    return Scorecard(
        engine_version=ENGINE_VERSION,
        relationship=question.relationship_id,
        as_of=question.as_of,
        known_at=question.known_at,
        policy_version=policy.version,
        restated=restated,
        view="shared" if question.party is None else "own",
        party=question.party,
        score=fixed(top.o_score, 2),
        band=top.o_band,
        coverage=fixed(top.o_coverage, 4) or "",
        confidence=confidence(top.sw, top.aw, top.countersigned, top.events),
        rated_principles=top.rated,
        trend=trend(top.o_delta),
        gates=tuple(gate for gate in GATES if getattr(top, gate)),
        sensitivity=None
        if top.low is None
        else Sensitivity(low=fixed(top.low, 2) or "", high=fixed(top.high, 2) or ""),
        principles=tuple(principles),
    )


def _result(row: Any, units: int, lists: Lists) -> IndicatorResult:
    indicator = INDICATORS[row.seq]
    scale = 10 ** (4 - units) if indicator.in_money else 1
    counted, excluded = lists.get((row.q, row.seq), ((), ()))
    if row.status in ("NOT_APPLICABLE", "NO_DATA"):
        counted = ()
    if row.status == "NOT_APPLICABLE":
        excluded = ()
    return IndicatorResult(
        id=indicator.id,
        status=row.status,
        value=fixed(row.value, 4),
        numerator=fixed(None if row.n is None else row.n * scale, 4),
        denominator=fixed(None if row.d is None else row.d * scale, 4),
        score=fixed(row.score, 2),
        weight=fixed(row.weight, 2) or "",
        contribution=fixed(row.contribution, 2),
        counted=counted,
        excluded=excluded,
    )
