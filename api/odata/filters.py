"""`$filter` as a condition on the rows of a table. The library `odata-query` parses, we translate.

Null compares as OData says: it equals itself alone, and is neither greater nor less than anything.
"""

import operator
import re
from collections.abc import Callable, Iterator
from copy import copy
from datetime import date
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from odata_query import ast
from odata_query.exceptions import (
    ArgumentCountException,
    ODataException,
    ParsingException,
    TokenizingException,
    UnknownFunctionException,
)
from odata_query.grammar import ODATA_FUNCTIONS, ODataLexer, ODataParser
from sqlalchemy import Boolean, ColumnElement, FromClause, and_, false, func, literal, not_, or_, true

from api.odata.paging import placed
from api.odata.refusals import ODataRefusal, not_supported
from api.odata.values import LITERALS, NUMBERS, TEXTS, field_named, number, stored, text
from projections import days
from projections.bi.columns import Field, Stored
from projections.bi.tables import FeedTable

MOST_CONDITIONS = 400
"""SQLite takes expressions up to 1,000 levels deep, and nests every `or` of a chain."""
DEEPEST = 40
MOST_IN_LIST = 1000

Condition = ColumnElement[bool]
_MIRRORED: dict[type, type] = {ast.Lt: ast.Gt, ast.LtE: ast.GtE, ast.Gt: ast.Lt, ast.GtE: ast.LtE}
_FOLDS = {"tolower": func.lower, "toupper": func.upper}
_PARTS = ("contains", "startswith", "endswith")
FUNCTIONS = (*_PARTS, *_FOLDS, "year")
"""All that a filter may call."""
_WORD = re.compile(r"('(?:[^']|'')*')|\b(not|in)\(")
"""Words that the lexer takes for functions where no blank is behind them, and texts, in which they mean nothing."""


class Operand(Struct, frozen=True):
    """A column, or what a function makes of it, and the field whose values it has."""

    field: Field
    column: ColumnElement[Any]

    @property
    def placed(self) -> ColumnElement[Any]:
        return placed(self.field, self.column)


def parse(written: str) -> object:
    """The expression as a tree. Raises ODataRefusal."""
    written = written.strip()
    try:
        spaced = _WORD.sub(lambda found: found[1] or f"{found[2]} (", written)
        tree: object = ODataParser().parse(_lists_marked(list(ODataLexer().tokenize(spaced))))
    except (ParsingException, TokenizingException) as error:
        where = "its end" if error.token is None else f"character {_place(written, error.token.index) + 1}"
        raise ODataRefusal(f"The expression cannot be read at {where}.") from error
    except (UnknownFunctionException, ArgumentCountException) as error:
        raise ODataRefusal(f"{str(error).rstrip('.')}.") from error
    except (ODataException, RecursionError, AttributeError, TypeError) as error:
        raise ODataRefusal("The expression cannot be read.") from error
    return tree


def _place(written: str, index: int) -> int:
    """Where that stands in what was written, without the blanks that were put in before it."""
    brackets = [found.end() - 1 for found in _WORD.finditer(written) if found[2]]
    return index - sum(bracket + n < index for n, bracket in enumerate(brackets))


def _lists_marked(tokens: list[Any]) -> Iterator[Any]:
    """The parser takes `('x')` for a text in parentheses, and `('x',)` for a list of one."""
    is_list = False
    for before, token in zip([None, *tokens], tokens, strict=False):
        if token.type == "(":
            is_list = before is not None and before.type == "IN"
        elif token.type == ",":
            is_list = False
        elif token.type == ")" and is_list:
            comma = copy(token)
            comma.type = comma.value = ","
            yield comma
            is_list = False
        yield token


def condition(table: FeedTable, source: FromClause, written: str) -> Condition:
    """Whether a row of the table's source is asked for. Raises ODataRefusal."""
    return _Translation(table, source).condition(parse(written), 0)


