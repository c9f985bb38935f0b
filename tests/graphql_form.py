"""Facts in interchange form as the inputs of GraphQL, by nothing but the published `schema.graphql`."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLSchema,
    build_schema,
    get_named_type,
    is_list_type,
    is_non_null_type,
)

SCHEMA = Path(__file__).parents[1] / "schema.graphql"


@cache
def schema() -> GraphQLSchema:
    return build_schema(SCHEMA.read_text())


def fact_input(line: Mapping[str, Any]) -> dict[str, Any]:
    """The `FactInput` of a line: its data, and what stands around it, under the field of its type."""
    type_ = input_of("FactInput")
    name = camel(line["type"].replace(".", "_"))
    around = {key: line[key] for key in ("on", "note", "evidence", "visibility") if key in line}
    if "on" in line["data"]:
        around["entry_on"] = around.pop("on")
    return {name: _given({**around, **line["data"]}, type_.fields[name].type)}


def camel(name: str) -> str:
    return re.sub(r"_(.)", lambda match: match[1].upper(), name)


def input_of(name: str) -> GraphQLInputObjectType:
    found = schema().type_map[name]
    assert isinstance(found, GraphQLInputObjectType)
    return found


def _given(value: Any, type_: Any) -> Any:
    if is_non_null_type(type_):
        return _given(value, type_.of_type)
    named = get_named_type(type_)
    if is_list_type(type_):
        if isinstance(value, dict):
            return [_entry(key, each, type_.of_type) for key, each in value.items()]
        return [_given(each, type_.of_type) for each in value]
    if isinstance(named, GraphQLEnumType):
        return value.upper()
    if isinstance(named, GraphQLInputObjectType):
        return {camel(name): _given(each, named.fields[camel(name)].type) for name, each in value.items()}
    return value


def _entry(key: str, value: Any, type_: Any) -> dict[str, Any]:
    """An entry of a map: the field that is not `value` takes the key."""
    named = get_named_type(type_)
    assert isinstance(named, GraphQLInputObjectType)
    (key_name,) = set(named.fields) - {"value"}
    return {key_name: _given(key, named.fields[key_name].type), "value": _given(value, named.fields["value"].type)}
