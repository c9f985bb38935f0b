"""The few expressions that database engines spell differently. Everything else is portable SQLAlchemy Core.

Integers only: `half_up` is the one rounding of docs/principles.md A1.
"""

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Integer, case, cast, func, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

Number = ColumnElement[Any]
SCALE = 10_000
"""Values, numerators, denominators and coverage have four decimals."""


class _Div(GenericFunction[int]):
    """Integer division of a number that is not negative by one above 0."""

    type = BigInteger()
    inherit_cache = True
    name = "counterfoil_div"


class _Least(GenericFunction[int]):
    """The smaller of two numbers, neither of them NULL."""

    type = BigInteger()
    inherit_cache = True
    name = "counterfoil_least"


class _Greatest(GenericFunction[int]):
    """The larger of two numbers, neither of them NULL."""

    type = BigInteger()
    inherit_cache = True
    name = "counterfoil_greatest"


def _operands(element: Any, compiler: SQLCompiler, kw: dict[str, Any]) -> tuple[str, str]:
    a, b = element.clauses
    return f"({compiler.process(a, **kw)})", f"({compiler.process(b, **kw)})"


@compiles(_Div)
def _div(element: _Div, compiler: SQLCompiler, **kw: Any) -> str:
    return "({} / {})".format(*_operands(element, compiler, kw))


@compiles(_Div, "duckdb")
def _div_duckdb(element: _Div, compiler: SQLCompiler, **kw: Any) -> str:
    return "({} // {})".format(*_operands(element, compiler, kw))


@compiles(_Div, "spark")
def _div_spark(element: _Div, compiler: SQLCompiler, **kw: Any) -> str:
    """NULL rather than an error for a divisor of 0: Spark may divide before it looks at the condition around it."""
    n, d = _operands(element, compiler, kw)
    return f"({n} div nullif({d}, 0))"


@compiles(_Least)
def _least(element: _Least, compiler: SQLCompiler, **kw: Any) -> str:
    return "least({}, {})".format(*_operands(element, compiler, kw))


@compiles(_Greatest)
def _greatest(element: _Greatest, compiler: SQLCompiler, **kw: Any) -> str:
    return "greatest({}, {})".format(*_operands(element, compiler, kw))


@compiles(_Least, "sqlite")
def _least_sqlite(element: _Least, compiler: SQLCompiler, **kw: Any) -> str:
    return "min({}, {})".format(*_operands(element, compiler, kw))


@compiles(_Greatest, "sqlite")
def _greatest_sqlite(element: _Greatest, compiler: SQLCompiler, **kw: Any) -> str:
    return "max({}, {})".format(*_operands(element, compiler, kw))


def div(n: Any, d: Any) -> Number:
    return _Div(n, d)


def least(a: Any, b: Any) -> Number:
    return _Least(a, b)


def greatest(a: Any, b: Any) -> Number:
    return _Greatest(a, b)


def clamp(x: Any, low: int, high: int) -> Number:
    return _Least(_Greatest(x, literal(low, literal_execute=True)), literal(high, literal_execute=True))


def half_up(n: Number, d: Number | int) -> Number:
    """n/d rounded half away from zero, for d > 0. Source: docs/principles.md A1."""
    return case((n >= 0, div(2 * n + d, 2 * d)), else_=-div(-2 * n + d, 2 * d))


def ratio(n: Number, d: Number) -> Number:
    """n/d with four decimals, NULL where d is 0."""
    return case((d > 0, half_up(n * SCALE, d)))


def total(numbers: Number) -> Number:
    """SUM as a 64-bit number: PostgreSQL makes it NUMERIC, which does not divide as integers do."""
    return cast(func.sum(numbers), BigInteger)


def low_bits(number: Number, bits: int) -> Number:
    """What is packed into the lowest `bits` of a number."""
    return number.bitwise_and(integer(2**bits - 1))


def high_bits(number: Number, bits: int) -> Number:
    """What is packed above the lowest `bits` of a number, with its sign."""
    return number.bitwise_rshift(literal(bits, Integer, literal_execute=True))


def integer(value: int) -> Number:
    """A number written into the SQL text, typed as 64 bits on every engine."""
    return literal(value, BigInteger, literal_execute=True)
