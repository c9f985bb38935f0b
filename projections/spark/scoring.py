"""What Spark does: from a folder with the journal and what is asked, scorecards and evidence in that folder.

It needs no database and nothing of ours on the workers: all that they get is SQL.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, Integer, Select, String, TableClause, column, table

from projections.indicators import PRINCIPLES
from projections.schema import event_fact
from projections.scorecards import composition
from projections.scorecards.evidence import listed, with_corrections
from projections.scorecards.measures import contexts, measure
from projections.spark.asking import Asked, asked_in
from projections.spark.dialect import compiled

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

Arm = tuple[TableClause, Callable[[int], Select[Any]]]
"""A relation, and the statement of the part of it that is about the indicator at a place of the page."""
AT_A_TIME = 4
"""Statements in work: while one is planned, the workers have others."""
listed_table = table(
    "listed", column("q", Integer), column("seq", Integer), column("position", BigInteger), column("reason", String)
)


def score(spark: SparkSession, folder: Path) -> None:
    """`measured`, `context`, `scorecard` and `evidence` are in the folder, for all that is asked in it."""
    for asked in asked_in(folder / "asked"):
        _Scoring(spark, folder, asked).run()


class _Scoring:
    """The questions of one policy version."""

    def __init__(self, spark: SparkSession, folder: Path, asked: Asked) -> None:
        self._spark = spark
        self._folder = folder
        self._asked = asked
        self._kept: dict[str, tuple[DataFrame, DataFrame]] = {}  # Spark forgets counters that nobody holds

    def run(self) -> None:
        self._given("policy", self._asked_file("policy"))
        self._given("asked", self._asked_file("scope"))
        self._given("journal", self._folder / "journal" / "event_fact")
        self._given("event_part", self._folder / "journal" / "event_part")
        self._keep("event_fact", self._spark.sql(_JOURNAL).repartition("relationship_id"))
        self._keep("event_part", self._spark.table("event_part").repartition("position", "known_from"))
        self._keep("asked", self._spark.table("asked").repartition("q"))
        self._spark.sql("SELECT q, q AS relationship_id, t, k, party FROM asked").createOrReplaceTempView("scope")
        try:
            self._everything()
        finally:
            self._kept.clear()

    def _everything(self) -> None:
        arms: tuple[Arm, ...] = ((composition.measured, measure), (listed_table, listed))
        wanted: list[tuple[DataFrame, str]] = [(self._frame(contexts(), composition.context), "context")]
        seq = 0
        for principle in PRINCIPLES:
            places = range(seq, seq := seq + len(principle.indicators))
            for given, arm in arms:
                together = reduce(lambda a, b: a.unionByName(b), [self._frame(arm(place), given) for place in places])
                wanted.append((together, f"{given.name}/principle={principle.id}"))
        with ThreadPoolExecutor(AT_A_TIME) as pool:
            for done in [pool.submit(self._write, frame, name) for frame, name in wanted]:
                done.result()
        for given in (composition.context, composition.measured, listed_table):
            self._view(given)
        for name, found in (("scorecard", composition.scorecards()), ("evidence", with_corrections(listed_table))):
            self._frame(found).createOrReplaceTempView("found")
            self._write(self._spark.sql(_RESULTS[name]), name)

    def _frame(self, statement: Select[Any], given: TableClause | None = None) -> DataFrame:
        """What the statement finds, with the columns of `given` in their types."""
        found = compiled(statement)
        for name, text in found.views.items():
            if name not in self._kept:
                self._keep(name, self._sql(text))
        frame = self._sql(found.text)
        if given is None:
            return frame
        return frame.selectExpr(*(f"CAST({c.name} AS {_name(c.type)}) AS {c.name}" for c in given.columns))

    def _keep(self, name: str, frame: DataFrame) -> None:
        """The relation of that name is computed once, when it is first read."""
        kept = frame.localCheckpoint(eager=False)
        kept.createOrReplaceTempView(name)
        self._kept[name] = frame, kept

    def _given(self, name: str, file: Path) -> None:
        self._spark.read.parquet(str(file)).createOrReplaceTempView(name)

    def _asked_file(self, name: str) -> Path:
        return self._folder / "asked" / name / f"{self._asked.name}.parquet"

    def _sql(self, text: str) -> DataFrame:
        return self._spark.sql(text, args={k: v for k, v in self._asked.settings.items() if f":{k}" in text})

    def _write(self, frame: DataFrame, name: str) -> None:
        frame.write.mode("overwrite").parquet(str(self._place(name)))

    def _view(self, given: TableClause) -> None:
        self._spark.read.parquet(str(self._place(given.name))).createOrReplaceTempView(given.name)

    def _place(self, name: str) -> Path:
        kind, _, rest = name.partition("/")
        return self._folder / kind / self._asked.name / rest


def _name(kind: Any) -> str:
    if isinstance(kind, BigInteger):
        return "BIGINT"
    return "INT" if isinstance(kind, Integer) else "STRING"


_COLUMNS = ", ".join(f"f.{c.name}" for c in event_fact.columns if c.name != "relationship_id")
_JOURNAL = f"""
SELECT asked.q AS relationship_id, {_COLUMNS} FROM asked JOIN journal AS f ON f.relationship_id = asked.relationship_id
UNION ALL SELECT NULL, {_COLUMNS} FROM journal AS f WHERE f.relationship_id IS NULL"""  # noqa: S608
"""The journal once for each question, which stands in for its relationship: all that a question needs lies together."""
_ABOUT = """scope.relationship_id, DATE_FROM_UNIX_DATE(scope.t) AS as_of, scope.k AS known_at, found.q, found.seq,
    CONCAT('P', policy.principle) AS principle, policy.indicator"""
_JOINED = (
    "found JOIN asked AS scope ON scope.q = found.q JOIN policy ON policy.seq = found.seq ORDER BY found.q, found.seq"
)
_RESULTS = {
    "scorecard": f"SELECT {_ABOUT}, found.* EXCEPT (q, seq) FROM {_JOINED}",  # noqa: S608
    "evidence": f"SELECT {_ABOUT}, found.position, found.reason FROM {_JOINED}, found.position, found.reason",  # noqa: S608
}
