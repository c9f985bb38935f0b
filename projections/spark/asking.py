"""What is asked of Spark, as files beside the journal: the questions and the policies that score them.

`questions.json` holds, for each policy version, its settings and the questions; `scope` and `policy` are the relations
of these names in the statements.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
from msgspec import Struct
from sqlalchemy import BigInteger, Connection, TableClause, select

from domain.codes import minor_units
from projections.indicators import INDICATORS
from projections.relations import scope
from projections.schema import relationship
from projections.scorecards.composition import policy as policy_table
from projections.scorecards.policy import Policy, by_policy
from projections.scorecards.question import Question
from projections.scorecards.statements import policy_rows, settings

FILE = "questions.json"
_TEXT = ("kind", "relationship_id", "party")


class Asked(Struct, frozen=True, kw_only=True):
    """The questions that one policy version scores, and the statements' settings under it.

    `first`: the number of the first one among all questions; `minor_units`: of each one's currency.
    """

    policy: Policy
    first: int
    questions: tuple[Question, ...]
    minor_units: tuple[int, ...]
    settings: dict[str, int]

    @property
    def name(self) -> str:
        """Of the folder of its results."""
        return f"policy_version={self.policy.version}"


def write(connection: Connection, questions: Sequence[Question], folder: Path) -> None:
    """What is asked is in the folder, for the policy in effect on each question's date."""
    currency = {r.relationship_id: r.currency for r in connection.execute(select(relationship))}
    found: list[Asked] = []
    first = 0
    for policy, numbers in by_policy(connection, questions):
        some = tuple(questions[n] for n, _ in numbers)
        found.append(
            Asked(
                policy=policy,
                first=first,
                questions=some,
                minor_units=tuple(minor_units(currency[str(q.relationship_id)]) for q in some),
                settings=settings(policy),
            )
        )
        first += len(some)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FILE).write_bytes(msgspec.json.encode(found))  # first: by it the folder is known as ours
    for asked in found:
        _relations(folder, asked)


def asked_in(folder: Path) -> list[Asked]:
    """What `write` has written."""
    return msgspec.json.decode((folder / FILE).read_bytes(), type=list[Asked])


def _relations(folder: Path, asked: Asked) -> None:
    rows = [row for n, question in enumerate(asked.questions, asked.first) for row in question.rows(n)]
    policy = [[*row, indicator.id] for row, indicator in zip(policy_rows(asked.policy), INDICATORS, strict=True)]
    for table, cells, more in ((scope, rows, ()), (policy_table, policy, ("indicator",))):
        (folder / table.name).mkdir(parents=True, exist_ok=True)
        pq.write_table(_table(table, cells, more), folder / table.name / f"{asked.name}.parquet")


def _table(clause: TableClause, rows: Sequence[Sequence[Any]], more: Sequence[str]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [()] * (len(clause.columns) + len(more))
    names = [*((c.name, _type(c)) for c in clause.columns), *((name, pa.string()) for name in more)]
    return pa.table({name: pa.array(column, kind) for (name, kind), column in zip(names, columns, strict=True)})


def _type(column: Any) -> pa.DataType:
    if column.name in _TEXT:
        return pa.string()
    return pa.int64() if isinstance(column.type, BigInteger) else pa.int32()
