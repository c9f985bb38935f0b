"""Scorecards of any number of questions from a journal in DuckDB: the live expressions over its own tables.

A batch of questions at a time is measured and composed; its rows lie in tables of DuckDB, so that a feed can go on from
there without one Python object a row.
"""

from collections import namedtuple
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from itertools import islice
from typing import Any, TypeVar

from duckdb import DuckDBPyConnection
from msgspec import Struct
from sqlalchemy import Engine

from domain.codes import minor_units
from domain.store.engine import reading
from projections import days
from projections.bulk.dialect import text
from projections.indicators import INDICATORS
from projections.scorecards.assembling import assembled
from projections.scorecards.composition import measured
from projections.scorecards.composition import scorecards as composed
from projections.scorecards.evidence import Lists, evidence, lists
from projections.scorecards.measures import contexts, measures
from projections.scorecards.policy import Policy, in_effect
from projections.scorecards.question import TREND_DAYS, Question
from projections.scorecards.scorecard import Scorecard
from projections.scorecards.statements import policy_rows, settings

T = TypeVar("T")
QUESTIONS = 25_000
"""Questions that are measured at a time."""
CARDS = 4_000
"""Scorecards whose rows are Python's at a time."""
_TABLES = """
    CREATE TABLE asked (n INTEGER, relationship_id UUID, t INTEGER, k BIGINT, party UUID);
    CREATE TABLE ruled (t INTEGER, k BIGINT, version INTEGER, restated BOOLEAN);
    CREATE TABLE scope (q INTEGER, relationship_id UUID, t INTEGER, k BIGINT, party UUID);
    CREATE TABLE policy (seq INTEGER, principle INTEGER, kind VARCHAR, from_stage INTEGER, floor BIGINT,
        target BIGINT, weight BIGINT, min_n INTEGER, enabled INTEGER, principle_weight BIGINT);
    """


class Batch(Struct, frozen=True, kw_only=True):
    """Questions of one policy whose rows are in the tables `result` (composition.scorecards) and `evidence`.

    Their q there is 2n. numbers: the n of the questions, in order; restated: those that the policy restates.
    """

    policy: Policy
    numbers: tuple[int, ...]
    restated: frozenset[int]


