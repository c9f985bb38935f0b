"""The oracle gives what the worked cases were computed to by hand."""

import json
from pathlib import Path
from typing import Any

import pytest

from oracle.compose import commitments, parties, scorecard
from oracle.envelopes import envelopes

CASES = sorted((Path(__file__).parents[1] / "cases").glob("*.json"))


def _overall(card: dict[str, Any]) -> dict[str, Any]:
    sensitivity = card["sensitivity"] or {"low": None, "high": None}
    return {
        **card,
        "rated": card["rated_principles"],
        "trend": card["trend"]["direction"],
        "delta": card["trend"]["delta"],
        "sensitivity": {"lowest": sensitivity["low"], "highest": sensitivity["high"]},
    }


def _picked(found: dict[str, Any], expected: dict[str, Any]) -> dict[str, Any]:
    return {name: found[name] for name in expected}


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_worked_case_has_the_values_computed_by_hand(path: Path) -> None:
    case = json.loads(path.read_text())
    expected = case["expected"]
    log = envelopes(case["facts"])
    where = (log, case["relationship"], case["as_of"], case.get("known_at"))
    view = {"view": case.get("view", "shared"), "party": case.get("party")}
    card = scorecard(*where, policy_version=case.get("policy"), **view)

    indicators = {i["id"]: i for p in card["principles"] for i in p["indicators"]}
    principles = {p["principle"]: p for p in card["principles"]}
    for id_, wanted in expected.get("indicators", {}).items():
        assert _picked(indicators[id_], wanted) == wanted, id_
    for id_, wanted in expected.get("principles", {}).items():
        assert _picked(principles[id_], wanted) == wanted, id_
    if "overall" in expected:
        assert _picked(_overall(card), expected["overall"]) == expected["overall"]
    for id_, wanted in expected.get("commitments", {}).items():
        found = commitments(*where, **view)
        assert _picked(found[id_], wanted) == wanted, id_
    if "parties" in expected:
        assert parties(*where) == expected["parties"]
    for name in ("policy_version", "restated"):
        if name in expected:
            assert card[name] == expected[name]
    assert set(expected) <= {
        "indicators",
        "principles",
        "overall",
        "commitments",
        "parties",
        "policy_version",
        "restated",
    }
