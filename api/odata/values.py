"""The types of columns as OData names them, and literals as the columns store them."""

import math
from datetime import UTC, date, datetime
from decimal import Decimal

from msgspec import Struct
from odata_query import ast

from api.odata.refusals import ODataRefusal
from projections.bi.columns import Field, Kind, Stored
from projections.bi.tables import FeedTable
from projections.bi.views import shown

EDM: dict[Kind, str] = {
    "id": "Edm.String",  # clients write a Guid with and without quotes, a String always with them
    "text": "Edm.String",
    "integer": "Edm.Int64",
    "decimal": "Edm.Decimal",
    "date": "Edm.Date",
    "instant": "Edm.DateTimeOffset",
    "boolean": "Edm.Boolean",
}
LITERALS = (
    ast.Boolean,
    ast.Date,
    ast.DateTime,
    ast.Duration,
    ast.Float,
    ast.Geography,
    ast.GUID,
    ast.Integer,
    ast.List,
    ast.Null,
    ast.String,
    ast.Time,
)
NUMBERS: tuple[Kind, ...] = ("integer", "decimal")
TEXTS: tuple[Kind, ...] = ("id", "text")
LONGEST_NUMBER = 28
"""Characters: more digits than any column has, and than a Decimal computes with."""


def field_named(table: FeedTable, name: str) -> Field:
    """Raises ODataRefusal where nothing of that name is shown."""
    for field in shown(table):
        if field.name == name:
            return field
    raise ODataRefusal(f"{table.name} has no column {name[:100]!r}.")


class Number(Struct, frozen=True):
    """A number as a column stores it, rounded down; `exact`: whether nothing was lost."""

    floor: int
    exact: bool


def number(field: Field, node: object) -> Number:
    if not isinstance(node, ast.Integer | ast.Float):
        raise _misfit(field)
    if len(node.val) > LONGEST_NUMBER:
        raise ODataRefusal(f"A number has more than {LONGEST_NUMBER} characters.")
    try:
        scaled = Decimal(node.val).scaleb(field.scale)
    except ArithmeticError:
        scaled = Decimal("Infinity")
    if not -(2**63) <= scaled < 2**63:
        raise ODataRefusal(f"{node.val} is too large for {field.name}.")
    floor = math.floor(scaled)
    return Number(floor, floor == scaled)


def text(node: object) -> str:
    if not isinstance(node, ast.String):
        raise ODataRefusal("A text is written in single quotes.")
    if "\0" in node.val:
        raise ODataRefusal("A text holds no NUL.")
    return node.val


def stored(field: Field, node: object) -> Stored:
    """The literal as the column stores it: a value that the column could hold."""
    if field.kind in NUMBERS:
        found = number(field, node)
        if not found.exact:
            raise ODataRefusal(f"{field.name} has {field.scale or 'no'} decimals.")
        return found.floor
    try:
        return field.stored(_shown(field, node))
    except (ValueError, OverflowError) as error:
        raise ODataRefusal(f"{getattr(node, 'val', node)} is no value for {field.name}.") from error


def _shown(field: Field, node: object) -> str | bool | date | datetime:
    match field.kind, node:
        case "id", ast.GUID(val=key):
            return key.lower()
        case "id", ast.String():
            return text(node).lower()
        case "text", ast.String():
            return text(node)
        case "date", ast.Date(val=day):
            return date.fromisoformat(day)
        case "instant", ast.DateTime(val=written):
            instant = datetime.fromisoformat(written.upper())
            if instant.tzinfo is None:
                raise ODataRefusal(f"{written} has no offset from UTC, such as Z.")
            return instant.astimezone(UTC)
        case "boolean", ast.Boolean(val=word):
            return word.lower() == "true"
    raise _misfit(field)


def _misfit(field: Field) -> ODataRefusal:
    return ODataRefusal(f"{field.name} is an {EDM[field.kind]} and cannot be compared with that.")
