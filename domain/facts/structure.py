"""What a fact class says about its fields, read once from its annotations.

The register's checks, the vault, the journal, the GraphQL inputs and the reference pages are derived from this.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

import msgspec
from msgspec import Struct, inspect

from domain.facts.fact import Fact

Notes = dict[str, str]


class Leaf(Struct, frozen=True):
    """One place where a value stands: `path` inside the element of a list or map ("" for the element or key itself,
    "value" for a map's value)."""

    path: str
    type: inspect.Type
    notes: Notes
    optional: bool = False


class Field(Struct, frozen=True):
    """One field of a fact. `many`: "" for a single value, "list", or "map"; then `leaves` describe an element."""

    name: str
    type: inspect.Type
    notes: Notes
    required: bool
    optional: bool
    many: str
    leaves: tuple[Leaf, ...]


def _unwrap(kind: inspect.Type) -> tuple[inspect.Type, Notes, bool]:
    """The type without its annotations and its None; the register's notes on it; whether None may stand there."""
    notes: Notes = {}
    optional = False
    while True:
        if isinstance(kind, inspect.Metadata):
            notes = {**(kind.extra or {}), **notes}
            kind = kind.type
        elif isinstance(kind, inspect.UnionType) and any(isinstance(t, inspect.NoneType) for t in kind.types):
            optional = True
            rest = tuple(t for t in kind.types if not isinstance(t, inspect.NoneType))
            kind = rest[0] if len(rest) == 1 else inspect.UnionType(rest)
        else:
            return kind, notes, optional


def _leaf(path: str, kind: inspect.Type) -> Leaf:
    bare, notes, optional = _unwrap(kind)
    return Leaf(path, bare, notes, optional)


def _leaves(kind: inspect.Type) -> tuple[str, tuple[Leaf, ...]]:
    if isinstance(kind, inspect.ListType | inspect.VarTupleType):
        element = _leaf("", kind.item_type)
        if isinstance(element.type, inspect.StructType):
            return "list", tuple(_leaf(f.name, f.type) for f in element.type.fields)
        return "list", (element,)
    if isinstance(kind, inspect.DictType):
        return "map", (_leaf("", kind.key_type), _leaf("value", kind.value_type))
    return "", ()


@cache
def fields(fact: type[Fact]) -> tuple[Field, ...]:
    """The fields of a fact class, in the order of its page."""
    described = []
    struct = inspect.type_info(fact)
    assert isinstance(struct, inspect.StructType)
    for f in struct.fields:
        kind, notes, optional = _unwrap(f.type)
        many, leaves = _leaves(kind)
        described.append(Field(f.name, kind, notes, f.required, optional, many, leaves))
    return tuple(described)


@cache
def tag(fact: type[Fact]) -> str:
    """The stored name of the event type."""
    name = fact.__struct_config__.tag
    assert isinstance(name, str), f"{fact.__name__} has no tag"
    return name


@cache
def item_field(fact: type[Fact]) -> str | None:
    """The field that names the item the fact is about."""
    return next((f.name for f in fields(fact) if f.notes.get("column") == "item"), None)


@cache
def _named(fact: type[Fact]) -> tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...]:
    """(field, many, ((path, kind) …)) of every field that names a party, person or other item."""
    named: list[tuple[str, str, tuple[tuple[str, str], ...]]] = []
    for f in fields(fact):
        if not f.many and "known" in f.notes:
            named.append((f.name, "", (("", f.notes["known"]),)))
        elif found := tuple((leaf.path, leaf.notes["known"]) for leaf in f.leaves if "known" in leaf.notes):
            named.append((f.name, f.many, found))
    return tuple(named)


def references(fact: Fact) -> Iterator[tuple[str, str, Any]]:
    """Every (place, kind, id) that the fact names, for example ("to_parties[0]", "party", UUID)."""
    for name, many, leaves in _named(type(fact)):
        value = getattr(fact, name)
        if value is None:
            continue
        if not many:
            yield name, leaves[0][1], value
            continue
        for n, element in enumerate(value):
            for path, kind in leaves:
                yield f"{name}[{n}]" + (f".{path}" if path else ""), kind, getattr(element, path) if path else element


def data(fact: Fact) -> dict[str, Any]:
    """The fact as stored `data`: built-in types, without its tag and without what is absent."""
    stored: dict[str, Any] = msgspec.to_builtins(fact)
    stored.pop("type", None)
    return {name: value for name, value in stored.items() if value is not None}
