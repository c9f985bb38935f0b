"""The published schema is that of the code, and the code's is that of docs/contract.md section 5."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from graphql import (
    DocumentNode,
    EnumTypeDefinitionNode,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLUnionType,
    InputObjectTypeDefinitionNode,
    ObjectTypeDefinitionNode,
    UnionTypeDefinitionNode,
    parse,
    print_ast,
)

from api.graphql.schema import make_schema
from graphql_form import SCHEMA, schema

ROOT = Path(__file__).parents[3]
LATER = {("Query", "checkpoint"), ("Event", "proof")}  # with the audit trail
TYPES = {
    *("Query", "Relationship", "Scorecard", "PrincipleScore", "Sensitivity", "IndicatorResult", "Event"),
    *("Mutation", "Recorded", "Refused"),
}
ITEMS = "risks(…)  initiatives(…)  shares(…)  objectives(…)  issues(…)  actions(…)"


def contract() -> DocumentNode:
    """The page's own SDL, with what it abbreviates left out; subscriptions come later."""
    section = (ROOT / "docs" / "contract.md").read_text().partition("## 5.")[2]
    text = section.partition("```graphql\n")[2].partition("```")[0]
    assert ITEMS in text
    text = re.sub(r"#.*", "", text).replace(ITEMS, "").replace("commitments(…)", "commitments")
    text = text.replace("… one per event type …", "").replace("type Subscription", "type Later")
    return parse(text)


def test_the_committed_file_is_the_schema_of_the_code() -> None:
    assert SCHEMA.read_text() == f"{make_schema().as_str()}\n"


def test_every_type_of_the_contract_has_its_fields_arguments_and_nullability() -> None:
    checked = set()
    for definition in contract().definitions:
        if not isinstance(definition, ObjectTypeDefinitionNode) or definition.name.value == "Later":
            continue
        found = schema().type_map[definition.name.value]
        assert isinstance(found, GraphQLObjectType)
        assert {print_ast(each) for each in definition.interfaces or ()} <= {each.name for each in found.interfaces}
        for field in definition.fields or ():
            if (found.name, field.name.value) in LATER:
                continue
            assert str(found.fields[field.name.value].type) == print_ast(field.type), (found.name, field.name.value)
            for argument in field.arguments or ():
                given = found.fields[field.name.value].args[argument.name.value]
                printed = print_ast(given.ast_node) if given.ast_node else ""
                assert printed.rpartition('"""\n')[2] == print_ast(argument), (found.name, field.name.value)
            checked.add(found.name)
    assert checked == TYPES


def test_every_enum_union_and_input_of_the_contract_is_there() -> None:
    for definition in contract().definitions:
        if isinstance(definition, EnumTypeDefinitionNode):
            found = schema().type_map[definition.name.value]
            assert isinstance(found, GraphQLEnumType)
            assert set(found.values) == {value.name.value for value in definition.values or ()}
        elif isinstance(definition, UnionTypeDefinitionNode):
            union = schema().type_map[definition.name.value]
            assert isinstance(union, GraphQLUnionType)
            assert {type_.name for type_ in union.types} == {print_ast(type_) for type_ in definition.types or ()}
        elif isinstance(definition, InputObjectTypeDefinitionNode):
            taken = schema().type_map[definition.name.value]
            assert isinstance(taken, GraphQLInputObjectType)
            for field in definition.fields or ():
                assert str(taken.fields[field.name.value].type) == print_ast(field.type)


def test_the_items_of_a_relationship_are_connections() -> None:
    relationship = schema().type_map["Relationship"]
    assert isinstance(relationship, GraphQLObjectType)
    for name in ("commitments", "risks", "initiatives", "shares", "objectives", "issues", "actions"):
        kind = f"{name[0].upper()}{name[1:-1]}"
        assert str(relationship.fields[name].type) == f"{kind}Connection!"
        assert {"first", "after", "filter"} <= set(relationship.fields[name].args)


def test_everything_with_a_global_id_is_a_node() -> None:
    node = schema().type_map["Node"]
    assert isinstance(node, GraphQLInterfaceType)
    assert {each.name for each in schema().get_possible_types(node)} == {
        *("Relationship", "Organisation", "Event"),
        *("Commitment", "Risk", "Initiative", "Share", "Objective", "Issue", "Action"),
    }


def test_exactly_one_fact_is_given_at_a_time() -> None:
    assert re.search(r"^input FactInput @oneOf \{$", SCHEMA.read_text(), re.MULTILINE)


@pytest.mark.parametrize(
    ("before", "after", "status"),
    [
        ("type Query { a: Int b: Int }", "type Query { a: Int b: Int c: Int }", 0),
        ("type Query { a: Int b: Int }", "type Query { a: Int }", 1),
        ("type Query { a: Int }", "type Query { a: Int! }", 0),
        ("type Query { a: Int! }", "type Query { a: Int }", 1),
        ("type Query { a(b: Int): Int }", "type Query { a(b: Int, c: Int): Int }", 0),
        ("type Query { a(b: Int): Int }", "type Query { a(b: Int, c: Int!): Int }", 1),
    ],
)
def test_a_change_that_breaks_clients_is_found(tmp_path: Path, before: str, after: str, status: int) -> None:
    old, new = tmp_path / "old.graphql", tmp_path / "new.graphql"
    old.write_text(before)
    new.write_text(after)
    done = subprocess.run(
        [sys.executable, "scripts/schema_changes.py", old, new], cwd=ROOT, capture_output=True, check=False
    )
    assert done.returncode == status
