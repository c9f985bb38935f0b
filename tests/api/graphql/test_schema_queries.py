"""Queries for one thing: global ids, organisations, principles, policies, the viewer, sealed texts."""

import pytest

from local_ids import PEOPLE, REL, A, B, C, uid
from serving import Served, gid


def test_a_global_id_is_base64_of_type_and_uuid(served: Served) -> None:
    found = served.ask('{ relationship(alias: "quay-rail") { id uuid parties { id uuid alias legalName } } }')
    assert found["relationship"] == {
        "id": gid("Relationship", REL),
        "uuid": REL,
        "parties": [
            {"id": gid("Organisation", A), "uuid": A, "alias": "aster", "legalName": "Aster AG"},
            {"id": gid("Organisation", B), "uuid": B, "alias": "birch", "legalName": "Birch BV"},
        ],
    }


def test_everything_is_found_by_its_global_id_and_by_its_uuid(served: Served) -> None:
    relationship = "query Find($id: ID!) { relationship(id: $id) { alias } }"
    assert served.ask(relationship, id=gid("Relationship", REL))["relationship"] == {"alias": "quay-rail"}
    assert served.ask(relationship, id=REL)["relationship"] == {"alias": "quay-rail"}
    organisation = "query Find($id: ID!) { organisation(id: $id) { legalName } }"
    assert served.ask(organisation, id=gid("Organisation", C))["organisation"] == {"legalName": "Cedar Ltd"}
    assert served.ask('{ organisation(alias: "birch") { legalName } }')["organisation"] == {"legalName": "Birch BV"}
    event = served.ask('{ event(position: "6") { id uuid type } }')["event"]
    assert event["type"] == "relationship.registered"
    by_id = "query Find($id: ID!) { event(id: $id) { position } }"
    assert (
        served.ask(by_id, id=event["id"])["event"] == served.ask(by_id, id=event["uuid"])["event"] == {"position": "6"}
    )


def test_node_finds_every_thing_that_has_a_global_id(served: Served) -> None:
    served.facts(
        "things",
        *(
            {
                "commitmentMade": {
                    "commitmentId": uid(1),
                    "byParty": A,
                    "toParties": [B],
                    "title": "t",
                    "dueOn": "2027-01-01",
                }
            },
            {"riskIdentified": {"riskId": uid(2), "title": "t", "category": "c", "joint": False}},
            {
                "initiativeProposed": {
                    "initiativeId": uid(3),
                    "byParty": A,
                    "title": "t",
                    "valueType": "COST",
                    "expected": {"amount": "1", "currency": "EUR"},
                }
            },
            {
                "knowledgeShared": {
                    "shareId": uid(4),
                    "fromParty": A,
                    "toParties": [B],
                    "topic": "t",
                    "containsPersonalData": False,
                    "visibility": "OWN",
                }
            },
            {
                "objectiveAgreed": {
                    "objectiveId": uid(5),
                    "title": "t",
                    "measure": "m",
                    "unit": "%",
                    "baseline": "0",
                    "target": "1",
                    "dueOn": "2027-01-01",
                    "ownerParty": A,
                }
            },
            {"issueRaised": {"issueId": uid(6), "byParty": A, "severity": 2, "title": "t"}},
            {"developmentActionAgreed": {"actionId": uid(7), "title": "t", "dueOn": "2027-01-01", "joint": True}},
            {
                "improvementActionRaised": {
                    "actionId": uid(8),
                    "title": "t",
                    "origin": "o",
                    "ownerParty": B,
                    "dueOn": "2027-01-01",
                }
            },
        ),
    )
    query = "query Find($id: ID!) { node(id: $id) { __typename id ... on Item { relationship { alias } } } }"
    kinds = ("Commitment", "Risk", "Initiative", "Share", "Objective", "Issue", "Action", "Action")
    for n, kind in enumerate(kinds, 1):
        assert served.ask(query, id=gid(kind, uid(n)))["node"] == {
            "__typename": kind,
            "id": gid(kind, uid(n)),
            "relationship": {"alias": "quay-rail"},
        }
    assert served.ask(query, id=gid("Relationship", REL))["node"]["__typename"] == "Relationship"
    assert served.ask(query, id=gid("Organisation", A))["node"]["__typename"] == "Organisation"
    event = served.ask('{ event(position: "1") { id } }')["event"]["id"]
    assert served.ask(query, id=event)["node"] == {"__typename": "Event", "id": event}


