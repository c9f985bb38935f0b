"""Scorecards on demand: questions in, scorecards out, in one statement for any number of relationships."""

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, select

from domain.codes import minor_units
from projections.indicators import INDICATORS
from projections.schema import relationship
from projections.scorecards import evidence, statements
from projections.scorecards.assembling import assembled
from projections.scorecards.policy import by_policy
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
    wanted = {str(q.relationship_id) for q in questions}
    named = connection.execute(_currencies, {"wanted": list(wanted)})
    currencies = {str(row.relationship_id): row.currency for row in named}
    for policy, some in by_policy(connection, questions, policy_version):
        values = parameters([questions[n] for n, _ in some], policy)
        rows = statements.rows(connection, values)
        lists: evidence.Lists = {}
        if explained:
            lists = evidence.lists(evidence_statement(connection.dialect.name).run(connection, values))
        size = len(INDICATORS)
        assert len(rows) == size * len(some), "an indicator measured a question twice"
        for m, (n, restated) in enumerate(some):
            question = questions[n]
            units = minor_units(currencies[str(question.relationship_id)])
            found[n] = assembled(rows[m * size : (m + 1) * size], question, policy, restated, units, lists)
    return [found[n] for n in range(len(questions))]
