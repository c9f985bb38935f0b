"""What one operation may ask for, both sides of each limit."""

from typing import Any

import pytest
from graphql import build_schema, get_introspection_query

from api.graphql.documents import Documents
from api.graphql.errors import RequestRefused
from api.graphql.guard import Limits

SCHEMA = build_schema("""
    type Query { me: Person  people(first: Int = 20): PersonConnection!  friends(first: Int): [Person!]!  node: Node }
    interface Node { id: ID!  owner: Person }
    type Person implements Node {
        id: ID!  owner: Person  name: String
        friends(first: Int): [Person!]!  people(first: Int = 20): PersonConnection!
        principles: [Principle!]!  rows: [[Cell!]!]!  tags: [String!]!  score: Int
    }
    type PersonConnection { edges: [PersonEdge!]!  nodes: [Person!]!  page: PageInfo!  total: Int! }
    type PersonEdge { cursor: String!  node: Person! }
    type PageInfo { more: Boolean! }
    type Principle { indicators: [Indicator!]!  others: [Indicator!]! }
    type Indicator { id: ID! }
    type Cell { text: String }
""")


def refusals(
    document: str, limits: Limits, variables: dict[str, Any] | None = None, name: str | None = None
) -> list[str]:
    documents = Documents(SCHEMA, limits)
    try:
        documents.check(documents.read(document), name, variables or {})
    except RequestRefused as refused:
        return [error["message"] for error in refused.errors]
    return []


def cost(document: str, variables: dict[str, Any] | None = None, **limits: Any) -> int:
    """The least limit of cost that lets the document pass."""
    low, high = 0, 10**7
    while low < high:
        middle = (low + high) // 2
        if refusals(document, Limits(cost=middle, **limits), variables):
            low = middle + 1
        else:
            high = middle
    return low


# Depth


def test_depth_counts_fields_within_one_another() -> None:
    document = "{ me { owner { owner { name } } } }"
    assert refusals(document, Limits(depth=4)) == []
    assert refusals(document, Limits(depth=3)) == ["The operation is nested 4 levels deep; the limit is 3."]


def test_depth_counts_through_fragments_of_both_kinds() -> None:
    document = "{ me { ...A } } fragment A on Person { owner { ... on Person { ...B } } } fragment B on Person { name }"
    assert refusals(document, Limits(depth=3)) == []
    assert refusals(document, Limits(depth=2)) == ["The operation is nested 3 levels deep; the limit is 2."]


def test_introspection_is_exempt_from_depth_and_cost() -> None:
    assert refusals(get_introspection_query(), Limits(depth=1, cost=0)) == []
    assert refusals('{ __type(name: "Person") { fields { type { name } } } }', Limits(depth=1, cost=0)) == []


def test_the_introspection_query_of_graphiql_passes_the_default_limits() -> None:
    document = get_introspection_query(
        descriptions=True,
        specified_by_url=True,
        directive_is_repeatable=True,
        schema_description=True,
        input_value_deprecation=True,
    )
    assert refusals(document, Limits()) == []


def test_introspection_that_goes_round_is_refused() -> None:
    document = "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }"
    assert refusals(document, Limits()) == ["Maximum introspection depth exceeded"]


# Counts


def test_aliases_count_wherever_their_fragment_is_spread() -> None:
    document = "{ a: me { ...A } b: me { ...A } } fragment A on Person { c: name d: name }"
    assert refusals(document, Limits(aliases=6)) == []
    assert refusals(document, Limits(aliases=5)) == ["The operation has 6 aliases; the limit is 5."]


def test_directives_count_wherever_they_stand() -> None:
    document = """
        query($yes: Boolean = true) {
            me @include(if: $yes) { ... on Person @include(if: $yes) { name } ...A @include(if: $yes) }
        }
        fragment A on Person { id @include(if: $yes) @skip(if: false) }
    """
    assert refusals(document, Limits(directives=5)) == []
    assert refusals(document, Limits(directives=4)) == ["The operation has 5 directives; the limit is 4."]
    assert "The operation has 1 directives; the limit is 0." in refusals(
        "query @skip(if: false) { me { id } }", Limits(directives=0)
    )


def test_root_fields_count_through_fragments() -> None:
    document = "{ me { name } ...A ... on Query { c: me { name } } } fragment A on Query { a: me { id } b: me { id } }"
    assert refusals(document, Limits(root_fields=4)) == []
    assert refusals(document, Limits(root_fields=3)) == ["The operation has 4 root fields; the limit is 3."]


def test_one_name_may_be_selected_a_few_times_in_one_place() -> None:
    assert refusals("{ me { name name id } }", Limits(repeats=2)) == []
    assert refusals("{ me { name name id name: id } }", Limits(repeats=2))[0] == (
        "'name' is selected 3 times in one place; the limit is 2."
    )


