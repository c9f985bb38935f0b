"""`counterfoil record` and `demo`. Source: docs/contract.md 3."""

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from command_line import Cli
from interchange_files import OPENING, Line, fact, promise, wide, write

KEPT = fact("commitment.fulfilled", "2024-02-01", commitment_id="frames")
TOO_EARLY = fact("commitment.fulfilled", "2024-01-09", commitment_id="frames")
STORY = [*OPENING, promise("frames"), KEPT]
RENAMED = wide("organisation.renamed", "2024-02-01", organisation_id="aster", legal_name="Aster AG")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "story.ndjson"


def size(cli: Cli) -> int:
    return len(json.loads(cli("events", "--json").out))


def test_a_file_is_recorded(cli: Cli, path: Path) -> None:
    assert cli("record", write(path, STORY)) == (0, "6 of 6 facts recorded.\n", "")
    assert size(cli) == 6


def test_recording_it_again_is_harmless_and_said(cli: Cli, path: Path) -> None:
    cli("record", write(path, STORY))
    assert cli("record", path) == (0, "0 of 6 facts recorded; 6 were recorded before.\n", "")
    write(path, [*STORY, RENAMED])
    assert cli("record", path) == (0, "0 of 7 facts recorded; 6 were recorded before; 1 already held.\n", "")
    assert size(cli) == 6


def test_a_refusal_is_said_on_standard_error_and_nothing_is_stored(cli: Cli, path: Path) -> None:
    said = cli("record", write(path, [*OPENING, promise("frames"), TOO_EARLY]))
    first = "Line 6, on: 2024-01-09 is before 2024-01-10, when the commitment began.\n"
    assert said == (1, "", f"{first}Nothing is recorded.\n")
    assert size(cli) == 0


def test_a_refusal_in_a_later_batch_leaves_those_before_it(cli: Cli, path: Path) -> None:
    said = cli("record", write(path, [*OPENING, promise("frames"), TOO_EARLY]), "--batch", 2)
    first = "Line 6, on: 2024-01-09 is before 2024-01-10, when the commitment began.\n"
    assert said == (1, "", f"{first}4 lines before it are recorded.\n")
    assert size(cli) == 4


def test_a_dry_run_lists_every_refusal_and_stores_nothing(cli: Cli, path: Path) -> None:
    said = cli("record", write(path, [*OPENING, promise("frames"), TOO_EARLY, promise("frames"), KEPT]), "--dry-run")
    assert said.status == 1
    assert said.out == "6 of 8 facts could be recorded; 2 refused.\n"
    assert [line.partition(":")[0] for line in said.err.splitlines()] == ["Line 6, on", "Line 7, event_ref"]
    assert size(cli) == 0


def test_a_dry_run_without_a_refusal_succeeds(cli: Cli, path: Path) -> None:
    assert cli("record", write(path, STORY), "--dry-run") == (0, "6 of 6 facts could be recorded.\n", "")
    assert size(cli) == 0


@pytest.mark.parametrize(
    ("lines", "options", "status", "counts"),
    [
        (STORY, [], 0, {"lines": 6, "recorded": 6, "unchanged": 0, "replayed": 0, "dry_run": False}),
        ([*STORY, RENAMED], [], 0, {"lines": 7, "recorded": 6, "unchanged": 1, "replayed": 0, "dry_run": False}),
        (STORY, ["--dry-run"], 0, {"lines": 6, "recorded": 6, "unchanged": 0, "replayed": 0, "dry_run": True}),
    ],
)
def test_the_json_of_what_was_recorded(
    cli: Cli, path: Path, lines: list[Line], options: list[str], status: int, counts: dict[str, Any]
) -> None:
    said = cli("record", write(path, lines), "--json", *options)
    assert (said.status, said.err) == (status, "")
    assert json.loads(said.out) == {**counts, "refused": []}


@pytest.mark.parametrize(
    ("options", "counts"),
    [
        ([], {"lines": 0, "recorded": 0, "dry_run": False}),
        (["--batch", "4"], {"lines": 4, "recorded": 4, "dry_run": False}),
        (["--dry-run"], {"lines": 7, "recorded": 6, "dry_run": True}),
    ],
)
def test_the_json_of_what_was_refused(cli: Cli, path: Path, options: list[str], counts: dict[str, Any]) -> None:
    said = cli("record", write(path, [*OPENING, promise("frames"), TOO_EARLY, KEPT]), "--json", *options)
    refused = {
        "line": 6,
        "code": "IS_OUT_OF_ORDER",
        "field": "on",
        "message": "2024-01-09 is before 2024-01-10, when the commitment began.",
    }
    assert said.status == 1
    assert json.loads(said.out) == {**counts, "unchanged": 0, "replayed": 0, "refused": [refused]}
    assert said.err == f"Line 6, on: {refused['message']}\n"


def test_batches_of_no_lines_are_wrong_usage(cli: Cli, path: Path) -> None:
    said = cli("record", write(path, STORY), "--batch", 0)
    assert (said.status, said.out) == (2, "")
    assert said.err.startswith("counterfoil record: Invalid value for '--batch'")


def test_a_file_that_is_missing_or_a_folder_is_wrong_usage(cli: Cli, tmp_path: Path) -> None:
    for name, why in (("missing.ndjson", "does not exist"), (tmp_path, "is a directory")):
        said = cli("record", name)
        assert (said.status, said.out) == (2, "")
        wrong = f"Invalid value for 'FILE.ndjson': file '{name}' {why}."
        assert said.err == f"counterfoil record: {wrong} Try: counterfoil record --help\n"


def test_the_demo_may_be_loaded_again(cli: Cli) -> None:
    status, out, err = cli("demo", "--json")
    first = json.loads(out)
    assert (status, err) == (0, "")
    assert first["recorded"] == first["position"] > 5000
    assert cli("demo") == (0, f"0 facts recorded; the register holds {first['position']}.\n", "")
    found = json.loads(cli("relationships", "--json").out)
    assert len(found) >= 12
    assert {r["stage"] for r in found} == set(range(1, 9))


def test_a_demo_that_stopped_half_way_is_completed(cli: Cli) -> None:
    first = files("api") / "demo" / "00_register.ndjson"
    recorded = len(first.read_text(encoding="utf-8").splitlines())
    assert cli("record", first).status == 0
    found = json.loads(cli("demo", "--json").out)
    assert found["recorded"] == found["position"] - recorded
