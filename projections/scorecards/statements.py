"""The scorecard expressions as text, compiled once for each kind of database and run with named parameters.

SQLAlchemy's own compiled cache walks the whole expression to find its key, which takes longer than the query. Small
relations (the questions, the policy, measured values) travel as JSON parameters.
"""

import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, TableClause
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import Dialect

from projections.indicators import INDICATORS, PRINCIPLES
from projections.relations import scope
from projections.scorecards.composition import context, measured, policy, scorecards
from projections.scorecards.evidence import evidence
from projections.scorecards.measures import contexts, measures
from projections.scorecards.policy import Policy
from projections.scorecards.question import Question

_TEXT = ("kind", "relationship_id", "party")


def _rows(table: TableClause, engine: str) -> str:
    """A relation whose rows are the JSON parameter of its name."""
    name, columns = table.name, [c.name for c in table.columns]
    if engine == "sqlite":
        cells = ", ".join(f"value ->> {n}" for n in range(len(columns)))
        source = f"json_each(:{name})"
    else:
        cells = ", ".join(
            f"value ->> {n}" if column in _TEXT else f"(value ->> {n})::bigint" for n, column in enumerate(columns)
        )
        source = f"json_array_elements(%({name})s::json) AS rows(value)"
    return f"{name}({', '.join(columns)}) AS MATERIALIZED (SELECT {cells} FROM {source})"  # noqa: S608


class Prepared:
    """A statement over relations that come as parameters, ready to run on one kind of database."""

    def __init__(self, statement: Select[Any], engine: str, *given: TableClause) -> None:
        compiled = statement.compile(dialect=_dialect(engine), compile_kwargs={"render_postcompile": True})
        text = str(compiled)
        assert text.startswith("WITH "), text[:40]
        mark = re.compile(r"%\((\w+)\)s" if engine == "postgresql" else r"(?<!:):(\w+)")
        self._names = {name for name in mark.findall(text) if compiled.params[name] is None}
        self._names |= {table.name for table in given}
        constants = {name: _literal(value) for name, value in compiled.params.items() if name not in self._names}
        if engine == "postgresql":  # where the driver takes a single % for a parameter
            constants = {name: value.replace("%", "%%") for name, value in constants.items()}
        text = mark.sub(lambda m: constants.get(m[1], m[0]), text)
        relations = ",\n".join(_rows(table, engine) for table in given)
        self._text = f"WITH {relations},\n{text.removeprefix('WITH ')}"

    def run(self, connection: Connection, parameters: Mapping[str, Any]) -> Sequence[Any]:
        needed = {name: parameters[name] for name in self._names}
        return connection.exec_driver_sql(self._text, needed).all()


def _literal(value: object) -> str:
    """A constant of our own expressions as SQL: written out, since SQLite finds named parameters one by one."""
    if isinstance(value, int):
        return str(int(value))
    assert isinstance(value, str), value
    assert value.replace(".", "").replace("_", "").replace("%", "").isalnum(), value
    return f"'{value}'"


def _dialect(engine: str) -> Dialect:
    if engine == "postgresql":
        return postgresql.psycopg.dialect()  # type: ignore[no-untyped-call]
    return sqlite.dialect(paramstyle="named")


@cache
def measure_statement(engine: str) -> Prepared:
    return Prepared(measures(), engine, scope)


@cache
def context_statement(engine: str) -> Prepared:
    return Prepared(contexts(), engine, scope)


@cache
def evidence_statement(engine: str) -> Prepared:
    return Prepared(evidence(), engine, scope)


@cache
def scorecard_statement(engine: str) -> Prepared:
    return Prepared(scorecards(), engine, policy, measured, context)


def parameters(questions: Sequence[Question], policy: Policy) -> dict[str, Any]:
    """The questions and the policy, as parameters of the statements."""
    return {
        **settings(policy),
        "scope": json.dumps([row for n, question in enumerate(questions) for row in question.rows(n)]),
        "policy": json.dumps(policy_rows(policy)),
    }


def settings(policy: Policy) -> dict[str, Any]:
    """What the policy says in single numbers: windows, least samples, gates and bands."""
    windows = {f"w_{i.id}": policy.indicators[i.id].window for i in INDICATORS if i.window is not None}
    minima = {f"n_{i.id}": policy.indicators[i.id].min_n for i in INDICATORS}
    return {
        **windows,
        **minima,
        **{f"gate_{name}": int(on) for name, on in policy.gates.items()},
        "amber_from": policy.amber_from,
        "green_from": policy.green_from,
    }


def rows(connection: Connection, values: Mapping[str, Any]) -> Sequence[Any]:
    """54 rows for each question: see composition.scorecards."""
    engine = connection.dialect.name
    found = {
        "measured": json.dumps([tuple(row) for row in measure_statement(engine).run(connection, values)]),
        "context": json.dumps([tuple(row) for row in context_statement(engine).run(connection, values)]),
    }
    return scorecard_statement(engine).run(connection, {**values, **found})


@cache
def _numbers() -> tuple[tuple[int, str, str, int], ...]:
    return tuple((p.number, i.id, i.kind, i.from_stage) for p in PRINCIPLES for i in p.indicators)


def policy_rows(policy: Policy) -> list[list[Any]]:
    """The rows of `composition.policy`."""
    rows = []
    for seq, (number, indicator, kind, from_stage) in enumerate(_numbers()):
        s = policy.indicators[indicator]
        weight = policy.principles[f"P{number}"]
        rows.append([seq, number, kind, from_stage, s.floor, s.target, s.weight, s.min_n, int(s.enabled), weight])
    return rows
