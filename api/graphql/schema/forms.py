"""Input types made from the classes of facts: for every kind of value, what GraphQL takes and how it is read back.

A fact's field of one class is a field of the input by its camelCase name. Ids are `ID` (global ids will do), decimals
`Decimal`, texts that will be sealed `String`, words from a list an enumeration. A map, which GraphQL does not know, is
a list of entries: the key as `party`, `principle`, `gate` or `key`, and the `value`.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from enum import Enum
from functools import cache
from typing import Any, NamedTuple

import strawberry
from msgspec import Struct, inspect

from api.graphql.schema import enums, ids
from api.graphql.schema.naming import camel, pascal
from api.graphql.schema.scalars import JSON, Decimal
from domain import values
from domain.errors import IsMalformed

Reader = Callable[[Any, str], Any]


class Form(NamedTuple):
    """`annotation`: the type for Strawberry. `read`: from GraphQL's value, and its place, to the interchange form."""

    annotation: Any
    read: Reader


class Member(NamedTuple):
    """One field of an input type; `name` is the stored one."""

    name: str
    graphql_name: str
    form: Form
    required: bool
    description: str | None = None
    default: Any = strawberry.UNSET


_DECIMALS = (values.Figure, values.Percent, values.Hundredths, values.Amount, values.Rate)


def _pattern(kind: Any) -> str | None:
    while isinstance(kind, inspect.Metadata):
        kind = kind.type
    assert isinstance(kind, inspect.StrType)
    return kind.pattern


_DECIMAL_PATTERNS = frozenset(_pattern(inspect.type_info(kind)) for kind in _DECIMALS)
_NAMED_ENUMS: dict[frozenset[str], str] = {
    frozenset({"upheld", "rejected"}): "DisputeOutcome",
    frozenset({"accepted", "disputed"}): "CountersignatureDecision",
    frozenset({"request", "retention", "other"}): "ErasureGround",
    frozenset(f"P{n}" for n in range(1, 13)): "PrincipleId",
    frozenset(gate.value for gate in enums.Gate): "Gate",
}
"""Names better than the one made from the item and the field."""
_types: dict[str, type] = {}
_made_enums: dict[str, type[Enum]] = {
    name: found for name, found in vars(enums).items() if isinstance(found, type) and issubclass(found, Enum)
}


def form_of(kind: inspect.Type, owner: str, field: str) -> Form:
    """The form of a value. `owner` and `field` name what has to be made for it."""
    if (simple := _SIMPLE.get(type(kind))) is not None:
        return simple
    match kind:
        case inspect.Metadata():
            return form_of(kind.type, owner, field)
        case inspect.StrType():
            return Form(Decimal if kind.pattern in _DECIMAL_PATTERNS else str, _same)
        case inspect.LiteralType():
            return Form(_enum(kind, owner, field), _member)
        case inspect.UnionType():
            return _union(kind, owner, field)
        case inspect.StructType():
            return _struct(kind.cls)
        case inspect.ListType() | inspect.VarTupleType():
            element = form_of(kind.item_type, owner, field)
            return Form(list[element.annotation], _Each(element.read).read)  # type: ignore[name-defined]
        case inspect.DictType():
            return _map(kind, owner, field)
    raise AssertionError(kind)


def input_type(
    name: str,
    description: str | None,
    members: Sequence[Member],
    taken: Callable[[Mapping[str, Any]], Any] = dict,
    *,
    one_of: bool = False,
) -> Any:
    """The input type of that name, made once. `taken` makes its values from the mappings that GraphQL gives."""
    if name not in _types:
        namespace: dict[str, Any] = {"__annotations__": {}, "__module__": __name__}
        for member in members:
            annotation = member.form.annotation
            namespace["__annotations__"][member.name] = annotation if member.required else annotation | None
            default = {} if member.required else {"default": member.default}
            namespace[member.name] = strawberry.field(
                name=member.graphql_name, description=member.description, **default
            )
        made: Any = strawberry.input(type(name, (), namespace), name=name, description=description, one_of=one_of)
        made.__strawberry_definition__.from_input = _Taken(taken).from_input
        _types[name] = made
    return _types[name]


