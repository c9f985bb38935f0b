"""What an OData client filters and adds up is what GraphQL says, for every relationship of the demo register."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import requests
from odata import ODataService

from api.interchange import record_file
from odata_client import Client, operator
from serving import Served
from web_pages import served

FILES = sorted((Path(__file__).parents[3] / "api" / "demo").glob("*.ndjson"))
CARD = """
query Card($alias: String!) {
  relationship(alias: $alias) {
    scorecard {
      asOf score band coverage digest
      principles {
        principle { id } score band weight contribution
        indicators { id status value numerator denominator score weight contribution }
      }
    }
  }
}"""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("demo")
    found = Served(f"sqlite:///{folder / 'register.db'}", folder)
    for file in FILES:
        record_file(found.services.register, file, actor="demo")
    yield found
    found.close()


def number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def cards(demo: Served, client: Client) -> Iterator[tuple[str, dict[str, Any]]]:
    """By id of the relationship, the scorecard of today by GraphQL."""
    current = client.rows("dim_relationship", filter="is_current", select="relationship_id,alias")
    assert len(current) == 14
    for row in current:
        yield row["relationship_id"], demo.ask(CARD, alias=row["alias"])["relationship"]["scorecard"]


def test_every_score_is_that_of_graphql(demo: Served) -> None:
    client = operator(demo)
    for key, card in cards(demo, client):
        latest = f"relationship_id eq '{key}' and snapshot eq 'latest'"
        (whole,) = client.rows("fact_relationship_score", filter=latest)
        assert (whole["as_of"], whole["band"], whole["digest"]) == (card["asOf"], card["band"], card["digest"])
        assert (whole["score"], whole["coverage"]) == (number(card["score"]), number(card["coverage"]))
        principles = {row["principle_id"]: row for row in client.rows("fact_principle_score", filter=latest)}
        indicators = {row["indicator_id"]: row for row in client.rows("fact_indicator_score", 20, filter=latest)}
        assert (len(principles), len(indicators)) == (12, 54)
        for principle in card["principles"]:
            row = principles[principle["principle"]["id"]]
            assert row["band"] == principle["band"]
            for name in ("score", "weight", "contribution"):
                assert row[name] == number(principle[name]), name
            for indicator in principle["indicators"]:
                row = indicators[indicator["id"]]
                assert row["status"] == indicator["status"]
                for name in ("value", "numerator", "denominator", "score", "weight", "contribution"):
                    assert row[name] == number(indicator[name]), (key, indicator["id"], name)


def test_totals_over_all_relationships_are_those_of_graphql(demo: Served) -> None:
    """Sums and counts by `$filter`, over pages that are smaller than the answer."""
    client = operator(demo)
    found = [i for _, card in cards(demo, client) for p in card["principles"] for i in p["indicators"]]
    of_promises = [i for i in found if i["id"] == "TC1" and i["numerator"] is not None]
    assert len(of_promises) > 5
    rows = client.rows(
        "fact_indicator_score",
        4,
        filter="snapshot eq 'latest' and indicator_id eq 'TC1' and numerator ne null",
        select="numerator,denominator",
    )
    for name in ("numerator", "denominator"):
        assert sum(row[name] for row in rows) == sum(Decimal(i[name]) for i in of_promises) > 0
    scored = sum(i["status"] == "SCORED" for i in found)
    low = sum(i["score"] is not None and Decimal(i["score"]) < 50 for i in found)
    for which, size in (("status eq 'SCORED'", scored), ("score lt 50", low), ("score gt 49.999", scored - low)):
        counted = client.get("fact_indicator_score/$count", filter=f"snapshot eq 'latest' and {which}").text
        assert int(counted) == size > 0, which


def test_a_client_that_is_not_ours_adds_up_what_graphql_says(demo: Served) -> None:
    """It makes its classes from `$metadata`, and signs in as Excel does."""
    found = [i for _, card in cards(demo, operator(demo)) for p in card["principles"] for i in p["indicators"]]
    with served(demo.services) as address, requests.Session() as session:
        session.auth = ("any", demo.services.token)
        service = ODataService(f"{address}/odata/", session=session, reflect_entities=True, quiet_progress=True)
        score = service.entities["fact_indicator_score"]
        wanted = service.query(score).filter((score.snapshot == "latest") & (score.numerator != None))  # noqa: E711 - it makes a filter
        rows = [(row.indicator_id, row.numerator, row.denominator) for row in wanted.order_by(score.indicator_id.asc())]
    assert len(rows) == sum(i["numerator"] is not None for i in found) > 400
    for indicator in {name for name, *_ in rows}:
        told = [i for i in found if i["id"] == indicator and i["numerator"] is not None]
        for n, part in enumerate(("numerator", "denominator"), start=1):
            assert sum(row[n] for row in rows if row[0] == indicator) == sum(Decimal(i[part]) for i in told), indicator


def test_a_fact_that_was_just_recorded_is_counted(demo: Served) -> None:
    client = operator(demo)
    before = int(client.get("event_fact/$count").text)
    demo.facts("late", {"organisationRenamed": {"organisationId": first(client), "legalName": "Anew"}}, rel=None)  # type: ignore[arg-type]
    assert int(client.get("event_fact/$count").text) == before + 1
    assert client.rows("dim_organisation", filter="legal_name eq 'Anew'", select="organisation_id")


def first(client: Client) -> str:
    found: str = client.rows("dim_organisation", top=1)[0]["organisation_id"]
    return found
