"""Spark SQL as SQLAlchemy writes it; the few words of kernel.py are there."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct
from sqlalchemy import BindParameter, Select
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.sql.compiler import GenericTypeCompiler, IdentifierPreparer, SQLCompiler


class Compiled(Struct, frozen=True):
    """A statement as text, and before it the relations that it names, each of which may name earlier ones.

    Spark repeats a common table expression wherever its name stands; as views they can be kept instead.
    """

    views: Mapping[str, str]
    text: str


def compiled(statement: Select[Any]) -> Compiled:
    """The statement in Spark SQL; `:name` stands for the settings of a policy."""
    found = statement.compile(dialect=SparkDialect())
    assert isinstance(found, _Compiler)
    return Compiled({cte.name: text for cte, text in found.bodies()}, str(found))


class _Compiler(SQLCompiler):
    def _render_cte_clause(self, nesting_level: int | None = None, include_following_stack: bool = False) -> str:  # noqa: ARG002
        return ""

    def visit_bindparam(self, bindparam: BindParameter[Any], *_: Any, **__: Any) -> str:
        """Our own constants are written out: no text of a user is among them."""
        match bindparam.value:
            case None:
                return f":{bindparam.key}"
            case int(value):
                return str(int(value))
            case str(value):
                assert value.replace(".", "").replace("_", "").replace("%", "").isalnum() or not value, value
                return f"'{value}'"
        raise AssertionError(bindparam.value)

    def bodies(self) -> list[tuple[Any, str]]:
        """Each common table expression and the query that it stands for, those that others name first."""
        return [(cte, text.split(" AS \n", 1)[1]) for cte, text in (self.ctes or {}).items()]


class _Types(GenericTypeCompiler):
    def visit_VARCHAR(self, *_: Any, **__: Any) -> str:  # noqa: N802
        return "STRING"

    def visit_TEXT(self, *_: Any, **__: Any) -> str:  # noqa: N802
        return "STRING"


class _Preparer(IdentifierPreparer):
    def __init__(self, dialect: Any) -> None:
        super().__init__(dialect, initial_quote="`", escape_quote="`")


class SparkDialect(DefaultDialect):
    name = "spark"
    statement_compiler = _Compiler
    type_compiler_cls = _Types
    preparer = _Preparer  # type: ignore[assignment]
    supports_native_boolean = True
    supports_statement_cache = True
