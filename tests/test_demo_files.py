"""The demo register is what its generator writes, can be recorded, and shows what its README promises."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from api.interchange import record_file
from api.settings import Settings
from api.wiring import open_services
from domain.facts import FACTS
from oracle.compose import scorecard
from oracle.envelopes import envelopes

ROOT = Path(__file__).parents[1]
FILES = sorted((ROOT / "api" / "demo").glob("*.ndjson"))
LAST_DAY = "2026-11-20"
STAGES = {
    "aero-wings": 7,
    "ward-devices": 7,
    "open-antibody": 6,
    "bank-cloud": 7,
    "north-wind": 7,
    "port-corridor": 6,
    "fresh-dairy": 6,
    "cell-line": 5,
    "tower-exit": 8,
    "print-works": 8,
    "vial-glass": 4,
    "city-wheels": 3,
    "sea-water": 2,
    "tele-clinic": 1,
}
SHOWN = {  # band and confidence on the last day, as the stories mean them
    "aero-wings": ("GREEN", "HIGH"),
    "ward-devices": ("AMBER", "MEDIUM"),
    "open-antibody": ("GREEN", "MEDIUM"),
    "bank-cloud": ("RED", "LOW"),
    "north-wind": ("GREEN", "MEDIUM"),
    "port-corridor": ("AMBER", "MEDIUM"),
    "fresh-dairy": ("AMBER", "MEDIUM"),
    "cell-line": ("AMBER", "MEDIUM"),
    "tower-exit": ("GREEN", "MEDIUM"),
    "print-works": ("NOT_RATED", "LOW"),
    "vial-glass": ("NOT_RATED", "LOW"),
    "city-wheels": ("NOT_RATED", "LOW"),
    "sea-water": ("NOT_RATED", "LOW"),
    "tele-clinic": ("NOT_RATED", "LOW"),
}


def lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def stories() -> dict[str, list[dict[str, Any]]]:
    """By alias: the register-wide facts and those of one relationship, in order of recording."""
    common, *others = [lines(file) for file in FILES]
    return {registration(facts)["data"]["alias"]: common + facts for facts in others}


@pytest.fixture(scope="module")
def cards(stories: dict[str, list[dict[str, Any]]]) -> dict[str, dict[str, Any]]:
    """By alias: the scorecard of the last day."""
    return {alias: card(facts, LAST_DAY) for alias, facts in stories.items()}


def registration(facts: list[dict[str, Any]]) -> dict[str, Any]:
    return next(fact for fact in facts if fact["type"] == "relationship.registered")


def card(facts: list[dict[str, Any]], as_of: str, **asked: Any) -> dict[str, Any]:
    return scorecard(envelopes(facts), registration(facts)["relationship_id"], as_of, **asked)


def indicators(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {each["id"]: each for principle in found["principles"] for each in principle["indicators"]}


def test_regenerating_gives_the_same_bytes(tmp_path: Path) -> None:
    subprocess.run([sys.executable, ROOT / "scripts" / "demo_register.py", tmp_path], check=True)
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == {f.name: f.read_bytes() for f in FILES}


def test_every_event_type_but_the_erasure_of_a_person_is_used() -> None:
    used = {fact["type"] for file in FILES for fact in lines(file)}
    assert set(FACTS) - used == {"person.erased"}


def test_no_fact_is_dated_after_the_last_day() -> None:
    assert max(fact["on"] for file in FILES for fact in lines(file)) <= LAST_DAY


def test_every_line_is_recorded(database_url: str, tmp_path: Path) -> None:
    settings = Settings(database_url=database_url, data=tmp_path / "data")
    services = open_services(settings, lambda: datetime(2026, 11, 23, 9, tzinfo=UTC))
    try:
        for file in FILES:
            report = record_file(services.register, file, actor="demo")
            assert report.recorded == report.lines > 0
    finally:
        services.close()


@pytest.mark.parametrize(("alias", "stage"), STAGES.items())
def test_the_relationship_stands_at_its_stage(stories: dict[str, list[dict[str, Any]]], alias: str, stage: int) -> None:
    entered = [fact["data"] for fact in stories[alias] if fact["type"] == "lifecycle.stage_entered"]
    assert [1, *(each["stage"] for each in entered if each["gate"] != "stop")][-1] == stage


@pytest.mark.parametrize(("alias", "shown"), SHOWN.items())
def test_the_last_day_shows_what_the_story_tells(
    cards: dict[str, dict[str, Any]], alias: str, shown: tuple[str, str]
) -> None:
    assert (cards[alias]["band"], cards[alias]["confidence"]) == shown


def test_a_good_score_is_held_at_amber_by_the_unsigned_exit_strategy(cards: dict[str, dict[str, Any]]) -> None:
    assert float(cards["fresh-dairy"]["score"]) > 75
    assert cards["fresh-dairy"]["gates"] == ["exit_strategy_not_agreed", "principle_red"]


def test_the_leak_closes_the_gate_of_the_bank(cards: dict[str, dict[str, Any]]) -> None:
    assert "severe_breach" in cards["bank-cloud"]["gates"]


def test_the_restarted_relationship_climbs(cards: dict[str, dict[str, Any]]) -> None:
    assert cards["cell-line"]["trend"]["direction"] == "UP"


def test_the_hospitals_relationship_slips(cards: dict[str, dict[str, Any]]) -> None:
    assert cards["ward-devices"]["trend"]["direction"] == "DOWN"


def test_the_closed_relationship_was_green_in_march_2025(stories: dict[str, list[dict[str, Any]]]) -> None:
    assert card(stories["print-works"], "2025-03-31")["band"] == "GREEN"


def test_private_entries_move_only_their_party_s_own_view(stories: dict[str, list[dict[str, Any]]]) -> None:
    facts = stories["aero-wings"]
    prime, supplier = registration(facts)["data"]["parties"]

    def open_risks(**asked: Any) -> str:
        return str(indicators(card(facts, LAST_DAY, **asked))["RK2"]["denominator"])

    assert open_risks() == open_risks(view="own", party=supplier) == "4.0000"
    assert open_risks(view="own", party=prime) == "5.0000"


@pytest.mark.parametrize("status", ["SCORED", "LOW_SAMPLE", "STALE", "NO_DATA", "NOT_APPLICABLE"])
def test_every_status_is_shown(cards: dict[str, dict[str, Any]], status: str) -> None:
    assert any(each["status"] == status for found in cards.values() for each in indicators(found).values())


@pytest.mark.parametrize("principle", range(12))
def test_every_principle_has_a_good_a_bad_and_an_empty_case(cards: dict[str, dict[str, Any]], principle: int) -> None:
    bands = {found["principles"][principle]["band"] for found in cards.values()}
    assert {"GREEN", "RED", "NOT_RATED"} <= bands


def test_the_second_policy_scores_the_last_day(cards: dict[str, dict[str, Any]]) -> None:
    assert {found["policy_version"] for found in cards.values()} == {2}