def test_only_the_operation_that_is_run_is_measured() -> None:
    document = "query A { me { owner { name } } } query B { me { name } }"
    assert refusals(document, Limits(depth=2), name="B") == []
    assert refusals(document, Limits(depth=2), name="A") == ["The operation is nested 3 levels deep; the limit is 2."]


def test_tokens_and_source_are_limited_before_parsing() -> None:
    assert refusals("{ me { name } }", Limits(tokens=6, source=15)) == []
    assert refusals("{ me { name } }", Limits(tokens=5)) != []
    assert refusals("{ me { name } }", Limits(source=14)) != []
    assert refusals("#\n" * 7 + "{ me { name } }", Limits(tokens=6)) != []


# Cost


@pytest.mark.parametrize(
    ("document", "objects"),
    [
        ("{ __typename }", 0),
        ("{ me { name tags } }", 1),
        ("{ me { owner { name } } }", 2),
        ("{ node { id ... on Person { owner { name } } } }", 2),
        ("{ friends(first: 7) { name } }", 7),
        ("{ friends { name } }", 20),
        ("{ friends(first: null) { name } }", 20),
        ("{ friends(first: 0) { name } }", 0),
        ("{ friends(first: 100) { name } }", 100),
        ("{ friends(first: 7) { friends(first: 3) { name } } }", 7 * (1 + 3)),
        ("{ people(first: 7) { total } }", 1),
        ("{ people(first: 7) { nodes { name } page { more } } }", 1 + 7 + 1),
        ("{ people { edges { cursor node { name } } } }", 1 + 20 * 2),
        ("{ people(first: 7) { edges { node { people(first: 3) { nodes { id } } } } } }", 1 + 7 * (2 + 1 + 3)),
        ("{ people(first: 7) { ...P } } fragment P on PersonConnection { nodes { owner { id } } }", 1 + 7 * 2),
        ("{ me { principles { __typename } } }", 1 + 12),
        ("{ me { principles { indicators { id } others { id } } } }", 1 + 12 * (1 + 6 + 10)),
        ("{ me { rows { text } } }", 1 + 10 * 10),
        ("{ me { ...F } } fragment F on Person { friends(first: 3) { id } }", 1 + 3),
        ("{ a: me { ...F } b: me { ...F } } fragment F on Person { friends(first: 3) { id } }", 2 * (1 + 3)),
    ],
)
def test_cost_is_the_number_of_objects_with_full_lists(document: str, objects: int) -> None:
    assert cost(document) == objects


def test_page_sizes_come_from_variables_too() -> None:
    document = "query($n: Int) { friends(first: $n) { name } }"
    assert cost(document, {"n": 7}) == 7
    assert cost(document, {"n": 7.0}) == 7
    assert cost(document, {"n": None}) == 20
    assert cost(document, {}) == 20
    assert cost("query($n: Int = 5) { friends(first: $n) { name } }", {}) == 5
    assert cost(document, {"n": "many"}) == 100


def test_a_document_seen_before_is_measured_anew_with_other_variables() -> None:
    documents = Documents(SCHEMA, Limits(cost=50))
    document = "query($n: Int) { friends(first: $n) { name } }"
    documents.check(documents.read(document), None, {"n": 50})
    assert documents.read(document) is documents.read(document)
    with pytest.raises(RequestRefused):
        documents.check(documents.read(document), None, {"n": 51})


@pytest.mark.parametrize("size", [-1, 101, 10**30])
def test_a_page_outside_of_0_to_100_is_bad_input(size: int) -> None:
    documents = Documents(SCHEMA, Limits())
    for document, variables in [
        (f"{{ friends(first: {size}) {{ name }} }}", {}),
        ("query($n: Int) { friends(first: $n) { name } }", {"n": size}),
        (f"query($n: Int = {size}) {{ friends(first: $n) {{ name }} }}", {}),
    ]:
        with pytest.raises(RequestRefused) as refused:
            documents.check(documents.read(document), None, variables)
        assert refused.value.errors[0]["extensions"] == {"code": "BAD_USER_INPUT"}
        assert "'first' must be from 0 to 100; it is " in refused.value.errors[0]["message"]


def test_a_page_size_of_thousands_of_digits_is_bad_input() -> None:
    assert refusals(f"{{ friends(first: {'9' * 5000}) {{ name }} }}", Limits())[0] == (
        "'first' must be from 0 to 100; it is 99999999999999999999."
    )


