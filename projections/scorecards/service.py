"""Scorecards on demand: questions in, scorecards out, in one statement for any number of relationships."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, select

from domain.codes import minor_units
from projections.indicators import INDICATORS, PRINCIPLES
from projections.schema import relationship
from projections.scorecards import evidence, statements
from projections.scorecards.policy import GATES, Policy, in_effect
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
from projections.scorecards.statements import evidence_statement, parameters

_currencies = select(relationship.c.relationship_id, relationship.c.currency).where(
    relationship.c.relationship_id.in_(bindparam("wanted", expanding=True))
)


def scorecards(
    connection: Connection, questions: Sequence[Question], policy_version: int | None = None, *, explained: bool = True
) -> list[Scorecard]:
    """One scorecard for each question, in their order. `explained`: with the counted and excluded entries.

    Raises UnknownId for a policy version that was not known then.
    """
    found: dict[int, Scorecard] = {}
    policies = {key: in_effect(connection, *key, policy_version) for key in {(q.as_of, q.known_at) for q in questions}}
    by_version: dict[int, list[int]] = {}
    for n, question in enumerate(questions):
        policy, _ = policies[question.as_of, question.known_at]
        by_version.setdefault(policy.version, []).append(n)
    wanted = {str(q.relationship_id) for q in questions}
    named = connection.execute(_currencies, {"wanted": list(wanted)})
    currencies = {str(row.relationship_id): row.currency for row in named}
    for numbers in by_version.values():
        asked = [questions[n] for n in numbers]
        policy, restated = policies[asked[0].as_of, asked[0].known_at]
        values = parameters(asked, policy)
        rows = statements.rows(connection, values)
        lists: evidence.Lists = {}
        if explained:
            lists = evidence.lists(evidence_statement(connection.dialect.name).run(connection, values))
        size = len(INDICATORS)
        assert len(rows) == size * len(asked), "an indicator measured a question twice"
        for m, n in enumerate(numbers):
            question = asked[m]
            restated = policies[question.as_of, question.known_at][1]
            units = minor_units(currencies[str(question.relationship_id)])
            found[n] = _scorecard(rows[m * size : (m + 1) * size], question, policy, restated, units, lists)
    return [found[n] for n in range(len(questions))]


def _scorecard(
    rows: Sequence[Any], question: Question, policy: Policy, restated: bool, units: int, lists: evidence.Lists
) -> Scorecard:
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


def _result(row: Any, units: int, lists: evidence.Lists) -> IndicatorResult:
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
