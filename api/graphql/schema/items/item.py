"""What all items have in common, and how a page of them is made of what projections/items tells."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum
from functools import cache
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, get_args, get_origin, get_type_hints
from uuid import UUID

import strawberry
from msgspec import Struct

from api.graphql.schema.context import Info
from api.graphql.schema.events import Event, event_of
from api.graphql.schema.fields import described
from api.graphql.schema.ids import global_id
from api.graphql.schema.node import Node
from api.graphql.schema.organisations import Organisation, known_organisations
from api.graphql.schema.scalars import Decimal

if TYPE_CHECKING:
    from api.graphql.schema.relationships import Relationship

Kind = TypeVar("Kind")
Known = Mapping[UUID, Organisation]
Reader = Callable[[Any, Known], Any]


@strawberry.type(description="An amount in the relationship's currency, with as many decimals as it has.")
class Money:
    amount: Decimal
    currency: str


@strawberry.interface(description="Something that the parties promised, risked, shared or want to gain.")
class Item(Node):
    uuid: strawberry.ID = strawberry.field(description="The id as it stands in facts and files.")
    found: strawberry.Private[Any]

    @described("The entry that brought it.")
    async def event(self, info: Info) -> Event:
        envelope = await info.context.load.by_position.load(self.found.position)
        assert envelope is not None
        return event_of(envelope)

    @strawberry.field
    async def relationship(
        self, info: Info
    ) -> Annotated["Relationship", strawberry.lazy("api.graphql.schema.relationships")]:
        from api.graphql.schema.relationships import relationship  # noqa: PLC0415 - the two types name each other

        found = await relationship(info, self.found.relationship_id)
        assert found is not None
        return found


async def shown(info: Info, kind: type[Kind], found: Sequence[Struct]) -> list[Kind]:
    """The items as that type, whose fields have the names of the struct's. Ids become what the type says."""
    asked = _Asked()
    for each in found:
        _shown(kind, each, asked)
    keys = tuple(asked)
    known = dict(zip(keys, await known_organisations(info, keys), strict=True))
    return [_shown(kind, each, known) for each in found]


class _Asked(dict[UUID, Any]):
    """Takes note of the organisations that would be shown."""

    def __missing__(self, key: UUID) -> None:
        self[key] = None


def _shown(kind: type[Kind], found: Struct, known: Known) -> Kind:
    values = {name: read(getattr(found, name), known) for name, read in _readers(kind).items()}  # type: ignore[arg-type]
    if issubclass(kind, Item):
        key: UUID = getattr(found, "id")  # noqa: B009 - every item has one
        values.update(id=global_id(kind.__name__, key), uuid=strawberry.ID(str(key)), found=found)
    return kind(**values)


@cache
def _readers(kind: type[Any]) -> dict[str, Reader]:
    """How each field of the type is made of the struct's."""
    hints = get_type_hints(kind)
    own = set(get_type_hints(Item)) if issubclass(kind, Item) else set()
    return {name: _reader(hint) for name, hint in hints.items() if name not in own}


def _reader(hint: Any) -> Reader:
    if get_origin(hint) is list:
        return _Each(_reader(get_args(hint)[0])).read
    if isinstance(hint, UnionType):
        return _Optional(_reader(next(part for part in get_args(hint) if part is not type(None)))).read
    if hint is Organisation:
        return _organisation
    if hint is strawberry.ID:
        return _text
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _Member(hint).read
    return _Nested(hint).read if hasattr(hint, "__strawberry_definition__") else _same


def _same(value: Any, _: Known) -> Any:
    return value


def _text(value: Any, _: Known) -> str:
    return str(value)


def _organisation(value: UUID, known: Known) -> Organisation:
    return known[value]


class _Each(Struct, frozen=True):
    element: Reader

    def read(self, value: Iterable[Any], known: Known) -> list[Any]:
        return [self.element(each, known) for each in value]


class _Optional(Struct, frozen=True):
    present: Reader

    def read(self, value: Any, known: Known) -> Any:
        return None if value is None else self.present(value, known)


class _Member(Struct, frozen=True):
    enumeration: Any

    def read(self, value: Any, _: Known) -> Any:
        return self.enumeration(value)


class _Nested(Struct, frozen=True):
    kind: Any

    def read(self, value: Struct, known: Known) -> Any:
        return _shown(self.kind, value, known)
