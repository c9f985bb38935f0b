"""The worked cases, recorded through the register: what was computed by hand is what the expressions give."""

import json
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, Engine

from domain.store.engine import reading
from projections.directory import standings
from projections.items.commitments import commitment_outcomes
from projections.scorecards.policy import in_effect
from projections.scorecards.question import Question
from projections.scorecards.scorecard import Scorecard
from projections.scorecards.service import scorecards
from projections.scorecards.statements import parameters, rows
from telling import told

CASES = sorted((Path(__file__).parents[1] / "cases").glob("*.json"))


def picked(found: dict[str, Any], expected: dict[str, Any]) -> dict[str, Any]:
    return {name: found[name] for name in expected}


def overall(connection: Connection, question: Question, card: Scorecard, expected: dict[str, Any]) -> dict[str, Any]:
    found = card.as_object()
    sensitivity = found["sensitivity"] or {"low": None, "high": None}
    return {
        **found,
        "rated": found["rated_principles"],
        "trend": found["trend"]["direction"],
        "delta": found["trend"]["delta"],
        "sensitivity": {"lowest": sensitivity["low"], "highest": sensitivity["high"]},
        "countersigned": countersigned(connection, question) if "countersigned" in expected else None,
    }


def countersigned(connection: Connection, question: Question) -> str:
    """The share of countersigned entries, with four decimals."""
    policy, _ = in_effect(connection, question.as_of, question.known_at)
    top = rows(connection, parameters([question], policy))[0]
    share = Fraction(top.countersigned, top.events or 1)
    return f"{int(share * 10_000 + Fraction(1, 2)) / 10_000:.4f}"


def commitments(connection: Connection, question: Question) -> dict[str, dict[str, Any]]:
    found = commitment_outcomes(connection, question)
    return {
        str(key): {
            "outcome": commitment.outcome,
            "scored_due": commitment.scored_due_on.isoformat(),
            "days_late": commitment.days_late,
            "reschedules": [attempt.effect for attempt in commitment.reschedulings],
        }
        for key, commitment in found.items()
    }


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_worked_case_has_the_values_computed_by_hand(database: Engine, path: Path) -> None:
    case = json.loads(path.read_text())
    expected = case["expected"]
    with told(database, case["facts"]) as register, reading(register.register.store.engine) as connection:
        question = Question(
            relationship_id=UUID(case["relationship"]),
            as_of=date.fromisoformat(case["as_of"]),
            known_at=case.get("known_at", len(case["facts"])),
            party=UUID(case["party"]) if case.get("view") == "own" else None,
        )
        card = scorecards(connection, [question], case.get("policy"))[0]
        plain = card.as_object()
        found = {
            **plain,
            "indicators": {i["id"]: i for p in plain["principles"] for i in p["indicators"]},
            "principles": {p["principle"]: p for p in plain["principles"]},
        }
        if "overall" in expected:
            found["overall"] = picked(overall(connection, question, card, expected["overall"]), expected["overall"])
        if "commitments" in expected:
            found["commitments"] = commitments(connection, question)
        if "parties" in expected:
            found["parties"] = [str(party) for party in standings(connection, [question])[0].parties]
    for part in ("indicators", "principles", "commitments"):
        for name, wanted in expected.get(part, {}).items():
            assert picked(found[part][name], wanted) == wanted, name
    for part in ("overall", "parties", "policy_version", "restated"):
        if part in expected:
            assert found[part] == expected[part]


def test_every_expectation_of_a_case_is_looked_at() -> None:
    known = {"indicators", "principles", "overall", "commitments", "parties", "policy_version", "restated"}
    assert CASES
    for path in CASES:
        assert set(json.loads(path.read_text())["expected"]) <= known, path.stem
