"""The schema of docs/contract.md 5. `schema.graphql` at the root of the repository is its text."""

from typing import Any

import strawberry
from graphql import GraphQLInputObjectType, GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema, Undefined
from strawberry.schema.config import StrawberryConfig

from api.graphql.schema.mutations import Mutation
from api.graphql.schema.queries import Query
from api.graphql.schema.scalars import SCALARS


def make_schema() -> strawberry.Schema:
    schema = strawberry.Schema(
        Query, Mutation, config=StrawberryConfig(scalar_map=SCALARS, disable_field_suggestions=True)
    )
    _leave_out_null_defaults(schema._schema)  # noqa: SLF001 - Strawberry has no public name for it
    return schema


def _leave_out_null_defaults(schema: GraphQLSchema) -> None:
    """What may be left out has no default of null: that is what leaving it out means to our functions anyway."""
    for type_ in schema.type_map.values():
        for given in _inputs(type_):
            if given.default_value is None:
                given.default_value = Undefined


def _inputs(type_: Any) -> list[Any]:
    if isinstance(type_, GraphQLInputObjectType):
        return list(type_.fields.values())
    if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
        return [argument for field in type_.fields.values() for argument in field.args.values()]
    return []
