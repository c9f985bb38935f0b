"""docs/reference/events.md: every event type, from its class."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from msgspec import inspect

from domain.facts import FACTS
from domain.facts.fact import Fact
from domain.facts.structure import Field, Leaf, fields
from domain.values import Money
from references.markdown import page_of, sentence, table

DEMO = Path(__file__).resolve().parents[2] / "api" / "demo"
KNOWN = {
    "party": "id of an organisation that is an active party that day",
    "organisation": "id of an organisation",
    "person": "id of a person",
}
DECIMALS = {  # docs/principles.md A92
    r"^-?(0|[1-9][0-9]{0,9})(\.[0-9]{1,4})?$": "decimal, at most 4 places",
    r"^(0|[1-9][0-9]{0,2})(\.[0-9]{1,2})?$": "percent, at most 2 places",
    r"^(0|[1-9][0-9]{0,6})(\.[0-9]{1,2})?$": "decimal, at most 2 places",
    r"^(0|[1-9][0-9]{0,12})(\.[0-9]{1,4})?$": "amount",
    "^[A-Z]{2}$": "country code of ISO 3166-1",
    "^[A-Z]{3}$": "currency code of ISO 4217",
}
INTRODUCTION = """
What each fact holds, and who may leave out what. The page is written from the classes in `domain/facts`; what the
facts mean, and which rules decide on them, is in [events.md](../events.md) and [principles.md](../principles.md).

A fact is given in one of two forms: as a line of an interchange file (`counterfoil record FILE.ndjson`), whose `data`
holds the fields below, or as one of the inputs of `record` in GraphQL, with the same fields in camelCase. Optional, and
the same for every type, are `on` (the business date; today when left out), `note`, `evidence`, `visibility`, and in
GraphQL `expectedVersion`.

Ids are UUIDs; the id of a new thing may be left out, and the register makes one. In a file, an id may also be the
`event_ref` of an earlier line. Decimals are text (`"12.50"`), counts, levels and versions are whole numbers.
*Sealed* text lies in the vault and can be erased; the log holds a commitment to it. Money is
`{"amount": "12500.00", "currency": "EUR", "rate": "1.0825"}`; the rate converts into the relationship's currency and is
left out where the currencies are equal.
"""


def page() -> str:
    types = sorted(FACTS)
    nouns = [(noun, list(names)) for noun, names in groupby(types, key=lambda name: name.split(".")[0])]
    contents = table(
        ["of", "facts"],
        ([noun, ", ".join(f"[{name.split('.')[1]}](#{anchor(name)})" for name in names)] for noun, names in nouns),
    )
    examples = dict(first_of_each_type())
    return page_of("Events", INTRODUCTION, contents, *(section(name, examples.get(name)) for name in types))


def anchor(name: str) -> str:
    return name.replace(".", "")


def section(name: str, example: dict[str, Any] | None) -> str:
    fact = FACTS[name]
    words = "".join(part.capitalize() for part in name.replace(".", "_").split("_"))
    parts = [f"## {name}", sentence(fact.__doc__), f"GraphQL: `{words[0].lower()}{words[1:]}: {words}Input`"]
    if fact.schema_version > 1:
        parts.append(f"Schema version {fact.schema_version}; what was stored under an earlier one is read as this one.")
    if rows := [[f"`{f.name}`", kind(f), presence(f, fact)] for f in fields(fact)]:
        parts.append(table(["field", "type", ""], rows))
    if example is not None:
        parts.append(f"```json\n{json.dumps(example, ensure_ascii=False)}\n```")
    return "\n\n".join(parts)


def presence(field: Field, fact: type[Fact]) -> str:
    if field.name in fact.register_sets:
        return "the register sets it"
    if field.required:
        return ""
    makes = field.name in fact.fills or (fact.creates and field.notes.get("column") == "item")
    return "optional; the register makes one" if makes else "optional"


def kind(field: Field) -> str:
    if field.many == "list":
        if field.leaves[0].path:
            return f"list of {{{', '.join(member(leaf) for leaf in field.leaves)}}}"
        return f"list of: {one(field.leaves[0].type, field.leaves[0].notes)}"
    if field.many == "map":
        key, value = field.leaves
        if isinstance(value.type, inspect.AnyType):
            return "the whole `data` of the corrected fact"
        return f"object: {one(key.type, key.notes)} → {one(value.type, value.notes)}"
    return one(field.type, field.notes)


def member(leaf: Leaf) -> str:
    return f"`{leaf.path}`: {one(leaf.type, leaf.notes)}"


def one(described: inspect.Type, notes: dict[str, str]) -> str:
    match described:
        case inspect.UUIDType():
            known = notes.get("known", "")
            return KNOWN.get(known, f"id of a known {known.replace('_', ' ')}" if known else "id")
        case inspect.DateType():
            return "date"
        case inspect.BoolType():
            return "true or false"
        case inspect.IntType(ge=low, le=high):
            return f"whole number, {low} to {high}" if high and high < 10_000 else f"whole number from {low}"
        case inspect.LiteralType(values=values):
            return " | ".join(f"`{value}`" for value in by_number(values))
        case inspect.StructType(cls=cls):
            return "money" if cls is Money else "object: " + ", ".join(f"`{f.name}`" for f in described.fields)
        case inspect.UnionType():
            return "sealed text, of a person" if notes.get("sealed") == "person_id" else "sealed text"
        case inspect.StrType(pattern=str(pattern)):
            return DECIMALS[pattern]
        case inspect.StrType(max_length=int(most)):
            return f"text, at most {most} characters"
    raise AssertionError(described)


def by_number(values: tuple[Any, ...]) -> list[Any]:
    """P2 before P10."""
    return sorted(values, key=lambda value: (len(value), value) if str(value)[1:].isdigit() else (0, value))


def first_of_each_type() -> Iterator[tuple[str, dict[str, Any]]]:
    """Of each event type, the line of the demo register with the most fields and then the least text."""
    lines = [line for file in sorted(DEMO.glob("*.ndjson")) for line in file.read_text(encoding="utf-8").splitlines()]
    facts = sorted((json.loads(line) for line in lines), key=lambda fact: (fact["type"], len(json.dumps(fact["data"]))))
    for name, found in groupby(facts, key=lambda fact: fact["type"]):
        fact = max(found, key=lambda fact: len(fact["data"]))
        yield str(name), {key: fact[key] for key in ("type", "on", "data", "visibility") if key in fact}
