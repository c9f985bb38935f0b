"""Recording through GraphQL: refusals are answers, repeating is harmless, and what is recorded is seen at once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from local_ids import REL, A, B, C, uid
from serving import Served, gid

DONE = (
    "... on Recorded { events { id type position } position replayed } ... on Refused { code message factIndex field }"
)
COUNTERSIGN = f"mutation M($input: CountersignInput!) {{ countersign(input: $input) {{ __typename {DONE} }} }}"
CORRECT = f"mutation M($input: CorrectInput!) {{ correct(input: $input) {{ __typename {DONE} }} }}"
VOID = f"mutation M($input: VoidInput!) {{ void(input: $input) {{ __typename {DONE} }} }}"
STANDING = """query E($id: ID!) { event(id: $id) {
  type data correctedBy { position type data } voidedBy { position type note }
  countersignatures { decision comment on party { alias } event { position } } } }"""
MADE = {"byParty": A, "toParties": [B], "title": "Answer within a day", "dueOn": "2026-12-31"}


def record(served: Served, command_id: str, *facts: Any, **input: Any) -> Any:
    return served.record(command_id, *facts, **{"relationshipId": REL, "onBehalfOf": A, **input})


def refused(code: str, message: str, index: int | None, field: str | None) -> dict[str, Any]:
    return {"__typename": "Refused", "code": code, "message": message, "factIndex": index, "field": field}


def test_a_query_after_a_mutation_sees_it(served: Served) -> None:
    count = '{ relationship(alias: "quay-rail") { commitments { nodes { title } } } viewer { position } }'
    assert served.ask(count) == {"relationship": {"commitments": {"nodes": []}}, "viewer": {"position": "6"}}
    record(served, "one", {"commitmentMade": MADE})
    assert served.ask(count) == {
        "relationship": {"commitments": {"nodes": [{"title": "Answer within a day"}]}},
        "viewer": {"position": "7"},
    }


def test_the_answer_to_a_mutation_sees_what_the_mutation_recorded(served: Served) -> None:
    query = """mutation M($input: RecordInput!, $next: RecordInput!) {
      a: record(input: $input) { ... on Recorded { events { relationship { stage scorecard { knownAt } } } } }
      b: record(input: $next) { ... on Recorded { events { relationship { stage scorecard { knownAt } } } } } }"""

    def entering(stage: int) -> dict[str, Any]:
        fact = {"lifecycleStageEntered": {"stage": stage, "gate": "PROCEED"}}
        return {"commandId": f"stage {stage}", "relationshipId": REL, "onBehalfOf": A, "facts": [fact]}

    found = served.ask(query, input=entering(4), next=entering(5))
    assert found == {
        "a": {"events": [{"relationship": {"stage": "PARTNER_SELECTION", "scorecard": {"knownAt": "7"}}}]},
        "b": {"events": [{"relationship": {"stage": "WORKING_TOGETHER", "scorecard": {"knownAt": "8"}}}]},
    }


def test_the_same_command_again_gives_the_first_answer(served: Served) -> None:
    first = record(served, "one", {"commitmentMade": MADE})
    assert first["replayed"] is False
    assert record(served, "one", {"commitmentMade": MADE}) == {**first, "replayed": True}
    assert served.services.store.size() == 7
    assert record(served, "one", {"commitmentMade": {**MADE, "title": "Other"}}) == refused(
        "COMMAND_ID_IS_USED", "The command one was recorded with other content.", None, "commandId"
    )


def test_what_already_holds_is_recorded_without_an_event(served: Served) -> None:
    tiered = {"relationshipTiered": {"tier": "KEY"}}
    assert len(record(served, "one", tiered)["events"]) == 1
    again = record(served, "two", tiered)
    assert again == {"__typename": "Recorded", "events": [], "position": "7", "replayed": False}


def test_a_dry_run_stores_nothing(served: Served) -> None:
    done = record(served, "one", {"commitmentMade": MADE}, dryRun=True)
    assert (done["__typename"], done["events"][0]["position"]) == ("Recorded", "7")
    assert served.services.store.size() == 6
    assert record(served, "one", {"commitmentMade": MADE})["replayed"] is False
    assert record(served, "two", {"commitmentMade": {**MADE, "toParties": [C]}}, dryRun=True)["__typename"] == "Refused"


def test_one_refused_fact_refuses_the_whole_command(served: Served) -> None:
    unknown = {"commitmentFulfilled": {"commitmentId": uid(50)}}
    assert record(served, "one", {"commitmentMade": MADE}, unknown) == refused(
        "UNKNOWN_ID", f"No commitment {uid(50)} is known here.", 1, "commitmentId"
    )
    assert served.services.store.size() == 6


@pytest.mark.parametrize(
    ("fact", "expected"),
    [
        (
            {"commitmentMade": {**MADE, "toParties": [C]}},
            ("IS_NOT_A_PARTY", f"{C} is not an active party of the relationship on 2026-11-23.", "toParties[0]"),
        ),
        (
            {"commitmentMade": {**MADE, "byParty": "nobody"}},
            ("IS_MALFORMED", "by_party is 'nobody': Invalid UUID.", "byParty"),
        ),
        (
            {"commitmentMade": {**MADE, "toParties": []}},
            ("IS_OUT_OF_RANGE", "to_parties is []: Expected `array` of length >= 1.", "toParties"),
        ),
        (
            {"commitmentMade": {**MADE, "weight": "1.234"}},
            (
                "IS_OUT_OF_RANGE",
                "weight is '1.234': expected a decimal of 0 or more with at most 2 digits after the point.",
                "weight",
            ),
        ),
        (
            {"commitmentMade": {**MADE, "on": "2026-11-25"}},
            ("IS_IN_THE_FUTURE", "2026-11-25 is more than one day after today, 2026-11-23.", "on"),
        ),
        (
            {"commitmentMade": {**MADE, "on": "2025-01-06"}},
            ("IS_OUT_OF_ORDER", "2025-01-06 is before the relationship was registered on 2025-01-07.", "on"),
        ),
        (
            {"riskAssessed": {"riskId": uid(1), "probability": 6, "impact": 1}},
            ("IS_OUT_OF_RANGE", "probability is 6: Expected `int` <= 5.", "probability"),
        ),
        (
            {
                "initiativeProposed": {
                    "byParty": A,
                    "title": "t",
                    "valueType": "COST",
                    "expected": {"amount": "1.234", "currency": "EUR"},
                }
            },
            ("IS_OUT_OF_RANGE", "1.234 has more decimals than EUR has.", "expected.amount"),
        ),
        (
            {
                "healthCheckOpened": {
                    "questions": [{"key": "k", "principle": "P1", "text": "t"}],
                    "invited": [{"party": A, "value": 1}, {"party": gid("Organisation", A), "value": 2}],
                }
            },
            ("IS_MALFORMED", f"invited[1]: {A} comes twice.", "invited[1]"),
        ),
        (
            {"commitmentMade": {**MADE, "commitmentId": uid(1), "evidence": [{"title": "t", "sha256": "x"}]}},
            (
                "IS_OUT_OF_RANGE",
                "evidence[0].sha256 is 'x': expected a SHA-256 in 64 hexadecimal digits, small letters.",
                "evidence[0].sha256",
            ),
        ),
        (
            {"commitmentMade": {**MADE, "expectedVersion": 3}},
            ("VERSION_IS_STALE", "Version 3 was expected and 0 is recorded.", "expectedVersion"),
        ),
    ],
)
def test_a_refusal_names_the_fact_the_field_and_the_value(
    served: Served, fact: dict[str, Any], expected: tuple[str, str, str]
) -> None:
    code, message, field = expected
    assert record(served, "one", {"relationshipTiered": {"tier": "KEY"}}, fact) == refused(code, message, 1, field)


@pytest.mark.parametrize(
    ("input", "message", "field"),
    [
        ({"commandId": ""}, "The command id '' has not 1 to 200 characters other than null.", "commandId"),
        (
            {"commandId": "x" * 201},
            f"The command id '{'x' * 201}' has not 1 to 200 characters other than null.",
            "commandId",
        ),
        ({"facts": []}, "A command has 1 to 1000 facts, not 0.", "facts"),
        ({"relationshipId": "quay-rail"}, "relationship_id is 'quay-rail', which is no id.", "relationshipId"),
        ({"onBehalfOf": "aster"}, "on_behalf_of is 'aster', which is no id.", "onBehalfOf"),
    ],
)
def test_a_malformed_command_is_refused(served: Served, input: dict[str, Any], message: str, field: str) -> None:
    given = {"commandId": "c", "facts": [{"commitmentMade": MADE}], "relationshipId": REL, "onBehalfOf": A, **input}
    facts = given.pop("facts")
    answer = served.record(given.pop("commandId"), *facts, **given)
    assert (answer["__typename"], answer["code"], answer["factIndex"]) == ("Refused", "IS_MALFORMED", None)
    assert (answer["message"], answer["field"]) == (message, field)


def test_global_ids_will_do_wherever_a_fact_takes_an_id(served: Served) -> None:
    party = gid("Organisation", B)
    made = {**MADE, "commitmentId": uid(1), "toParties": [party]}
    given = {"relationshipId": gid("Relationship", REL), "onBehalfOf": gid("Organisation", A)}
    (event,) = record(served, "one", {"commitmentMade": made}, **given)["events"]
    assert event["data"]["to_parties"] == [B]
    accepted = {"commitmentAccepted": {"commitmentId": gid("Commitment", uid(1)), "party": party}}
    assert record(served, "two", accepted, onBehalfOf=party)["__typename"] == "Recorded"


@pytest.mark.parametrize(
    "fact",
    [
        {"commitmentMade": {**MADE, "dueOn": "soon"}},
        {"commitmentMade": {**MADE, "weight": 1}},
        {"commitmentMade": {**MADE, "weight": "heavy"}},
        {"commitmentMade": {**MADE, "effect": "LATE"}},
        {"commitmentMade": {**MADE, "title": None}},
        {"relationshipTiered": {"tier": "golden"}},
        {"noSuchFact": {}},
        {},
        {"commitmentMade": MADE, "relationshipTiered": {"tier": "KEY"}},
    ],
)
def test_what_has_not_the_form_of_a_fact_never_reaches_the_register(served: Served, fact: dict[str, Any]) -> None:
    query = "mutation M($input: RecordInput!) { record(input: $input) { __typename } }"
    code, _ = served.error(query, input={"commandId": "c", "facts": [fact], "relationshipId": REL, "onBehalfOf": A})
    assert code == "BAD_USER_INPUT"


def test_facts_of_a_new_relationship_are_recorded_with_it(served: Served) -> None:
    stated = {"name": "New", "form": "ALLIANCE", "currency": "CHF", "timeZone": "Europe/Zurich", "parties": [A, C]}
    facts = (
        {"personRegistered": {"organisationId": C, "name": "Cleo"}},
        {"relationshipRegistered": stated},
        {"commitmentMade": {**MADE, "toParties": [C]}},
    )
    done = record(served, "one", *facts, relationshipId=uid(5))
    assert [event["type"] for event in done["events"]] == [
        "person.registered",
        "relationship.registered",
        "commitment.made",
    ]
    found = served.ask("query R($id: ID!) { relationship(id: $id) { name form currency } }", id=uid(5))
    assert found["relationship"] == {"name": "New", "form": "ALLIANCE", "currency": "CHF"}


def test_a_stale_expected_version_is_refused(served: Served) -> None:
    (made,) = record(served, "one", {"commitmentMade": {**MADE, "commitmentId": uid(1)}})["events"]
    assert made["version"] == 1

    def accept(command_id: str, version: int) -> Any:
        fact = {"commitmentId": uid(1), "party": B, "expectedVersion": version}
        return record(served, command_id, {"commitmentAccepted": fact}, onBehalfOf=B)

    assert accept("two", 0)["code"] == accept("three", 2)["code"] == "VERSION_IS_STALE"
    assert accept("four", 1)["events"][0]["version"] == 2
    void = {"targetEventId": made["id"], "reason": "Never said."}
    for command_id, version in (("five", 1), ("six", 3)):
        answer = served.ask(VOID, input={**void, "commandId": command_id, "expectedVersion": version})["void"]
        assert (answer["code"], answer["field"]) == ("VERSION_IS_STALE", "expectedVersion")


def test_an_entry_is_countersigned_on_behalf_of_the_party_that_signs(served: Served) -> None:
    (made,) = record(served, "one", {"commitmentMade": MADE})["events"]
    given = {"commandId": "sign", "targetEventId": made["id"], "party": B, "decision": "DISPUTED", "comment": "No."}
    done = served.ask(COUNTERSIGN, input={**given, "on": "2026-11-22"})["countersign"]
    assert (done["__typename"], done["events"][0]["type"]) == ("Recorded", "entry.countersigned")
    done = served.ask(COUNTERSIGN, input={**given, "commandId": "again", "decision": "ACCEPTED", "comment": None})
    assert done["countersign"]["position"] == "9"
    assert served.ask(STANDING, id=made["id"])["event"]["countersignatures"] == [
        {
            "decision": "DISPUTED",
            "comment": "No.",
            "on": "2026-11-22",
            "party": {"alias": "birch"},
            "event": {"position": "8"},
        },
        {
            "decision": "ACCEPTED",
            "comment": None,
            "on": "2026-11-23",
            "party": {"alias": "birch"},
            "event": {"position": "9"},
        },
    ]
    nobody = served.ask(COUNTERSIGN, input={**given, "commandId": "c", "targetEventId": uid(9)})["countersign"]
    assert nobody == refused("UNKNOWN_ID", f"No event {uid(9)} is known here.", 0, "targetEventId")


def test_a_correction_replaces_the_data_and_stays_beside_it(served: Served) -> None:
    (made,) = record(served, "one", {"commitmentMade": {**MADE, "commitmentId": uid(1), "on": "2026-11-01"}})["events"]
    data = {"by_party": A, "to_parties": [B], "title": "Answer within two days", "due_on": "2026-12-30"}
    given = {"commandId": "fix", "targetEventId": made["id"], "data": data, "on": "2026-11-02", "reason": "A slip."}
    assert served.ask(CORRECT, input=given)["correct"]["position"] == "8"
    event = served.ask(STANDING, id=made["id"])["event"]
    assert event["data"]["title"] == "Answer within a day"
    correction = event["correctedBy"]
    assert (correction["position"], correction["type"]) == ("8", "entry.corrected")
    assert correction["data"]["data"] == {**data, "commitment_id": uid(1), "weight": "1"}
    assert (correction["data"]["on"], correction["data"]["reason"]) == ("2026-11-02", "A slip.")
    commitments = '{ relationship(alias: "quay-rail") { commitments { nodes { title madeOn scoredDueOn } } } }'
    (found,) = served.ask(commitments)["relationship"]["commitments"]["nodes"]
    assert found == {"title": "Answer within two days", "madeOn": "2026-11-02", "scoredDueOn": "2026-12-30"}
    wrong = {**given, "commandId": "c", "data": {**data, "due_on": "soon"}}
    answer = served.ask(CORRECT, input=wrong)["correct"]
    assert (answer["code"], answer["field"]) == ("IS_MALFORMED", "data.due_on")


def test_a_void_takes_the_effect_and_leaves_the_entry(served: Served) -> None:
    (made,) = record(served, "one", {"commitmentMade": {**MADE, "commitmentId": uid(1)}})["events"]
    record(served, "two", {"commitmentFulfilled": {"commitmentId": uid(1)}})
    given = {"commandId": "void", "targetEventId": made["id"], "reason": "Never said.", "note": "By phone."}
    answer = served.ask(VOID, input=given)["void"]
    assert answer["code"] == "ENTRIES_STAND_ON_IT"
    assert answer["message"].startswith("Later entries stand on what this would change: 8:")
    fulfilled = served.ask('{ event(position: "8") { id } }')["event"]["id"]
    assert (
        served.ask(VOID, input={**given, "commandId": "first", "targetEventId": fulfilled})["void"]["position"] == "9"
    )
    assert served.ask(VOID, input={**given, "dryRun": True})["void"]["position"] == "10"
    assert served.ask(VOID, input=given)["void"]["position"] == "10"
    event = served.ask(STANDING, id=made["id"])["event"]
    assert event["voidedBy"] == {"position": "10", "type": "entry.voided", "note": "By phone."}
    assert event["type"] == "commitment.made"
    commitments = '{ relationship(alias: "quay-rail") { commitments { nodes { title } } } }'
    assert served.ask(commitments)["relationship"]["commitments"]["nodes"] == []


def test_a_voided_correction_corrects_no_more(served: Served) -> None:
    (made,) = record(served, "one", {"commitmentMade": MADE})["events"]
    data = {"by_party": A, "to_parties": [B], "title": "Other", "due_on": "2026-12-30"}
    corrected = {"commandId": "fix", "targetEventId": made["id"], "data": data, "reason": "A slip."}
    (correction,) = served.ask(CORRECT, input=corrected)["correct"]["events"]
    served.ask(VOID, input={"commandId": "void", "targetEventId": correction["id"], "reason": "No slip."})
    event = served.ask(STANDING, id=made["id"])["event"]
    assert (event["correctedBy"], event["voidedBy"]) == (None, None)


def test_a_private_fact_carries_its_note_and_evidence(served: Served) -> None:
    document = {"title": "Minutes", "uri": "urn:example:minutes", "sha256": "ab" * 32, "mediaType": "text/plain"}
    fact = {**MADE, "visibility": "OWN", "note": "Between us.", "evidence": [document]}
    (event,) = record(served, "one", {"commitmentMade": fact})["events"]
    query = """query E($id: ID!) { event(id: $id) {
      visibility note evidence { title uri sha256 mediaType } onBehalfOf { alias } commandId source } }"""
    assert served.ask(query, id=event["id"])["event"] == {
        "visibility": "OWN",
        "note": "Between us.",
        "evidence": [document],
        "onBehalfOf": {"alias": "aster"},
        "commandId": "one",
        "source": "api",
    }


def test_what_is_refused_in_one_thread_disturbs_no_other(served: Served) -> None:
    """Commands of two facts each, every other one refused at its second fact."""

    def one(n: int) -> str:
        made = {"commitmentMade": {**MADE, "commitmentId": uid(100 + n)}}
        done = {"commitmentFulfilled": {"commitmentId": uid(100 + n + n % 2)}}
        answer = record(served, f"command {n}", made, done)
        return str(answer.get("code", answer["__typename"]))

    with ThreadPoolExecutor(8) as threads:
        outcomes = list(threads.map(one, range(0, 48, 2))) + list(threads.map(one, range(1, 47, 2)))
    assert outcomes == ["Recorded"] * 24 + ["IS_NOT_ALLOWED_NOW"] * 23
    assert [event.position for event in served.services.store.events(0, 100)] == list(range(1, 55))