def read(members: Sequence[Member], given: Mapping[str, Any], place: str = "") -> dict[str, Any]:
    """What was given of the members, by stored names and in interchange form. Raises IsMalformed."""
    return {
        member.name: member.form.read(given[member.graphql_name], f"{place}{member.graphql_name}")
        for member in members
        if given.get(member.graphql_name) is not None
    }


# Kinds of value


def _union(kind: inspect.UnionType, owner: str, field: str) -> Form:
    """A text that is sealed when it is recorded, or a value that may be left out."""
    rest = [t for t in kind.types if not isinstance(t, inspect.NoneType)]
    if any(isinstance(t, inspect.StructType) and t.cls is values.Sealed for t in rest):
        return Form(str, _same)
    assert len(rest) == 1, kind
    return form_of(rest[0], owner, field)


@cache
def _struct(cls: type[Struct]) -> Form:
    struct = inspect.type_info(cls)
    assert isinstance(struct, inspect.StructType)
    members = [Member(f.name, camel(f.name), form_of(f.type, cls.__name__, f.name), f.required) for f in struct.fields]
    name = f"{cls.__name__.removesuffix('Item')}Input"
    return Form(input_type(name, cls.__doc__, members), _Object(members).read)


def _map(kind: inspect.DictType, owner: str, field: str) -> Form:
    key, value = form_of(kind.key_type, owner, field), form_of(kind.value_type, owner, field)
    if isinstance(kind.value_type, inspect.AnyType):
        return Form(JSON, _same)
    if key.annotation is strawberry.ID:
        name = "party"
    elif isinstance(key.annotation, type) and issubclass(key.annotation, Enum):
        name = camel(key.annotation.__name__.removesuffix("Id"))
    else:
        name = "key"
    members = [Member(name, name, key, required=True), Member("value", "value", value, required=True)]
    entry = input_type(f"{owner}{pascal(field)}EntryInput", "One entry of a map; no key may come twice.", members)
    return Form(list[entry], _Entries(name, key.read, value.read).read)  # type: ignore[valid-type]


def _enum(kind: inspect.LiteralType, owner: str, field: str) -> type[Enum]:
    """One enumeration for each set of words, or for each item and field."""
    words = frozenset(str(value) for value in kind.values)
    for name in (_NAMED_ENUMS.get(words, f"{owner}{pascal(field)}"), f"{owner}{pascal(field)}Of{len(_made_enums)}"):
        found = _made_enums.get(name)
        if found is None:
            made = Enum(name, {word.upper(): word for word in map(str, kind.values)})  # type: ignore[misc]
            _made_enums[name] = strawberry.enum(made, name=name)
            return _made_enums[name]
        if {member.value for member in found} == words:
            return found
    raise AssertionError(kind)


# Readers


def _same(value: Any, _: str) -> Any:
    return value


def _id(value: str, _: str) -> str:
    return ids.plain(value)


def _day(value: date, _: str) -> str:
    return value.isoformat()


def _member(value: Enum, _: str) -> Any:
    return value.value


class _Taken(NamedTuple):
    taken: Callable[[Mapping[str, Any]], Any]

    def from_input(self, _: type, value: Mapping[str, Any], __: object) -> Any:
        """Strawberry's hook for input types that make their own values."""
        return self.taken(value)


class _Each(NamedTuple):
    element: Reader

    def read(self, value: list[Any], place: str) -> list[Any]:
        return [self.element(one, f"{place}[{n}]") for n, one in enumerate(value)]


class _Object(NamedTuple):
    members: Sequence[Member]

    def read(self, value: Mapping[str, Any], place: str) -> dict[str, Any]:
        return read(self.members, value, f"{place}.")


class _Entries(NamedTuple):
    name: str
    key: Reader
    value: Reader

    def read(self, value: list[Mapping[str, Any]], place: str) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        for n, entry in enumerate(value):
            at = f"{place}[{n}]"
            key = self.key(entry[self.name], at)
            if key in found:
                raise IsMalformed(f"{at}: {key} comes twice.", at)
            found[key] = self.value(entry["value"], at)
        return found


_SIMPLE: dict[type[inspect.Type], Form] = {
    inspect.UUIDType: Form(strawberry.ID, _id),
    inspect.IntType: Form(int, _same),
    inspect.BoolType: Form(bool, _same),
    inspect.DateType: Form(date, _day),
    inspect.AnyType: Form(JSON, _same),
}