class Scoring:
    """The scorecards of a journal in DuckDB, as long as its connection is open. One thread at a time."""

    def __init__(self, duck: DuckDBPyConnection, engine: Engine, size: int) -> None:
        self.duck = duck
        self.size = size
        self._engine = engine
        duck.execute(_TABLES)

    def scorecards(
        self, questions: Sequence[Question], policy_version: int | None = None, *, explained: bool = True
    ) -> Iterator[Scorecard]:
        """One scorecard for each question, in their order, as `service.scorecards` gives them."""
        for some in _chunks(questions, CARDS):
            self.ask(some)
            found: dict[int, Scorecard] = {}
            for batch in self.batches(policy_version, explained=explained):
                found.update(self._cards(batch, some, explained=explained))
            yield from (found[n] for n in range(len(some)))

    def ask(self, questions: Sequence[Question]) -> None:
        """These are the questions of the table `asked`, numbered as they come."""
        self.duck.execute("DELETE FROM asked")
        rows = [[n, *question.rows(n)[0][1:]] for n, question in enumerate(questions)]
        if rows:
            self.duck.execute(
                "INSERT INTO asked SELECT unnest(?), unnest(?), unnest(?), unnest(?), unnest(?)",
                [*zip(*rows, strict=True)],
            )

    def ask_of_every(self, as_of: date, known_at: int | None = None) -> None:
        """Every relationship that was registered by then is asked about, in the shared view."""
        self.duck.execute("DELETE FROM asked")
        self.duck.execute(
            """INSERT INTO asked
            SELECT row_number() OVER (ORDER BY relationship_id) - 1, relationship_id, $t, $k, NULL
            FROM relationship WHERE registered_day <= $t AND position <= $k""",
            {"t": days.number(as_of), "k": self.size if known_at is None else known_at},
        )

    def batches(
        self, policy_version: int | None = None, *, policy: Policy | None = None, explained: bool = True
    ) -> Iterator[Batch]:
        """Answers what is `asked`, so many questions at a time; `result` and `evidence` hold each batch in turn.

        policy: scores every question, instead of the one in effect. Raises UnknownId for a version not known then.
        """
        self.duck.execute("DELETE FROM ruled")
        policies = {policy.version: policy} if policy else self._in_effect(policy_version)
        if policy:
            self.duck.execute("INSERT INTO ruled SELECT DISTINCT t, k, ?, false FROM asked", (policy.version,))
        for version, one in policies.items():
            asked = self.duck.execute(
                "SELECT n, restated FROM asked JOIN ruled USING (t, k) WHERE version = ? ORDER BY n", (version,)
            ).fetchall()
            for some in _chunks(asked, QUESTIONS):
                numbers = tuple(n for n, _ in some)
                self._answer(one, numbers[0], numbers[-1], explained=explained)
                yield Batch(policy=one, numbers=numbers, restated=frozenset(n for n, restated in some if restated))

    def _in_effect(self, wanted: int | None) -> Mapping[int, Policy]:
        """The policies by version; `ruled` says which of them scores a date as known at a position."""
        policies: dict[int, Policy] = {}
        places = self.duck.execute("SELECT DISTINCT t, k FROM asked").fetchall()
        with reading(self._engine) as connection:
            for t, k in places:
                policy, restated = in_effect(connection, days.day(t), k, wanted)
                policies[policy.version] = policy
                self.duck.execute("INSERT INTO ruled VALUES (?, ?, ?, ?)", (t, k, policy.version, restated))
        return policies

    def _answer(self, policy: Policy, first: int, last: int, *, explained: bool) -> None:
        """The questions of that policy with these numbers are answered in the tables of a batch."""
        values = settings(policy)
        self.duck.execute("DELETE FROM scope; DELETE FROM policy")
        self.duck.execute(
            f"""INSERT INTO scope
            SELECT 2 * n + earlier, relationship_id, t - {TREND_DAYS} * earlier, k, party
            FROM asked JOIN ruled USING (t, k), (VALUES (0), (1)) AS date(earlier)
            WHERE version = ? AND n BETWEEN ? AND ?""",  # noqa: S608
            (policy.version, first, last),
        )
        self.duck.executemany("INSERT INTO policy VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", policy_rows(policy))
        statements = {"measured": measures, "context": contexts, "result": composed}
        if explained:
            statements["evidence"] = evidence
        for name, statement in statements.items():
            self.duck.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {_typed(name)} ({text(statement, values)})")

    def _cards(
        self, batch: Batch, questions: Sequence[Question], *, explained: bool
    ) -> Iterator[tuple[int, Scorecard]]:
        units = self._units()
        found: Lists = {}
        if explained:
            found = lists(self.duck.execute("SELECT * FROM evidence ORDER BY ALL").fetchall())
        rows = self.duck.execute("SELECT * FROM result ORDER BY q, seq").fetchall()
        assert len(rows) == len(INDICATORS) * len(batch.numbers), "an indicator measured a question twice"
        row = _row(tuple(name for name, *_ in self.duck.description))
        each = map(row._make, rows)
        for n in batch.numbers:
            question = questions[n]
            some = list(islice(each, len(INDICATORS)))
            key = str(question.relationship_id)
            yield n, assembled(some, question, batch.policy, n in batch.restated, units[key], found)

    def _units(self) -> Mapping[str, int]:
        rows = self.duck.execute(
            """SELECT CAST(relationship_id AS VARCHAR), currency FROM relationship
            WHERE relationship_id IN (SELECT relationship_id FROM asked)"""
        ).fetchall()
        return {key: minor_units(currency) for key, currency in rows}


def _typed(name: str) -> str:
    """DuckDB makes sums 128 bits wide, and slow; what was measured fits into 64."""
    if name != "measured":
        return "FROM"
    columns = (c.name for c in measured.columns)
    return f"SELECT {', '.join(f'CAST({c} AS BIGINT) AS {c}' for c in columns)} FROM"


@cache
def _row(names: tuple[str, ...]) -> Any:
    return namedtuple("Row", names)  # noqa: PYI024 - named by the statement


def _chunks(values: Iterable[T], size: int) -> Iterator[list[T]]:
    each = iter(values)
    while some := list(islice(each, size)):
        yield some
