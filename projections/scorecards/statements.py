"""The scorecard expressions as text, compiled once for each kind of database and run with named parameters.

SQLAlchemy's own compiled cache walks the whole expression to find its key, which takes longer than the query.
"""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import Dialect

from projections.indicators import INDICATORS, PRINCIPLES
from projections.scorecards.composition import scorecards
from projections.scorecards.policy import Policy
from projections.scorecards.question import Question

_SCOPE = {
    "sqlite": """scope(q, relationship_id, t, k, party) AS (
  SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4 FROM json_each(:scope))""",
    "postgresql": """scope(q, relationship_id, t, k, party) AS (
  SELECT (value ->> 0)::int, value ->> 1, (value ->> 2)::int, (value ->> 3)::bigint, value ->> 4
  FROM json_array_elements(%(scope)s::json) AS rows(value))""",
}
_POLICY_COLUMNS = (
    "seq", "principle", "kind", "from_stage", "floor", "target", "weight", "min_n", "enabled", "principle_weight",
)  # fmt: skip


def _policy_rows(engine: str) -> str:
    if engine == "sqlite":
        cells = ", ".join(f"value ->> {n}" for n in range(len(_POLICY_COLUMNS)))
        return f"policy({', '.join(_POLICY_COLUMNS)}) AS (SELECT {cells} FROM json_each(:policy))"  # noqa: S608
    cells = ", ".join(
        f"value ->> {n}" if name == "kind" else f"(value ->> {n})::bigint" for n, name in enumerate(_POLICY_COLUMNS)
    )
    rows = "json_array_elements(%(policy)s::json) AS rows(value)"
    return f"policy({', '.join(_POLICY_COLUMNS)}) AS (SELECT {cells} FROM {rows})"  # noqa: S608


class Prepared:
    """A statement over `scope` and `policy`, ready to run on one kind of database."""

    def __init__(self, statement: Select[Any], engine: str) -> None:
        compiled = statement.compile(dialect=_dialect(engine), compile_kwargs={"render_postcompile": True})
        text = str(compiled)
        assert text.startswith("WITH "), text[:40]
        self._defaults = {name: value for name, value in compiled.params.items() if value is not None}
        self._text = f"WITH {_SCOPE[engine]},\n{_policy_rows(engine)},\n{text.removeprefix('WITH ')}"

    def run(self, connection: Connection, parameters: Mapping[str, Any]) -> Sequence[Any]:
        return connection.exec_driver_sql(self._text, {**self._defaults, **parameters}).all()


def _dialect(engine: str) -> Dialect:
    if engine == "postgresql":
        return postgresql.psycopg.dialect()  # type: ignore[no-untyped-call]
    return sqlite.dialect(paramstyle="named")


@cache
def scorecard_statement(engine: str) -> Prepared:
    return Prepared(scorecards(), engine)


def parameters(questions: Sequence[Question], policy: Policy) -> dict[str, Any]:
    """The rows of `scope` and `policy`, the windows and the switches, as parameters of a statement."""
    windows = {f"w_{i.id}": policy.indicators[i.id].window for i in INDICATORS if i.window is not None}
    minima = {f"n_{i.id}": policy.indicators[i.id].min_n for i in INDICATORS}
    return {
        **windows,
        **minima,
        **{f"gate_{name}": int(on) for name, on in policy.gates.items()},
        "amber_from": policy.amber_from,
        "green_from": policy.green_from,
        "scope": json.dumps([row for n, question in enumerate(questions) for row in question.rows(n)]),
        "policy": _policy(policy),
    }


@cache
def _numbers() -> tuple[tuple[int, str, str, int], ...]:
    return tuple((p.number, i.id, i.kind, i.from_stage) for p in PRINCIPLES for i in p.indicators)


def _policy(policy: Policy) -> str:
    rows = []
    for seq, (number, indicator, kind, from_stage) in enumerate(_numbers()):
        s = policy.indicators[indicator]
        weight = policy.principles[f"P{number}"]
        rows.append([seq, number, kind, from_stage, s.floor, s.target, s.weight, s.min_n, int(s.enabled), weight])
    return json.dumps(rows)
