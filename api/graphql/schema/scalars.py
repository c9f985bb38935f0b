"""The scalars of the contract, strict about what they take. Large integers and decimals travel as strings."""

import re
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NewType, TypeAlias

import strawberry
from graphql import GraphQLError
from strawberry.types.scalar import ScalarDefinition

from domain.store.instants import format_instant

if TYPE_CHECKING:
    BigInt: TypeAlias = int
    Decimal: TypeAlias = str
    JSON: TypeAlias = Any
else:
    BigInt = NewType("BigInt", int)
    Decimal = NewType("Decimal", str)
    JSON = NewType("JSON", object)

_INTEGER = re.compile(r"-?[0-9]{1,18}")
_DECIMAL = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,20})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _big_int(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**18:
        return value
    if isinstance(value, str) and _INTEGER.fullmatch(value):
        return int(value)
    raise _wrong(value, "a BigInt, an integer as a string")


def _decimal(value: object) -> str:
    if isinstance(value, str) and _DECIMAL.fullmatch(value):
        return value
    raise _wrong(value, 'a Decimal, a string such as "12.50"')


def _date(value: object) -> date:
    if isinstance(value, str) and _DATE.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise _wrong(value, 'a Date, a string such as "2026-03-31"')


def _date_time(value: object) -> datetime:
    if isinstance(value, str):
        try:
            instant = datetime.fromisoformat(value)
            if instant.tzinfo is not None:
                format_instant(instant)  # near the years 1 and 9999 there is no such instant in UTC
                return instant
        except (ValueError, OverflowError):
            pass
    raise _wrong(value, 'a DateTime with its offset from UTC, such as "2026-03-31T09:15:00Z"')


def _as_it_is(value: Any) -> Any:
    return value


def _wrong(value: object, expected: str) -> GraphQLError:
    return GraphQLError(f"{str(value)[:60]!r} is not {expected}.")


SCALARS: dict[object, ScalarDefinition] = {
    BigInt: strawberry.scalar(
        name="BigInt", description="An integer, as a string.", serialize=str, parse_value=_big_int
    ),
    Decimal: strawberry.scalar(
        name="Decimal", description="A decimal number, as a string of digits.", serialize=str, parse_value=_decimal
    ),
    JSON: strawberry.scalar(name="JSON", description="Any JSON value.", serialize=_as_it_is, parse_value=_as_it_is),
    date: strawberry.scalar(
        name="Date", description="A calendar date, YYYY-MM-DD.", serialize=date.isoformat, parse_value=_date
    ),
    datetime: strawberry.scalar(
        name="DateTime",
        description="An instant: answered in UTC with microseconds; taken with any offset.",
        serialize=format_instant,
        parse_value=_date_time,
    ),
}