def test_what_is_not_known_is_null_and_what_is_no_id_is_refused(served: Served) -> None:
    node = "query Find($id: ID!) { node(id: $id) { id } }"
    for kind in ("Relationship", "Organisation", "Event", "Commitment", "Action"):
        assert served.ask(node, id=gid(kind, uid(99)))["node"] is None
    assert served.ask(node, id=gid("Risk", PEOPLE[0]))["node"] is None
    assert served.ask('{ relationship(alias: "nobody") { id } }') == {"relationship": None}
    assert served.ask('{ organisation(alias: "nobody") { id } }') == {"organisation": None}
    assert served.ask('{ event(position: "7") { id } }') == {"event": None}
    assert served.ask('{ event(position: "0") { id } }') == {"event": None}
    for wrong in ("", "garbage", REL, gid("Person", PEOPLE[0]), gid("Relationship", "x"), "ä"):
        assert served.error(node, id=wrong) == ("BAD_USER_INPUT", f"{wrong!r} is not a global id.")
    message = f"{gid('Organisation', REL)!r} is not the id of a relationship."
    relationship = "query Find($id: ID!) { relationship(id: $id) { id } }"
    assert served.error(relationship, id=gid("Organisation", REL)) == ("BAD_USER_INPUT", message)


@pytest.mark.parametrize("arguments", ["", f'(id: "{REL}", alias: "quay-rail")'])
def test_one_thing_is_asked_for_in_one_way(served: Served, arguments: str) -> None:
    message = "Give id or alias, one of the two."
    assert served.error(f"{{ relationship{arguments} {{ id }} }}") == ("BAD_USER_INPUT", message)
    assert served.error(f"{{ organisation{arguments} {{ id }} }}") == ("BAD_USER_INPUT", message)
    assert served.error("{ event { id } }") == ("BAD_USER_INPUT", "Give id or position, one of the two.")


def test_the_viewer_is_the_operator_of_the_token(served: Served) -> None:
    viewer = served.ask("{ viewer { actor { id } roles position } }")["viewer"]
    assert viewer == {"actor": {"id": "operator"}, "roles": ["OPERATOR"], "position": "6"}


def test_the_twelve_principles_have_54_indicators(served: Served) -> None:
    query = """{ principles { id number title clause indicators {
      id kind unit floor target windowDays weight minN fromStage higherIsBetter principle { id } } } }"""
    principles = served.ask(query)["principles"]
    assert [p["id"] for p in principles] == [f"P{n}" for n in range(1, 13)]
    assert [p["clause"] for p in principles] == list(range(4, 16))
    indicators = {i["id"]: i for p in principles for i in p["indicators"]}
    assert len(indicators) == 54
    assert indicators["TC1"] == {
        "id": "TC1",
        "kind": "RATIO",
        "unit": "ratio",
        "floor": "0.5000",
        "target": "0.8500",
        "windowDays": 90,
        "weight": "1.00",
        "minN": 3,
        "fromStage": 1,
        "higherIsBetter": True,
        "principle": {"id": "P7"},
    }
    assert (indicators["IK2"]["weight"], indicators["RM2"]["windowDays"], indicators["RM2"]["kind"]) == (
        "0.50",
        None,
        "AGE",
    )
    assert indicators["TC4"]["floor"] == "-20.0000"
    assert indicators["RK1"]["higherIsBetter"]
    assert not indicators["TC3"]["higherIsBetter"]


