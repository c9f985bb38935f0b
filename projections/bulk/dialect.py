"""The scorecard expressions as DuckDB's SQL."""

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from sqlalchemy import Select
from sqlalchemy.dialects.postgresql.base import PGDialect


class DuckDB(PGDialect):
    """What the expressions need of DuckDB is PostgreSQL's, but for the few words of kernel.py."""

    name = "duckdb"
    supports_statement_cache = True


_MARK = re.compile(r"(?<!:):(\w+)")


def text(statement: Callable[[], Select[Any]], values: Mapping[str, Any]) -> str:
    """The statement with its parameters written out; those without a value of their own are taken from `values`."""
    sql, own = _compiled(statement)
    return _MARK.sub(lambda mark: _literal(values[mark[1]] if own[mark[1]] is None else own[mark[1]]), sql)


@cache
def _compiled(statement: Callable[[], Select[Any]]) -> tuple[str, Mapping[str, Any]]:
    dialect = DuckDB(paramstyle="named")  # type: ignore[no-untyped-call]
    unordered = statement().order_by(None)  # tables have no order
    compiled = unordered.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
    return str(compiled), compiled.params


def _literal(value: object) -> str:
    if isinstance(value, int):
        return str(int(value))
    assert isinstance(value, str), value
    return "'{}'".format(value.replace("'", "''"))