class _Translation:
    """The translation of one expression, with what it has come across on the way."""

    def __init__(self, table: FeedTable, source: FromClause) -> None:
        self._table = table
        self._source = source
        self._count = 0
        self._negations = 0

    def condition(self, node: object, depth: int) -> Condition:
        if depth > DEEPEST:
            raise ODataRefusal(f"The filter is nested more than {DEEPEST} levels deep.")
        self._count += 1
        if self._count > MOST_CONDITIONS:
            raise ODataRefusal(f"The filter has more than {MOST_CONDITIONS} conditions; `in` takes a list of values.")
        match node:
            case ast.BoolOp(op=op):
                join = and_ if isinstance(op, ast.And) else or_
                return join(*(self.condition(each, depth + 1) for each in _chain(node, type(op))))
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                self._negations += 1
                inner = self.condition(operand, depth + 1)
                self._negations -= 1
                return not_(inner)
            case ast.Compare(comparator=comparator, left=left, right=right):
                return self._compared(type(comparator), left, right, depth)
            case ast.Call(func=ast.Identifier(name=name)) if name in _PARTS:
                return self._part(node)
            case ast.Boolean(val=word):
                return true() if word.lower() == "true" else false()
            case ast.Identifier():
                named = self._operand(node)
                if named.field.kind == "boolean":
                    return named.column
        raise _unfit(node)

    def _compared(self, comparator: type, left: object, right: object, depth: int) -> Condition:
        if isinstance(left, LITERALS) and comparator is not ast.In:
            comparator, left, right = _MIRRORED.get(comparator, comparator), right, left
        match left, right:
            case ast.Call(func=ast.Identifier(name="year"), args=[of]), _:
                return self._whole(_in_year(comparator, self._operand(of), right), optional=True)
            case ast.Call(func=ast.Identifier(name=name)), ast.Boolean() if name in _PARTS:
                return self._truth(comparator, left, right, depth)
        operand = self._operand(left)
        if comparator is ast.In:
            return self._whole(_among(operand, right), optional=operand.field.optional)
        if isinstance(right, LITERALS):
            found = _with_literal(comparator, operand, right)
            return self._whole(found, optional=operand.field.optional)
        other = self._operand(right)
        if (operand.field.kind in TEXTS) != (other.field.kind in TEXTS) or (
            operand.field.kind not in TEXTS
            and (operand.field.kind, operand.field.scale) != (other.field.kind, other.field.scale)
        ):
            raise ODataRefusal(f"{operand.field.name} and {other.field.name} cannot be compared with each other.")
        return self._whole(_OPERATIONS[comparator](operand.placed, other.column), optional=True)

    def _truth(self, comparator: type, left: object, right: ast.Boolean, depth: int) -> Condition:
        if comparator not in (ast.Eq, ast.NotEq):
            raise _unfit(left)
        holds = (right.val.lower() == "true") == (comparator is ast.Eq)
        found = self.condition(left, depth + 1)
        return found if holds else not_(found)

    def _whole(self, found: Condition, *, optional: bool) -> Condition:
        """A comparison with null is false, which shows where it is negated."""
        if not (optional and self._negations):
            return found
        negatable: Condition = func.coalesce(found, false(), type_=Boolean)
        return negatable

    def _operand(self, node: object) -> Operand:
        match node:
            case ast.Identifier(name=name, namespace=()):
                return Operand(field_named(self._table, name), self._source.c[name])
            case ast.Call(func=ast.Identifier(name=name), args=[of]) if name in _FOLDS:
                if not isinstance(of, ast.Identifier):
                    raise _unfit(of)
                operand = self._operand(of)
                if operand.field.kind not in TEXTS:
                    raise ODataRefusal(f"{name} takes a text, which {operand.field.name} is not.")
                folded = replace(operand.field, kind="text")  # literals of ids are put into lower case
                return Operand(folded, _FOLDS[name](operand.column))
        raise _unfit(node)

    def _part(self, call: ast.Call) -> Condition:
        """Whether a text holds, begins or ends with another, letter by letter: LIKE has patterns, and ignores case."""
        of, looked_for = call.args
        operand, wanted = self._operand(of), text(looked_for)
        if operand.field.kind not in TEXTS:
            raise ODataRefusal(f"{call.func.name} takes a text, which {operand.field.name} is not.")
        column, size = operand.column, len(wanted)
        if not wanted:
            return column.is_not(None)
        match call.func.name:
            case "contains":
                return func.replace(column, wanted, "") != column
            case "startswith":
                return func.substr(column, 1, size) == wanted
            case _:
                length = func.length(column)
                return and_(length >= size, func.substr(column, length - (size - 1)) == wanted)


