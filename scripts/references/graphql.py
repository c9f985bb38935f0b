"""docs/reference/graphql.md: the types of schema.graphql."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLUnionType,
    build_schema,
    is_specified_scalar_type,
    print_ast,
)

from references.markdown import page_of, sentence, table

SCHEMA = Path(__file__).resolve().parents[2] / "schema.graphql"
ROOTS = ("Query", "Mutation", "Subscription")
FACTS = "FactInput"
INTRODUCTION = """
The types of `/graphql`, from [schema.graphql](../../schema.graphql). How to use them, with pages, refusals, time
travel and idempotency, is in [graphql.md](../graphql.md). The inputs of the facts are not repeated here: they have
the fields of [events](events.md) in camelCase, less those that the register sets.
"""


def page() -> str:
    schema = build_schema(SCHEMA.read_text(encoding="utf-8"))
    named = [
        t
        for name, t in sorted(schema.type_map.items())
        if not name.startswith("__") and not is_specified_scalar_type(t)
    ]
    facts = inputs_of_facts(schema)
    roots = [t for name in ROOTS for t in named if t.name == name]
    kinds = (
        GraphQLObjectType,
        GraphQLInterfaceType,
        GraphQLUnionType,
        GraphQLInputObjectType,
        GraphQLEnumType,
        GraphQLScalarType,
    )
    rest = [t for kind in kinds for t in named if type(t) is kind and t.name not in ROOTS and t.name not in facts]
    return page_of("GraphQL", INTRODUCTION, *(section(t) for t in [*roots, *rest]))


def inputs_of_facts(schema: GraphQLSchema) -> set[str]:
    facts = schema.type_map.get(FACTS)
    assert isinstance(facts, GraphQLInputObjectType)
    return {str(field.type).strip("!") for field in facts.fields.values()}


def section(t: GraphQLNamedType) -> str:
    parts = [f"## {t.name}", sentence(t.description)]
    match t:
        case GraphQLObjectType() | GraphQLInterfaceType():
            if t.interfaces:
                parts.append("Implements " + ", ".join(f"`{i.name}`" for i in t.interfaces) + ".")
            rows = ([f"`{name}{arguments(f)}`", f"`{f.type}`", sentence(f.description)] for name, f in t.fields.items())
            parts.append(table(["field", "type", "meaning"], rows))
        case GraphQLInputObjectType() if t.name == FACTS:
            parts.append(f"Exactly one of its {len(t.fields)} fields, one for each event type of [events](events.md).")
        case GraphQLInputObjectType():
            inputs = ([f"`{name}{default(f)}`", f"`{f.type}`", sentence(f.description)] for name, f in t.fields.items())
            parts.append(table(["field", "type", "meaning"], inputs))
        case GraphQLEnumType():
            parts.append(
                table(["value", "meaning"], ([f"`{n}`", sentence(v.description)] for n, v in t.values.items()))
            )
        case GraphQLUnionType():
            parts.append("One of " + ", ".join(f"`{member.name}`" for member in t.types) + ".")
    return "\n\n".join(part for part in parts if part)


def arguments(field: GraphQLField) -> str:
    given: Iterable[str] = (f"{name}: {a.type}{default(a)}" for name, a in field.args.items())
    return f"({', '.join(given)})" if field.args else ""


def default(value: GraphQLArgument) -> str:
    node = value.ast_node
    return f" = {print_ast(node.default_value)}" if node is not None and node.default_value is not None else ""
