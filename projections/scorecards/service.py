"""Scorecards on demand: questions in, scorecards out, in one statement for any number of relationships."""

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, select

from domain.codes import minor_units
from projections.indicators import INDICATORS
from projections.schema import relationship
from projections.scorecards import evidence, statements
from projections.scorecards.assembling import assembled
from projections.scorecards.policy import in_effect
from projections.scorecards.question import Question
from projections.scorecards.scorecard import Scorecard
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
            found[n] = assembled(rows[m * size : (m + 1) * size], question, policy, restated, units, lists)
    return [found[n] for n in range(len(questions))]
