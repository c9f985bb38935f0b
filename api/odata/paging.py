"""The order of rows, and where a page ends: by key, so that no row is missed or told twice while others are written."""

import base64
import binascii
from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import ColumnElement, FromClause, Text, and_, false, literal, or_, tuple_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

from api.odata.refusals import ODataRefusal
from api.odata.values import TEXTS
from projections.bi.columns import Field, Kind, Stored
from projections.bi.tables import FeedTable

_TYPES: dict[Kind, type] = {
    "id": str,
    "text": str,
    "integer": int,
    "decimal": int,
    "date": int,
    "instant": str,
    "boolean": bool,
}


class _ByBytes(GenericFunction[str]):
    type = Text()
    inherit_cache = True
    name = "counterfoil_by_bytes"


@compiles(_ByBytes)
def _by_bytes(element: _ByBytes, compiler: SQLCompiler, **kw: Any) -> str:
    return compiler.process(element.clauses, **kw)


@compiles(_ByBytes, "postgresql")
def _by_bytes_postgresql(element: _ByBytes, compiler: SQLCompiler, **kw: Any) -> str:
    return f'({compiler.process(element.clauses, **kw)}) COLLATE "C"'


def placed(field: Field, column: ColumnElement[Any]) -> ColumnElement[Any]:
    """The column where something is less than it or stands before it: texts go by their bytes, as SQLite has them.

    PostgreSQL follows the database's collation otherwise, ids included: in Danish "aa" stands behind "f".
    """
    return _ByBytes(column) if field.kind in TEXTS else column


class Order(Struct, frozen=True):
    """`asked`: by the client; otherwise the field is there to tell rows apart alone."""

    field: Field
    descending: bool = False
    asked: bool = True

    def column(self, source: FromClause) -> ColumnElement[Any]:
        """As it stands in the order. Nobody has asked for that of the key, which is the one that its index has."""
        column = source.c[self.field.name]
        return placed(self.field, column) if self.asked else column


def whole_order(table: FeedTable, asked: Sequence[Order]) -> tuple[Order, ...]:
    """What is asked for, then the key: no two rows stand at the same place."""
    named = {order.field.name for order in asked}
    fields = {field.name: field for field in table.fields}
    return (*asked, *(Order(fields[name], asked=False) for name in table.key if name not in named))


def in_order(source: FromClause, order: Sequence[Order]) -> list[ColumnElement[Any]]:
    """For ORDER BY. Null comes before everything else, and last where the order is descending."""
    found: list[ColumnElement[Any]] = []
    for one in order:
        column = one.column(source)
        directed: ColumnElement[Any] = column.desc() if one.descending else column.asc()
        if one.field.optional:
            directed = directed.nulls_last() if one.descending else directed.nulls_first()
        found.append(directed)
    return found


def beyond(source: FromClause, order: Sequence[Order], values: Sequence[Stored]) -> ColumnElement[bool]:
    """Whether a row stands behind the one with these values."""
    columns = [one.column(source) for one in order]
    if not any(one.descending or one.field.optional for one in order):
        last = (literal(value, column.type) for column, value in zip(columns, values, strict=True))
        return tuple_(*columns) > tuple_(*last)
    found: list[ColumnElement[bool]] = []
    same: list[ColumnElement[bool]] = []
    for one, column, value in zip(order, columns, values, strict=True):
        found.append(and_(*same, _behind(one, column, value)))
        same.append(column.is_(None) if value is None else column == value)
    return or_(*found)


def _behind(one: Order, column: ColumnElement[Any], value: Stored) -> ColumnElement[bool]:
    if value is None:
        return false() if one.descending else column.is_not(None)
    last = literal(value, column.type)
    if not one.descending:
        return column > last
    return or_(column < last, column.is_(None)) if one.field.optional else column < last


def write_token(values: Sequence[Stored]) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(list(values))).decode().rstrip("=")


def read_token(token: str, order: Sequence[Order]) -> list[Stored]:
    """The values of the last row before the page. Raises ODataRefusal for what is no token of that order."""
    try:
        values = msgspec.json.decode(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)), type=list[Any])
    except (binascii.Error, ValueError, RecursionError) as error:
        raise _not_ours() from error
    if len(values) != len(order) or not all(map(_fits, order, values)):
        raise _not_ours()
    return values


def _fits(one: Order, value: object) -> bool:
    if value is None:
        return one.field.optional
    if type(value) is not _TYPES[one.field.kind]:
        return False
    limit = 2**31 if one.field.kind == "date" else 2**63
    return not (isinstance(value, str) and "\0" in value) and not (
        isinstance(value, int) and not -limit <= value < limit
    )


def _not_ours() -> ODataRefusal:
    return ODataRefusal("The $skiptoken belongs to another request: follow @odata.nextLink as it is.")
