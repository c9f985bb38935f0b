"""`counterfoil due` and `events`. Source: docs/contract.md 3."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from api.cli import listing
from command_line import BIRCH, STORY_SIZE, WINGS, Cli, story
from domain.facts.fact import Envelope
from interchange_files import Line, wide, write


def due(reader: Cli, *options: object) -> list[dict[str, Any]]:
    status, out, err = reader("due", *options, "--json")
    assert (status, err) == (0, "")
    found: list[dict[str, Any]] = json.loads(out)
    return found


def events(reader: Cli, *options: object) -> list[dict[str, Any]]:
    status, out, err = reader("events", *options, "--json")
    assert (status, err) == (0, "")
    found: list[dict[str, Any]] = json.loads(out)
    return found


def test_what_is_due_in_all_relationships_by_due_date(reader: Cli) -> None:
    found = due(reader)
    assert [(i["kind"], i["due_on"], i["title"]) for i in found] == [
        ("IMPROVEMENT_ACTION", "2024-02-20", "Count twice"),
        ("COMMITMENT", "2024-03-01", "An [open] promise"),
        ("CONCERN", "2024-03-10", "Shouting in the dock"),
    ]
    assert list(found[0]) == [
        "kind", "relationship_id", "alias", "item", "position", "title", "party", "due_on", "days_left"
    ]  # fmt: skip
    assert (found[0]["relationship_id"], found[0]["alias"]) == (WINGS, "wings")
    assert (found[0]["position"], found[0]["party"]) == (12, BIRCH)


def test_what_is_due_in_one_relationship(reader: Cli) -> None:
    assert due(reader, "wings") == due(reader, WINGS) == due(reader)


@pytest.mark.parametrize(("until", "count"), [("2024-02-19", 0), ("2024-02-20", 1), ("2024-03-01", 2)])
def test_what_is_due_until_a_day(reader: Cli, until: str, count: int) -> None:
    assert len(due(reader, "--until", until)) == count


def test_days_left_are_counted_from_today(reader: Cli) -> None:
    def left(today: date) -> list[int]:
        return [(day - today).days for day in (date(2024, 2, 20), date(2024, 3, 1), date(2024, 3, 10))]

    before = datetime.now(UTC)
    found = [item["days_left"] for item in due(reader)]
    days = {(moment + timedelta(hours=offset)).date() for moment in (before, datetime.now(UTC)) for offset in (1, 2)}
    assert found in [left(day) for day in days]  # Berlin's today


def test_what_is_due_for_people(reader: Cli) -> None:
    lines = reader("due").out.splitlines()
    assert lines[0].split() == ["Due", "Days", "Relationship", "Kind", "Title"]
    assert lines[2].split()[2:] == ["wings", "COMMITMENT", "An", "[open]", "promise"]


def test_nothing_is_due_in_an_empty_register(cli: Cli) -> None:
    assert cli("due", "--json") == (0, "[]\n", "")
    assert cli("due").status == 0


def test_the_history_holds_every_event_as_it_is_stored(reader: Cli) -> None:
    found = events(reader)
    assert [e["position"] for e in found] == list(range(1, STORY_SIZE + 1))
    assert all(sorted(e) == sorted(Envelope.__struct_fields__) for e in found)
    assert [e["type"] for e in found[:4]] == [line["type"] for line in story()[:4]]
    assert set(found[12]["data"]["description"]) == {"$sealed", "sha256"}


def test_the_history_of_one_relationship_type_or_place(reader: Cli) -> None:
    def positions(*options: object) -> list[int]:
        return [e["position"] for e in events(reader, *options)]

    assert positions("--relationship", "wings") == [4, *range(6, 16)]
    assert positions("--type", "commitment.fulfilled") == [8, 10]
    assert positions("--after", 13) == [14, 15]
    assert positions("--after", 15) == []
    assert positions("--limit", 2) == [1, 2]
    assert positions("--relationship", WINGS, "--type", "commitment.made", "--after", 7, "--limit", 1) == [9]


@pytest.mark.parametrize("at_once", [1, 4, 15, 16])
def test_the_history_is_read_by_so_many_at_a_time(reader: Cli, monkeypatch: pytest.MonkeyPatch, at_once: int) -> None:
    whole = reader("events", "--json").out
    monkeypatch.setattr(listing, "AT_ONCE", at_once)
    assert reader("events", "--json").out == whole
    assert sum(line.split()[0].isdigit() for line in reader("events").out.splitlines() if line.strip()) >= STORY_SIZE


def test_the_history_for_people_has_its_texts_opened(reader: Cli) -> None:
    lines = reader("events").out.splitlines()
    assert lines[0].split()[:3] == ["Position", "On", "Recorded"]
    assert "description Shouting in the dock" in " ".join(" ".join(lines).split())
    assert "[open]" in reader("events").out


def test_what_users_wrote_cannot_act_on_the_terminal(cli: Cli, tmp_path: Path) -> None:
    lines: list[Line] = [
        wide("organisation.registered", legal_name="Evil \x1b[2J\x07 \x9b31m [red]Ltd[/red]", country="DE")
    ]
    assert cli("record", write(tmp_path / "evil.ndjson", lines)).status == 0
    out = cli("events").out
    assert "\x1b" not in out
    assert "\x07" not in out
    assert "\x9b" not in out
    assert "[red]Ltd[/red]" in out


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["due", "nope"], 1, "No relationship nope is known here."),
        (["due", "--until", "soon"], 2, "counterfoil due: Invalid value for --until: 'soon' is not a date"),
        (["events", "--relationship", "nope"], 1, "No relationship nope is known here."),
        (["events", "--type", "x"], 2, "counterfoil events: Invalid value for --type: 'x' is no event type"),
        (["events", "--after", "-1"], 2, "counterfoil events: Invalid value for '--after'"),
        (["events", "--limit", "0"], 2, "counterfoil events: Invalid value for '--limit'"),
    ],
)
def test_what_cannot_be_listed_is_said_in_one_line(
    reader: Cli, arguments: list[str], status: int, message: str
) -> None:
    said = reader(*arguments)
    assert (said.status, said.out) == (status, "")
    assert said.err.startswith(message)
    assert said.err.count("\n") == 1
