"""Whose token reads what: an organisation sees its own and what its partners share with it, and nothing else."""

import pytest

from odata_client import Client, operator, reader
from serving import Served
from telling import uid

A, B, C, R, R2 = (uid(name) for name in ("a", "b", "c", "r", "r2"))
# "a" and "b" are the parties of "r", in which the promise c4 is a's own; "a" and "c" are those of "r2".


def relationships(client: Client, table: str) -> set[str | None]:
    return {row["relationship_id"] for row in client.rows(table, 1000, select="relationship_id")}


@pytest.mark.parametrize(
    "table",
    [
        "dim_relationship",
        "bridge_relationship_party",
        "fact_relationship_score",
        "fact_principle_score",
        "fact_indicator_score",
        "event_fact",
    ],
)
def test_a_reader_sees_the_relationships_that_its_organisation_is_a_party_of(served: Served, table: str) -> None:
    whole = relationships(operator(served), table)
    assert whole == {R, R2} | ({None} if table == "event_fact" else set())
    assert relationships(reader(served, A), table) == {R, R2}
    assert relationships(reader(served, B), table) == {R}
    assert relationships(reader(served, C), table) == {R2}


def test_an_item_of_one_party_s_own_is_seen_by_that_party_alone(served: Served) -> None:
    own = "own_of ne null"
    for table, size in (("item_commitment", 1), ("event_fact", 1)):
        assert len(operator(served).rows(table, filter=own)) == size
        assert [row["own_of"] for row in reader(served, A).rows(table, filter=own)] == [A] * size
        for other in (B, C):
            assert reader(served, other).rows(table, filter=own) == []
            assert reader(served, other).get(f"{table}/$count", filter=own).text == "0"
    titles = {row["title"] for row in reader(served, B).rows("item_commitment")}
    assert titles == {"c1", "c2", "c3"}


def test_a_row_that_one_may_not_see_is_not_found_by_its_key(served: Served) -> None:
    (own,) = operator(served).rows("item_commitment", filter="own_of ne null")
    path = f"item_commitment(relationship_id='{R}',item_id='{own['item_id']}')"
    assert reader(served, A).json(path)["title"] == "c4"
    assert reader(served, B).refusal(path) == (404, "NOT_FOUND", "There is no such row of item_commitment.")


def test_a_filter_that_would_let_everything_through_shows_no_more(served: Served) -> None:
    for every in ("true", "relationship_id ne 'x' or true", f"relationship_id eq '{R2}' or own_of eq '{A}'"):
        found = reader(served, B).rows("item_commitment", filter=every)
        assert {row["title"] for row in found} <= {"c1", "c2", "c3"}


def test_organisations_are_seen_by_themselves_and_by_their_partners(served: Served) -> None:
    def seen(client: Client) -> set[str]:
        return {row["organisation_id"] for row in client.rows("dim_organisation")}

    assert seen(operator(served)) == seen(reader(served, A)) == {A, B, C}
    assert seen(reader(served, B)) == {A, B}
    assert seen(reader(served, C)) == {A, C}


def test_definitions_are_seen_by_everyone(served: Served) -> None:
    for table in ("dim_principle", "dim_indicator", "dim_stage", "dim_policy", "dim_date"):
        assert reader(served, C).rows(table, 5000) == operator(served).rows(table, 5000)


def test_a_page_of_somebody_else_s_link_shows_what_its_reader_may_see(served: Served) -> None:
    link = operator(served).json("event_fact", {"Prefer": "odata.maxpagesize=2"})["@odata.nextLink"]
    assert {row["relationship_id"] for row in reader(served, C).rows(link)} == {R2}