def _chain(node: object, kind: type) -> Iterator[object]:
    """The parts of `a or b or c`, in their order, however long it is."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, ast.BoolOp) and isinstance(one.op, kind):
            waiting += (one.right, one.left)
        else:
            yield one


_same: Callable[[Any, Any], Condition] = operator.eq
"""What cannot be null is found by an index."""
_OPERATIONS: dict[type, Callable[[Any, Any], Condition]] = {
    ast.Eq: lambda a, b: a.is_not_distinct_from(b),
    ast.NotEq: lambda a, b: a.is_distinct_from(b),
    ast.Lt: lambda a, b: a < b,
    ast.LtE: lambda a, b: a <= b,
    ast.Gt: lambda a, b: a > b,
    ast.GtE: lambda a, b: a >= b,
}


def _with_literal(comparator: type, operand: Operand, node: object) -> Condition:
    field, column = operand.field, operand.column
    if isinstance(node, ast.Null):
        if comparator in (ast.Eq, ast.NotEq):
            return column.is_(None) if comparator is ast.Eq else column.is_not(None)
        return false()
    if field.kind in NUMBERS:
        found = number(field, node)
        if not found.exact:
            return _between(comparator, column, found.floor)
        value: Stored = found.floor
    else:
        value = stored(field, node)
    if comparator is ast.Eq:
        return _same(column, value)
    return _OPERATIONS[comparator](operand.placed, literal(value, column.type))


def _between(comparator: type, column: ColumnElement[Any], floor: int) -> Condition:
    """The comparison with a number between the stored `floor` and the next one."""
    if comparator in (ast.Eq, ast.NotEq):
        return false() if comparator is ast.Eq else true()
    return column > floor if comparator in (ast.Gt, ast.GtE) else column <= floor


def _among(operand: Operand, node: object) -> Condition:
    listed = node.val if isinstance(node, ast.List) else [node]
    if len(listed) > MOST_IN_LIST:
        raise ODataRefusal(f"A list has more than {MOST_IN_LIST} values.")
    if operand.field.kind in NUMBERS:
        numbers = [number(operand.field, each) for each in listed]
        return operand.column.in_([each.floor for each in numbers if each.exact])
    return operand.column.in_([stored(operand.field, each) for each in listed])


def _in_year(comparator: type, operand: Operand, node: object) -> Condition:
    """As a range of days or instants."""
    field, column = operand.field, operand.column
    if field.kind not in ("date", "instant") or not isinstance(node, ast.Integer):
        raise ODataRefusal("year takes a date or an instant, and is compared with a number.")
    year = int(node.val) if len(node.val) <= 5 else 0
    if comparator not in _OPERATIONS or not 1 <= year < date.max.year:
        raise ODataRefusal(f"year cannot be compared with {node.val}.")

    def first_of(year: int) -> int | str:
        return days.number(date(year, 1, 1)) if field.kind == "date" else f"{year:04}-01-01"

    begins, ends = column >= first_of(year), column < first_of(year + 1)
    ranges: dict[type, Condition] = {
        ast.Eq: and_(begins, ends),
        ast.NotEq: or_(not_(begins), not_(ends), column.is_(None)),
        ast.Lt: not_(begins),
        ast.LtE: ends,
        ast.Gt: not_(ends),
        ast.GtE: begins,
    }
    return ranges[comparator]


def _unfit(node: object) -> ODataRefusal:
    """What the standard has and we do not is not supported; anything else is no condition."""
    match node:
        case ast.Call(func=ast.Identifier(name=name, namespace=namespace)) if (
            ".".join((*namespace, name)) in ODATA_FUNCTIONS and name not in _PARTS
        ):
            return not_supported(f"The function {name} in this place")
        case ast.BinOp() | ast.UnaryOp(op=ast.USub()):
            return not_supported("Arithmetic")
        case ast.CollectionLambda() | ast.Attribute():
            return not_supported("Navigation")
    return ODataRefusal("The filter compares something else than a column with a value.")
