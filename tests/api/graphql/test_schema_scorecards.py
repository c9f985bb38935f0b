"""Scorecards through GraphQL: the page's worked example, time travel, views, policies, evidence, and what it costs."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from domain.store.engine import reading
from local_ids import REL, A, B, uid
from projections.scorecards.question import Question
from projections.scorecards.service import scorecards
from serving import Served, registration

TC1 = '{ relationship(alias: "quay-rail") { scorecard(%s) { principles { indicators { id status value score } } } } }'
WHOLE = """
query Card($asOf: Date) {
  relationship(alias: "quay-rail") {
    scorecard(asOf: $asOf) {
      asOf knownAt policyVersion restated view score band coverage confidence ratedPrinciples trend trendDelta gates
      sensitivity { low high } digest engineVersion
      relationship { alias }
      principles {
        principle { id number } score band coverage trend trendDelta weight contribution
        indicators { id definition { id } status value numerator denominator score weight contribution }
      }
    }
  }
}"""
LISTED = """
query Listed($first: Int!) {
  relationships(first: $first) {
    edges { node { scorecard { score principles { score indicators { id value score } } } } }
  }
}"""


def page_example(served: Served) -> None:
    """The worked example of docs/principles.md section 2, half a year later: T = 2025-07-01, n = 2, d = 5."""
    dues = {1: "2025-04-02", 2: "2025-06-30", 3: "2025-05-10", 4: "2025-05-10", 5: "2025-04-01", 6: "2025-07-01"}
    for n, due_on in {**dues, 7: "2025-06-01", 8: "2025-06-15"}.items():
        served.promise(n, due_on)
    done = {1: "2025-04-02", 2: "2025-07-01", 3: "2025-05-20", 4: "2025-05-15"}
    moved = [(3, "2025-05-09", "2025-05-20"), (4, "2025-05-11", "2025-05-20")]
    served.facts(
        "what happened",
        *(
            {
                "commitmentRescheduled": {
                    "commitmentId": uid(n),
                    "on": on,
                    "requestedOn": on,
                    "newDueOn": due_on,
                    "agreedBy": [A, B],
                }
            }
            for n, on, due_on in moved
        ),
        {"commitmentWithdrawn": {"commitmentId": uid(7), "on": "2025-05-28", "agreedBy": [A, B]}},
        *({"commitmentFulfilled": {"commitmentId": uid(n), "on": on}} for n, on in done.items()),
    )


def tc1(served: Served, arguments: str) -> Any:
    card = served.ask(TC1 % arguments)["relationship"]["scorecard"]
    return next(i for p in card["principles"] for i in p["indicators"] if i["id"] == "TC1")


def test_the_worked_example_of_the_page(served: Served) -> None:
    page_example(served)
    card = served.ask(WHOLE, asOf="2025-07-01")["relationship"]["scorecard"]
    found = next(i for p in card["principles"] for i in p["indicators"] if i["id"] == "TC1")
    assert found == {
        "id": "TC1",
        "definition": {"id": "TC1"},
        "status": "SCORED",
        "value": "0.4000",
        "numerator": "2.0000",
        "denominator": "5.0000",
        "score": "0.00",
        "weight": "1.00",
        "contribution": None,
    }
    assert [p["principle"]["id"] for p in card["principles"]] == [f"P{n}" for n in range(1, 13)]
    assert (card["asOf"], card["policyVersion"], card["restated"], card["view"]) == ("2025-07-01", 0, False, "SHARED")
    assert (card["score"], card["band"], card["relationship"]) == (None, "NOT_RATED", {"alias": "quay-rail"})
    assert card["knownAt"] == str(served.services.store.size())


def test_the_answer_is_the_scorecard_of_the_projections_to_the_digit(served: Served) -> None:
    page_example(served)
    card = served.ask(WHOLE, asOf="2025-07-01")["relationship"]["scorecard"]
    question = Question(relationship_id=UUID(REL), as_of=date(2025, 7, 1), known_at=served.services.store.size())
    with reading(served.services.engine) as connection:
        (expected,) = scorecards(connection, [question])
    assert card["digest"] == expected.digest()
    stated = expected.as_object()
    assert (card["score"], card["coverage"], card["engineVersion"]) == (
        stated["score"],
        stated["coverage"],
        stated["engine_version"],
    )
    for shown, told in zip(card["principles"], stated["principles"], strict=True):
        for name in ("score", "band", "coverage", "weight", "contribution"):
            assert shown[name] == told[name]
        assert (shown["trend"], shown["trendDelta"]) == (told["trend"]["direction"], told["trend"]["delta"])
        for one, other in zip(shown["indicators"], told["indicators"], strict=True):
            names = ("id", "status", "value", "numerator", "denominator", "score", "weight", "contribution")
            assert [one[name] for name in names] == [other[name] for name in names]


def test_the_entries_behind_a_number_are_listed_in_pages(served: Served) -> None:
    page_example(served)
    query = """
    query Evidence($after: String, $excluded: String) {
      relationship(alias: "quay-rail") { scorecard(asOf: "2025-07-01") { principles { indicators {
        id
        evidence(first: 6, after: $after) { nodes { position type } pageInfo { hasNextPage endCursor } }
        excluded(first: 2, after: $excluded) { nodes { reason event { type } } pageInfo { hasNextPage endCursor } }
      } } } }
    }"""

    def asked(**cursors: Any) -> Any:
        card = served.ask(query, **cursors)["relationship"]["scorecard"]
        return next(i for p in card["principles"] for i in p["indicators"] if i["id"] == "TC1")

    first = asked()
    # Five promises, the move that counted, four fulfilments.
    assert [node["type"] for node in first["evidence"]["nodes"]] == ["commitment.made"] * 5 + ["commitment.rescheduled"]
    assert first["evidence"]["pageInfo"]["hasNextPage"] is True
    rest = asked(after=first["evidence"]["pageInfo"]["endCursor"])
    assert [node["type"] for node in rest["evidence"]["nodes"]] == ["commitment.fulfilled"] * 4
    assert rest["evidence"]["pageInfo"]["hasNextPage"] is False
    assert first["excluded"]["nodes"] == [
        {"reason": "NOT_DUE", "event": {"type": "commitment.made"}},
        {"reason": "WITHDRAWN", "event": {"type": "commitment.made"}},
    ]
    rest = asked(excluded=first["excluded"]["pageInfo"]["endCursor"])
    assert rest["excluded"]["nodes"] == [{"reason": "LATE_REPLAN", "event": {"type": "commitment.rescheduled"}}]


def test_what_was_not_known_yet_does_not_count(served: Served) -> None:
    page_example(served)
    before = served.services.store.size() - 7
    assert tc1(served, f'asOf: "2025-07-01", knownAt: "{before}"')["value"] == "0.0000"
    assert tc1(served, f'asOf: "2025-07-01", knownAt: "{before + 7}"')["value"] == "0.4000"


def test_an_instant_means_the_newest_position_recorded_by_then(served: Served) -> None:
    page_example(served)
    query = '{ relationship(alias: "quay-rail") { scorecard(asOf: "2025-07-01", knownAtTime: "%s") { knownAt } } }'

    def known_at(instant: str) -> Any:
        return served.ask(query % instant)["relationship"]["scorecard"]["knownAt"]

    assert known_at("2026-11-23T12:00:00Z") == str(served.services.store.size())
    assert known_at("2026-11-23T13:00:00+01:00") == str(served.services.store.size())
    assert known_at("2026-11-23T11:59:59.999999Z") == "0"


def test_a_date_before_the_registration_or_after_today_is_refused(served: Served) -> None:
    assert tc1(served, 'asOf: "2025-07-01"')["status"] == "NO_DATA"
    assert tc1(served, 'asOf: "2025-01-07"')["status"] == "NO_DATA"
    assert tc1(served, 'asOf: "2026-11-23"')["status"] == "NO_DATA"
    assert served.error(TC1 % 'asOf: "2025-01-06"') == (
        "BAD_USER_INPUT",
        "2025-01-06 is before the relationship was registered on 2025-01-07.",
    )
    assert served.error(TC1 % 'asOf: "2026-11-24"') == (
        "BAD_USER_INPUT",
        "2026-11-24 is after today, 2026-11-23, in Europe/Berlin.",
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ('knownAt: "-1"', "-1 is not a position of the log, which goes from 0 to 6."),
        ('knownAt: "7"', "7 is not a position of the log, which goes from 0 to 6."),
        ('knownAt: "1", knownAtTime: "2026-01-01T00:00:00Z"', "Give knownAt or knownAtTime, not both."),
        ("view: OWN", "The own view needs a party."),
        (f'view: OWN, party: "{uid(77)}"', f"No organisation {uid(77)} is known here."),
        ("policyVersion: 1", "No policy version 1 is known here."),
        ('view: OWN, party: "nobody"', "'nobody' is not the id of an organisation."),
    ],
)
def test_what_cannot_be_asked_is_bad_input(served: Served, arguments: str, message: str) -> None:
    assert served.error(TC1 % arguments) == ("BAD_USER_INPUT", message)


def test_a_private_entry_counts_in_its_party_s_own_view_alone(served: Served) -> None:
    for n in (1, 2, 3):
        served.promise(n, "2025-06-20")
    served.promise(4, "2025-06-20", visibility="OWN")
    assert tc1(served, 'asOf: "2025-07-01"')["status"] == "SCORED"
    query = TC1.replace("id status", "id denominator")

    def due(arguments: str) -> Any:
        card = served.ask(query % f'asOf: "2025-07-01"{arguments}')["relationship"]["scorecard"]
        return next(i for p in card["principles"] for i in p["indicators"] if i["id"] == "TC1")["denominator"]

    assert due("") == "3.0000"
    assert due(f', view: OWN, party: "{A}"') == "4.0000"
    assert due(f', view: OWN, party: "{B}"') == "3.0000"
    assert due(f', view: SHARED, party: "{A}"') == "3.0000"


def test_a_named_policy_version_restates(served: Served) -> None:
    served.promise(1, "2025-06-20")
    changes = {"indicators": [{"key": "TC1", "value": {"minN": 1}}]}
    published = {"policyVersion": 1, "effectiveFrom": "2025-06-01", "changes": changes, "reason": "Few promises."}
    served.facts("policy", {"scoringPolicyPublished": published})
    query = '{ relationship(alias: "quay-rail") { scorecard(asOf: "%s"%s) { policyVersion restated } } }'

    def policy(as_of: str, named: str = "") -> Any:
        return served.ask(query % (as_of, named))["relationship"]["scorecard"]

    assert policy("2025-05-31") == {"policyVersion": 0, "restated": False}
    assert policy("2025-06-01") == {"policyVersion": 1, "restated": False}
    assert policy("2025-06-01", ", policyVersion: 0") == {"policyVersion": 0, "restated": True}
    assert policy("2025-06-01", ", policyVersion: 1") == {"policyVersion": 1, "restated": False}
    assert tc1(served, 'asOf: "2025-07-01"')["status"] == "SCORED"
    assert tc1(served, 'asOf: "2025-07-01", policyVersion: 0')["status"] == "LOW_SAMPLE"


def test_a_trend_has_a_scorecard_for_every_step(served: Served) -> None:
    query = '{ relationship(alias: "quay-rail") { trend(%s) { asOf band principles { principle { id } } } } }'

    def days(arguments: str) -> list[str]:
        cards = served.ask(query % arguments)["relationship"]["trend"]
        assert all(len(card["principles"]) == 12 for card in cards)
        return [card["asOf"] for card in cards]

    assert days('from: "2025-01-31", to: "2025-04-30"') == ["2025-01-31", "2025-02-28", "2025-03-31", "2025-04-30"]
    assert days('from: "2025-01-31", to: "2025-04-29"') == ["2025-01-31", "2025-02-28", "2025-03-31"]
    assert days('from: "2025-01-31", to: "2025-01-31", every: YEAR') == ["2025-01-31"]
    assert days('from: "2025-01-31", to: "2025-02-14", every: WEEK') == ["2025-01-31", "2025-02-07", "2025-02-14"]
    assert days('from: "2025-01-31", to: "2025-12-31", every: QUARTER') == [
        *("2025-01-31", "2025-04-30", "2025-07-31", "2025-10-31")
    ]
    assert served.error(query % 'from: "2025-02-01", to: "2025-01-31"')[0] == "BAD_USER_INPUT"
    assert served.error(query % 'from: "2025-01-06", to: "2025-01-31"')[0] == "BAD_USER_INPUT"
    assert served.error(query % 'from: "2025-01-31", to: "2026-11-24", every: YEAR')[0] == "BAD_USER_INPUT"
    assert len(days('from: "2025-02-01", to: "2025-05-11", every: DAY')) == 100
    assert served.error(query % 'from: "2025-02-01", to: "2025-05-12", every: DAY') == (
        "BAD_USER_INPUT",
        "A trend has at most 100 points: take a longer step, or fewer days.",
    )


def test_the_number_of_statements_does_not_grow_with_the_relationships(served: Served) -> None:
    def statements(first: int) -> int:
        edges = served.ask(LISTED, first=first)["relationships"]["edges"]
        assert len(edges) == first
        assert all(len(edge["node"]["scorecard"]["principles"]) == 12 for edge in edges)
        return len(served.statements)

    for n in range(49):
        served.facts(f"more-{n}", registration(uid(1000 + n), f"Relationship {n}", None), rel=uid(1000 + n))
    statements(1)
    assert statements(2) == statements(50)


def test_everything_about_many_relationships_is_read_at_once(served: Served) -> None:
    query = """
    query All($first: Int!) {
      relationships(first: $first) { nodes {
        stage status tier parties { legalName names { legalName } }
        scorecard { digest }
        commitments(first: 1) { nodes { title byParty { legalName } event { note } } }
        due { title party { legalName } event { onBehalfOf { legalName } } }
        events(first: 3) { nodes { data note correctedBy { id } voidedBy { id } countersignatures { decision } } }
      } }
    }"""
    for n in range(9):
        key = uid(1000 + n)
        made = {"byParty": A, "toParties": [B], "title": f"Promise {n}", "dueOn": "2027-01-31", "note": "Sealed."}
        registered = registration(key, f"Relationship {n}", None)
        served.facts(f"more-{n}", registered, {"commitmentMade": {**made, "on": "2025-02-03"}}, rel=key)

    def statements(first: int) -> int:
        assert len(served.ask(query, first=first)["relationships"]["nodes"]) == first
        return len(served.statements)

    statements(2)
    assert statements(3) == statements(10)
