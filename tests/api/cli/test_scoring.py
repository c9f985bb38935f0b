"""`counterfoil relationships` and `scorecard`. Source: docs/contract.md 3 and 6."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

import pytest
import rfc8785

from command_line import ASTER, BIRCH, STORY_SIZE, WINGS, Cli


def card(reader: Cli, *options: object) -> dict[str, Any]:
    status, out, err = reader("scorecard", "wings", "--json", *options)
    assert (status, err) == (0, "")
    found: dict[str, Any] = json.loads(out)
    return found


def tc1(found: dict[str, Any]) -> dict[str, Any]:
    return next(i for p in found["principles"] for i in p["indicators"] if i["id"] == "TC1")


def test_the_json_of_a_scorecard_has_the_shape_of_the_contract_in_its_order(reader: Cli) -> None:
    found = card(reader, "--as-of", "2024-04-15")
    assert list(found) == [
        "engine_version", "relationship", "as_of", "known_at", "policy_version", "restated", "view", "party",
        "score", "band", "coverage", "confidence", "rated_principles", "trend", "gates", "sensitivity", "principles",
        "digest",
    ]  # fmt: skip
    assert list(found["principles"][0]) == [
        "principle", "score", "band", "coverage", "trend", "weight", "contribution", "indicators"
    ]  # fmt: skip
    assert [p["principle"] for p in found["principles"]] == [f"P{n}" for n in range(1, 13)]
    assert list(tc1(found)) == [
        "id", "status", "value", "numerator", "denominator", "score", "weight", "contribution", "counted", "excluded"
    ]  # fmt: skip


def test_its_numbers_are_those_of_the_story(reader: Cli) -> None:
    found = card(reader, "--as-of", "2024-04-15")
    assert (found["relationship"], found["as_of"], found["known_at"]) == (WINGS, "2024-04-15", STORY_SIZE)
    assert (found["policy_version"], found["restated"], found["view"], found["party"]) == (0, False, "shared", None)
    one = tc1(found)  # three fell due, one was kept
    assert (one["status"], one["value"], one["numerator"], one["denominator"]) == (
        "SCORED",
        "0.3333",
        "1.0000",
        "3.0000",
    )
    assert one["score"] == "0.00"
    assert one["excluded"] == []


def test_the_digest_beside_it_is_of_the_rest(reader: Cli) -> None:
    found = card(reader, "--as-of", "2024-04-15")
    digest = found.pop("digest")
    assert digest == hashlib.sha256(rfc8785.dumps(found)).hexdigest()
    assert reader("scorecard", "wings", "--as-of", "2024-04-15").out.splitlines()[-1] == f"digest {digest}"


def test_a_relationship_goes_by_its_id_too_in_either_case(reader: Cli) -> None:
    by_alias = card(reader, "--as-of", "2024-04-15")
    for key in (WINGS, WINGS.upper()):
        assert json.loads(reader("scorecard", key, "--as-of", "2024-04-15", "--json").out) == by_alias


def test_the_table_has_a_line_for_each_principle(reader: Cli) -> None:
    status, out, err = reader("scorecard", "wings", "--as-of", "2024-04-15")
    lines = out.splitlines()
    assert (status, err) == (0, "")
    assert lines[0] == f"Wings as of 2024-04-15, as known at position {STORY_SIZE}"
    assert [line.split()[0] for line in lines if line.startswith("P")] == [
        "Principle",
        *(f"P{n}" for n in range(1, 13)),
    ][1:]


def test_as_known_at_a_position(reader: Cli) -> None:
    assert tc1(card(reader, "--as-of", "2024-04-15", "--known-at", "10"))["denominator"] == "2.0000"
    assert tc1(card(reader, "--as-of", "2024-04-15", "--known-at", "6"))["status"] == "NO_DATA"


def test_as_known_at_an_instant(reader: Cli) -> None:
    now = datetime.now(UTC).isoformat()
    assert card(reader, "--as-of", "2024-04-15", "--known-at", now)["known_at"] == STORY_SIZE
    assert card(reader, "--as-of", "2024-04-15", "--known-at", "2024-04-15T12:00:00+02:00")["known_at"] == 0


def test_a_named_policy_restates(reader: Cli) -> None:
    found = card(reader, "--as-of", "2024-04-15", "--policy", "1")
    assert (found["policy_version"], found["restated"]) == (1, True)
    found = card(reader, "--as-of", "2024-06-01")
    assert (found["policy_version"], found["restated"]) == (1, False)
    assert "policy 0, restated" in reader("scorecard", "wings", "--as-of", "2024-06-01", "--policy", "0").out


@pytest.mark.parametrize("party", ["birch", BIRCH, BIRCH.upper()])
def test_the_own_view_counts_a_partys_own_entries(reader: Cli, party: str) -> None:
    found = card(reader, "--as-of", "2024-04-15", "--view", "own", "--party", party)
    assert (found["view"], found["party"]) == ("own", BIRCH)
    rk1 = next(i for p in found["principles"] for i in p["indicators"] if i["id"] == "RK1")
    assert rk1["counted"] == [14, 15]
    shared = card(reader, "--as-of", "2024-04-15")
    assert next(i for p in shared["principles"] for i in p["indicators"] if i["id"] == "RK1")["counted"] == []


@pytest.mark.parametrize(
    ("options", "status", "message"),
    [
        (["nope"], 1, "No relationship nope is known here."),
        (["wings", "--as-of", "2024-01-01"], 1, "2024-01-01 is before the relationship was registered on 2024-01-02."),
        (["wings", "--as-of", "9999-12-31"], 1, "9999-12-31 is after today, "),
        (["wings", "--known-at", "16"], 1, "16 is not a position of the log, which goes from 0 to 15."),
        (["wings", "--known-at", "9" * 5000], 1, "99999999999999999999 is not a position of the log"),
        (["wings", "--policy", "2"], 1, "No policy version 2 is known here."),
        (["wings", "--policy", "-1"], 1, "No policy version -1 is known here."),
        (["wings", "--view", "own", "--party", "cedar"], 1, "No organisation cedar is known here."),
        (["wings", "--view", "own", "--party", WINGS], 1, f"No organisation {WINGS} is known here."),
        (["wings", "--as-of", "2024-02-30"], 2, "Invalid value for --as-of: '2024-02-30' is not a"),
        (["wings", "--as-of", "20240415"], 2, "Invalid value for --as-of: '20240415' is not a date"),
        (["wings", "--as-of", ""], 2, "Invalid value for --as-of: '' is not a date"),
        (["wings", "--known-at", "2024-04-15T12:00"], 2, "Invalid value for --known-at: "),
        (["wings", "--known-at", "0001-01-01T00:00:00+23:59"], 2, "Invalid value for --known-at"),
        (["wings", "--known-at", "-1"], 2, "Invalid value for --known-at: '-1' is neither"),
        (["wings", "--known-at", "²"], 2, "Invalid value for --known-at: '²' is neither"),
        (["wings", "--policy", "x"], 2, "Invalid value for '--policy'"),
        (["wings", "--view", "all"], 2, "Invalid value for '--view'"),
        (["wings", "--view", "own"], 2, "Invalid value for --view: an own view needs its party"),
        ([], 2, "Missing argument 'REL'."),
    ],
)  # fmt: skip
def test_what_cannot_be_scored_is_said_in_one_line(reader: Cli, options: list[str], status: int, message: str) -> None:
    said = reader("scorecard", *options)
    assert (said.status, said.out) == (status, "")
    assert said.err.removeprefix("counterfoil scorecard: ").startswith(message)
    assert said.err.count("\n") == 1


def test_the_list_of_relationships_as_json(reader: Cli) -> None:
    status, out, err = reader("relationships", "--json")
    (found,) = json.loads(out)
    assert (status, err) == (0, "")
    assert list(found) == [
        "relationship_id", "alias", "name", "form", "currency", "time_zone", "registered_on", "stage", "tier", "status",
        "parties", "as_of", "score", "band", "coverage", "confidence", "trend",
    ]  # fmt: skip
    assert (found["relationship_id"], found["alias"], found["registered_on"]) == (WINGS, "wings", "2024-01-02")
    assert (found["stage"], found["tier"], found["status"], found["parties"]) == (5, None, "open", [ASTER, BIRCH])
    assert (found["score"], found["band"], found["trend"]) == (
        None,
        "NOT_RATED",
        {"direction": "UNKNOWN", "delta": None},
    )


def test_the_list_of_relationships_for_people(reader: Cli) -> None:
    heading, line = reader("relationships").out.splitlines()
    assert heading.split() == ["Alias", "Name", "Form", "Score", "Band", "Coverage", "Confidence"]
    assert line.split()[:5] == ["wings", "Wings", "bilateral", "-", "NOT_RATED"]


def test_an_empty_register_has_no_relationships(cli: Cli) -> None:
    assert cli("relationships", "--json") == (0, "[]\n", "")
    assert cli("relationships").status == 0
