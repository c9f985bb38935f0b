"""`counterfoil explain`. Source: docs/contract.md 3."""

import json
from typing import Any

import pytest

from command_line import ASTER, BIRCH, WINGS, Cli


def explained(reader: Cli, *options: object) -> dict[str, Any]:
    status, out, err = reader("explain", "wings", *options, "--json")
    assert (status, err) == (0, "")
    found: dict[str, Any] = json.loads(out)
    return found


def test_the_json_has_the_number_its_rule_and_its_entries(reader: Cli) -> None:
    found = explained(reader, "TC1", "--as-of", "2024-04-15")
    entries = found.pop("counted")
    assert found == {
        "relationship": WINGS,
        "as_of": "2024-04-15",
        "known_at": 15,
        "policy_version": 0,
        "restated": False,
        "view": "shared",
        "party": None,
        "principle": "P7",
        "id": "TC1",
        "status": "SCORED",
        "value": "0.3333",
        "numerator": "1.0000",
        "denominator": "3.0000",
        "score": "0.00",
        "weight": "1.00",
        "contribution": None,
        "title": "Commitments kept on time",
        "formula": "commitments kept / "
        "commitments whose scored due date fell in the window, less those withdrawn in time",
        "unit": "ratio",
        "floor": "0.5000",
        "target": "0.8500",
        "window_days": 90,
        "min_n": 3,
        "excluded": [],
    }
    assert [e["position"] for e in entries] == [7, 8, 9, 10, 11]
    assert list(entries[0]) == ["position", "event_id", "type", "on", "on_behalf_of", "visibility", "data"]
    assert (entries[0]["type"], entries[0]["on"], entries[0]["on_behalf_of"]) == (
        "commitment.made",
        "2024-01-10",
        ASTER,
    )
    assert entries[0]["data"]["title"] == "Promise kept"


def test_what_is_left_out_has_its_reason(reader: Cli) -> None:
    found = explained(reader, "TC1", "--as-of", "2024-02-29")
    assert [(e["position"], e["reason"]) for e in found["excluded"]] == [(11, "not_due")]
    assert "not_due" in reader("explain", "wings", "TC1", "--as-of", "2024-02-29").out


def test_the_rule_is_that_of_the_policy(reader: Cli) -> None:
    assert explained(reader, "TC1", "--as-of", "2024-04-15", "--policy", "1")["min_n"] == 2
    assert explained(reader, "TC1", "--as-of", "2024-06-01")["min_n"] == 2
    assert explained(reader, "TC1", "--as-of", "2024-05-31")["min_n"] == 3


def test_an_indicator_may_be_written_in_small_letters(reader: Cli) -> None:
    assert explained(reader, "tc1", "--as-of", "2024-04-15")["id"] == "TC1"


def test_sealed_texts_are_opened(reader: Cli) -> None:
    found = explained(reader, "VV4", "--as-of", "2024-04-15")
    assert [e["data"]["description"] for e in found["counted"]] == ["Shouting in the dock"]


def test_for_people_the_arithmetic_stands_above_the_entries(reader: Cli) -> None:
    status, out, err = reader("explain", "wings", "TC1", "--as-of", "2024-04-15")
    lines = [line.rstrip() for line in out.splitlines()]
    assert (status, err) == (0, "")
    assert lines[0] == "TC1 Commitments kept on time: SCORED"
    assert lines[2:5] == [
        "value 0.3333 = 1.0000 / 3.0000; floor 0.5000, target 0.8500; score 0.00",
        "Counted",
        "Position  On          Type                  Reason  Data",
    ]
    assert lines[5].split() == [
        "7",
        "2024-01-10",
        "commitment.made",
        "due_on",
        "2024-02-10,",
        "title",
        "Promise",
        "kept,",
        "weight",
        "1",
    ]
    assert "An [open] promise" in lines[9]


def test_without_data_there_is_no_value_and_no_entry(reader: Cli) -> None:
    lines = reader("explain", "wings", "TC1", "--as-of", "2024-04-15", "--known-at", "6").out.splitlines()
    assert lines[0] == "TC1 Commitments kept on time: NO_DATA"
    assert lines[-1] == "There is no value."


def test_the_own_view_is_explained_from_own_entries(reader: Cli) -> None:
    found = explained(reader, "RK1", "--as-of", "2024-04-15", "--view", "own", "--party", "birch")
    assert [(e["type"], e["visibility"], e["on_behalf_of"]) for e in found["counted"]] == [
        ("risk.identified", "own", BIRCH),
        ("risk.assessed", "own", BIRCH),
    ]


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (
            ["wings", "XX1"],
            2,
            "counterfoil explain: Invalid value for INDICATOR: 'XX1' is none of the 54, such as TC1.",
        ),
        (["wings"], 2, "counterfoil explain: Missing argument 'INDICATOR'."),
        (["nope", "TC1"], 1, "No relationship nope is known here."),
    ],
)
def test_what_cannot_be_explained_is_said_in_one_line(
    reader: Cli, arguments: list[str], status: int, message: str
) -> None:
    said = reader("explain", *arguments)
    assert (said.status, said.out) == (status, "")
    assert said.err.startswith(message)
    assert said.err.count("\n") == 1