def test_the_built_in_policy_comes_first(served: Served) -> None:
    changes = {
        "indicators": [{"key": "TC1", "value": {"target": "0.9", "windowDays": 120, "enabled": False}}],
        "principles": [{"principle": "P7", "value": "2"}],
        "bands": {"amberFrom": "40", "greenFrom": "80"},
        "gates": [{"gate": "PRINCIPLE_RED", "value": False}],
    }
    published = {"policyVersion": 1, "effectiveFrom": "2025-06-01", "changes": changes, "reason": "Why not."}
    served.facts("policy", {"scoringPolicyPublished": published})
    query = """{ policies { version effectiveFrom reason amberFrom greenFrom changes gates { gate enabled }
      principles { principle { id } weight }
      indicators { definition { id } floor target windowDays minN weight enabled } } }"""
    first, second = served.ask(query)["policies"]
    assert (first["version"], first["effectiveFrom"], first["amberFrom"], first["greenFrom"]) == (
        0,
        None,
        "50.00",
        "75.00",
    )
    assert (second["version"], second["effectiveFrom"], second["reason"]) == (1, "2025-06-01", "Why not.")
    assert (second["amberFrom"], second["greenFrom"]) == ("40.00", "80.00")
    assert second["changes"]["bands"] == {"amber_from": "40", "green_from": "80"}
    assert {"gate": "PRINCIPLE_RED", "enabled": False} in second["gates"]
    assert {"principle": {"id": "P7"}, "weight": "2.00"} in second["principles"]
    tc1 = {
        "definition": {"id": "TC1"},
        "floor": "0.5000",
        "target": "0.8500",
        "windowDays": 90,
        "minN": 3,
        "weight": "1.00",
        "enabled": True,
    }
    assert tc1 in first["indicators"]
    assert {**tc1, "target": "0.9000", "windowDays": 120, "enabled": False} in second["indicators"]
    assert len(second["indicators"]) == 54


def test_an_organisation_keeps_all_its_names(served: Served) -> None:
    served.facts(
        "names",
        {"organisationRenamed": {"organisationId": C, "legalName": "Cedar and Sons Ltd", "on": "2025-06-01"}},
        {"organisationMerged": {"organisationId": C, "into": A, "on": "2025-07-01"}},
    )
    query = """query Find($id: ID!) {
      organisation(id: $id) { legalName names { legalName since } mergedInto { legalName } } }"""
    assert served.ask(query, id=C)["organisation"] == {
        "legalName": "Cedar and Sons Ltd",
        "names": [
            {"legalName": "Cedar Ltd", "since": "2025-01-02"},
            {"legalName": "Cedar and Sons Ltd", "since": "2025-06-01"},
        ],
        "mergedInto": {"legalName": "Aster AG"},
    }


def test_an_event_shows_its_texts_until_they_are_erased(served: Served) -> None:
    query = (
        '{ event(position: "4") { data note evidence { title } actor { id } onBehalfOf { id } visibility version } }'
    )
    event = served.ask(query)["event"]
    assert event["data"]["name"] == "Ada Alder"
    assert (event["actor"], event["onBehalfOf"]) == ({"id": "operator"}, {"id": gid("Organisation", A)})
    assert (event["visibility"], event["version"], event["note"], event["evidence"]) == ("SHARED", 1, None, [])
    served.facts("erasure", {"personErased": {"personId": PEOPLE[0], "ground": "REQUEST"}})
    name = served.ask(query)["event"]["data"]["name"]
    assert name.keys() == {"$sealed", "sha256"}
    assert name["$sealed"] == PEOPLE[0]


def test_what_breaks_is_masked_and_logged(served: Served) -> None:
    with served.services.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE organisation")
    code, message = served.error('{ organisation(alias: "aster") { id } }')
    assert (code, message) == ("INTERNAL_SERVER_ERROR", "Unexpected error.")