def test_sizes_and_weights_of_fields_are_set_by_name() -> None:
    document = "{ me { principles { indicators { id } } score } }"
    sizes = {"Person.principles": 3, "indicators": 2}
    assert cost(document, list_sizes=sizes) == 1 + 3 * (1 + 2)
    weights = {"Person.score": 7, "Principle.indicators": 5, "Query.me": 0}
    assert cost(document, list_sizes=sizes, weights=weights) == 0 + 3 * (1 + 2 * 5) + 7


def test_thirty_of_thirty_of_thirty_is_refused_by_default() -> None:
    document = "{ people(first: 30) { nodes { people(first: 30) { nodes { people(first: 30) { nodes { id } } } } } } }"
    assert refusals(document, Limits()) == [
        # 1 + 30 × (1 + 1 + 30 × (1 + 1 + 30))
        "The operation may return 28861 objects; the limit is 10000."
    ]


def test_a_full_page_of_scorecards_passes_by_default() -> None:
    document = "{ people(first: 100) { nodes { principles { indicators { id } } } } }"
    assert cost(document) == 1 + 100 * (1 + 12 * (1 + 6))
    assert refusals(document, Limits()) == []


# Documents made to keep a guard busy


def fan_out(levels: int) -> str:
    """Fragments that each spread the next one twice: the last is reached in 2^levels ways."""
    parts = [f"fragment F{n} on Person{{a:owner{{...F{n + 1}}}b:owner{{...F{n + 1}}}}}" for n in range(levels)]
    return "{me{...F0}}" + "".join(parts) + f"fragment F{levels} on Person{{id}}"


def test_a_fan_out_of_fragments_is_counted_in_full_without_walking_it() -> None:
    document = fan_out(12)
    assert len(document) < 748
    objects = 1 + 2**13 - 2
    assert refusals(document, Limits(aliases=10**9, cost=objects)) == []
    assert refusals(document, Limits(aliases=10**9, cost=objects - 1)) == [
        f"The operation may return {objects} objects; the limit is {objects - 1}."
    ]


def test_a_fan_out_too_wide_to_walk_is_measured_all_the_same() -> None:
    assert refusals(fan_out(60), Limits(depth=100, tokens=2000)) == [
        "The operation has more than a billion aliases; the limit is 50.",
        "The operation may return more than a billion objects; the limit is 10000.",
    ]


@pytest.mark.parametrize(
    "document",
    [
        "{ me { ...A } } fragment A on Person { ...A }",
        "{ me { ...A } } fragment A on Person { owner { ...B } } fragment B on Person { owner { ...A } }",
    ],
)
def test_a_cycle_of_fragments_ends_and_is_refused_by_validation(document: str) -> None:
    assert "Cannot spread fragment 'A' within itself" in refusals(document, Limits())[0]


def test_a_long_chain_of_fragments_is_refused_and_not_an_error() -> None:
    length = 2000
    chain = "".join(f"fragment F{n} on Person{{...F{n + 1}}}" for n in range(length))
    document = "{me{...F0}}" + chain + f"fragment F{length} on Person{{id}}"
    assert refusals(document, Limits(tokens=100_000, source=10**6)) == ["The operation is nested too deeply."]


def test_a_document_that_is_not_valid_is_measured_without_fail() -> None:
    document = """{ me { ...Missing nothing { x(first: {a: 1}) } tags { y } } unknown(first: "x") { z }
        ... on Nobody { a } ... on String { b } people(first: [1]) { nodes } }"""
    assert "Cannot query field 'unknown' on type 'Query'." in refusals(document, Limits())


def test_only_valid_documents_are_kept_and_the_oldest_are_dropped() -> None:
    documents = Documents(SCHEMA, Limits(), max_kept=40)
    first, second, third = ("{ me { name } }", "{ me { id id } }", "{ me { score } }")
    kept = {source: documents.read(source) for source in (first, second)}
    for document in kept.values():
        documents.check(document, None, {})
    assert documents.read(first) is kept[first]
    documents.check(documents.read(third), None, {})
    assert documents.read(first) is kept[first]
    assert documents.read(second) is not kept[second]
    broken = documents.read("{ nothing }")
    with pytest.raises(RequestRefused):
        documents.check(broken, None, {})
    assert documents.read("{ nothing }") is not broken


def test_a_document_read_twice_before_it_was_checked_takes_its_room_once() -> None:
    documents = Documents(SCHEMA, Limits(), max_kept=40)
    first, once, twice = (documents.read(text) for text in ("{ me { name } }", "{ me { id id } }", "{ me { id id } }"))
    for document in (first, once, twice):
        documents.check(document, None, {})
    assert documents.read("{ me { name } }") is first
    assert documents.read("{ me { id id } }") is once
