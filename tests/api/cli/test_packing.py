"""`counterfoil audit-pack`: what it says, and what it refuses. What is in a pack is tested beside the pack."""

import json
from pathlib import Path

import pytest

from command_line import STORY_SIZE, WINGS, Cli, story
from domain.log.verify import check_directory, parse_key
from interchange_files import write


@pytest.fixture
def full(cli: Cli, tmp_path: Path) -> Cli:
    assert cli("record", write(tmp_path / "story.ndjson", story())).status == 0
    return cli


def test_a_pack_is_written_and_said(full: Cli, tmp_path: Path) -> None:
    (key,) = full("checkpoint", "--keys").out.split()
    status, out, err = full("audit-pack", "--out", "pack", "--to", "2024-04-15", "--key", key)
    assert (status, err) == (0, "")
    held = f"{STORY_SIZE} entries and 1 scorecard, as known at position {STORY_SIZE}"
    assert out == f"pack: {held}; the checkpoint is final.\n"
    assert check_directory(tmp_path / "pack", [parse_key(key)]).entries == STORY_SIZE
    told = json.loads(full("audit-pack", "--out", "two/deep", "--relationship", "wings", "--json").out)
    assert (told["directory"], told["size"], told["final"], told["scorecards"]) == ("two/deep", STORY_SIZE, True, 1)
    assert told["entries"] == STORY_SIZE - 3, "without the two of Birch's own, and a person whom nothing names"
    assert (tmp_path / "two" / "deep" / "scorecards" / f"{WINGS}.json").is_file()
    assert full("verify", "pack", "--key", key).status == 0


@pytest.mark.parametrize(
    ("arguments", "status", "line"),
    [
        (("--out", "."), 1, ". is there already, and not empty."),
        (("--out", "pack", "--relationship", "no"), 1, "No relationship no is known here."),
        (("--out", "pack", "--to", "soon"), 2, "'soon' is not a date such as 2026-03-31"),
        (("--out", "pack", "--to", "2999-01-01"), 1, "2999-01-01 is after today, "),
        (("--out", "pack", "--key", "key"), 2, "'key' is not a verifier key (NAME+ID+KEY)"),
        (("--from", "2024-01-01"), 2, "Missing option '--out'"),
    ],
)
def test_what_cannot_be_packed_is_said_in_one_line(
    full: Cli, tmp_path: Path, arguments: tuple[str, ...], status: int, line: str
) -> None:
    found = full("audit-pack", *arguments)
    assert (found.status, found.out) == (status, "")
    assert line in found.err
    assert found.err.count("\n") == 1
    assert not list(tmp_path.glob("*pack*"))


def test_a_register_without_entries_has_nothing_to_audit(cli: Cli) -> None:
    found = cli("audit-pack", "--out", "pack")
    assert (found.status, found.out, found.err) == (1, "", "Nothing is recorded yet that could be audited.\n")
