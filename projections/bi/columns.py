"""What a column of the feed is: its name, type, unit and meaning, and how its values are stored.

Dates are stored as day numbers and decimals as integers (value x 10^scale), as everywhere in the read models; `shown`
and `stored` go from one to the other and back.
"""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Literal

from msgspec import Struct
from sqlalchemy import BigInteger, Boolean, Integer, String, Text
from sqlalchemy.types import TypeEngine

from domain.store.instants import format_instant
from projections import days

Kind = Literal["id", "text", "integer", "decimal", "date", "instant", "boolean"]
Stored = int | str | bool | None
Shown = int | str | bool | date | datetime | Decimal | None


class Field(Struct, frozen=True, kw_only=True):
    """One column. `scale`: decimals of a decimal; `additive`: whether its sum over rows means something.

    added: whether a later release brought it than this version's first; it stands behind the others in the views.
    """

    name: str
    kind: Kind
    description: str
    scale: int = 0
    unit: str | None = None
    additive: bool = False
    optional: bool = False
    added: bool = False

    @property
    def meaning(self) -> str:
        """As one text for catalogues: its description, its unit, and whether it may be summed."""
        unit = "" if self.unit is None else f" Unit: {self.unit}."
        return f"{self.description}{unit}{' Additive: sums of it mean something.' if self.additive else ''}"

    def shown(self, value: Any) -> Shown:
        """The stored value as people and programs get it."""
        if value is None:
            return None
        match self.kind:
            case "decimal":
                return Decimal(int(value)).scaleb(-self.scale)
            case "date":
                return days.day(value)
            case "instant":
                return datetime.fromisoformat(value).astimezone(UTC)
            case "boolean":
                return bool(value)
            case _:
                return value  # type: ignore[no-any-return]

    def stored(self, value: Any) -> Stored:
        """The other way round. Raises ValueError for a decimal with more decimals than the column has."""
        if value is None:
            return None
        match self.kind:
            case "decimal":
                scaled = Decimal(value).scaleb(self.scale)
                if scaled != scaled.to_integral_value():
                    raise ValueError(f"{value} has more than {self.scale} decimals.")
                return int(scaled)
            case "date":
                return days.number(value)
            case "instant":
                return format_instant(value)
            case "id":
                return str(value)
            case _:
                return value  # type: ignore[no-any-return]


def ident(name: str, description: str, *, optional: bool = False) -> Field:
    return Field(name=name, kind="id", description=description, optional=optional)


def text(name: str, description: str, *, optional: bool = False) -> Field:
    return Field(name=name, kind="text", description=description, optional=optional)


def whole(
    name: str, description: str, *, optional: bool = False, additive: bool = False, unit: str | None = None
) -> Field:
    return Field(name=name, kind="integer", description=description, optional=optional, additive=additive, unit=unit)


def decimal(
    name: str,
    scale: int,
    description: str,
    *,
    optional: bool = False,
    additive: bool = False,
    unit: str | None = None,
    added: bool = False,
) -> Field:
    return Field(
        name=name,
        kind="decimal",
        scale=scale,
        description=description,
        optional=optional,
        additive=additive,
        unit=unit,
        added=added,
    )


def day(name: str, description: str, *, optional: bool = False) -> Field:
    return Field(name=name, kind="date", description=description, optional=optional)


def instant(name: str, description: str, *, optional: bool = False) -> Field:
    return Field(name=name, kind="instant", description=description, optional=optional)


def flag(name: str, description: str, *, optional: bool = False) -> Field:
    return Field(name=name, kind="boolean", description=description, optional=optional)


_TYPES: dict[Kind, type[TypeEngine[Any]]] = {
    "text": Text,
    "integer": BigInteger,
    "decimal": BigInteger,
    "date": Integer,
    "instant": Text,
    "boolean": Boolean,
}
CHANGED_AT = Field(
    name="changed_at",
    kind="integer",
    description="The position of the log at which the row was last written: the watermark of increments.",
)
IS_DELETED = Field(
    name="is_deleted",
    kind="boolean",
    description="True in an increment for a row that is gone: what was loaded under its key is to be deleted.",
)


def storage(field: Field) -> TypeEngine[Any]:
    return String(36) if field.kind == "id" else _TYPES[field.kind]()
