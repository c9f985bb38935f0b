"""`counterfoil rescore`: what another policy would make of every relationship. Source: docs/principles.md A29, 3.9."""

import json
from pathlib import Path

import pytest

from command_line import WINGS, Cli, story
from interchange_files import write

AS_OF = ("--as-of", "2024-04-15")


@pytest.fixture
def full(cli: Cli, tmp_path: Path) -> Cli:
    """Over a register that holds the story."""
    assert cli("record", write(tmp_path / "story.ndjson", story())).status == 0
    return cli


def policy(folder: Path, text: str) -> Path:
    path = folder / "policy.json"
    path.write_text(text)
    return path


def test_every_relationship_is_told_with_both_scores(full: Cli, tmp_path: Path) -> None:
    file = policy(tmp_path, '{"bands": {"amber_from": "10", "green_from": "20"}}')
    found = json.loads(full("rescore", "--policy", file, *AS_OF, "--json").out)
    shown = json.loads(full("scorecard", "wings", *AS_OF, "--json").out)
    assert found == {
        "known_at": 15,
        "summary": {
            **dict.fromkeys(("up", "down", "newly_rated", "no_longer_rated", "band_changes"), 0),
            "unchanged": 1,
        },
        "relationships": [
            {
                "relationship_id": WINGS,
                "alias": "wings",
                "name": shown_name(full),
                "as_of": "2024-04-15",
                "old": {"score": shown["score"], "band": shown["band"]},
                "new": {"score": shown["score"], "band": shown["band"]},
                "difference": None,
            }
        ],
    }


def shown_name(cli: Cli) -> str:
    [wings] = json.loads(cli("relationships", "--json").out)
    return str(wings["name"])


def test_nothing_is_stored(full: Cli, tmp_path: Path) -> None:
    before = full("events", "--json").out
    status, out, err = full("rescore", "--policy", policy(tmp_path, '{"indicators": {"TC1": {"weight": "3"}}}'), *AS_OF)
    assert (status, err) == (0, "")
    assert out.endswith("1 relationships: 0 up, 0 down, 1 unchanged; 0 in another band. Nothing was stored.\n")
    assert full("events", "--json").out == before


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[", "{file} is not JSON: Input data was truncated."),
        ("[" * 100_000, "{file} is not JSON: maximum recursion depth exceeded while deserializing an object."),
        ("[]", "The changes of a policy are an object."),
        ('{"indicators": {"TC99": {"weight": "2"}}}', "No indicator TC99 is known here."),
        (
            '{"bands": {"amber_from": "80", "green_from": "75"}}',
            "Bands need 0 < amber_from < green_from <= 100, not 80 and 75.",
        ),
        ('{"gates": {"severe": true}}', "changes.gates is {{'severe': True}}: Invalid enum value 'severe'."),
        ('{"indicators": {"TC1": {"floor": "0.85"}}}', "Floor and target are both 0.85."),
    ],
)
def test_a_wrong_policy_is_one_line(full: Cli, tmp_path: Path, text: str, line: str) -> None:
    file = policy(tmp_path, text)
    assert full("rescore", "--policy", file) == (1, "", line.format(file=file) + "\n")


def test_a_missing_file_and_a_date_to_come_are_one_line(full: Cli, tmp_path: Path) -> None:
    missing = tmp_path / "none.json"
    assert full("rescore", "--policy", missing) == (1, "", f"No such file or directory: {missing}.\n")
    status, out, err = full("rescore", "--policy", policy(tmp_path, "{}"), "--as-of", "2199-01-01")
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert err.startswith("2199-01-01 is after today, ")


def test_a_register_without_relationships_has_nobody_to_move(cli: Cli, tmp_path: Path) -> None:
    status, out, err = cli("rescore", "--policy", policy(tmp_path, "{}"))
    assert (status, err) == (0, "")
    assert out == "0 relationships: 0 up, 0 down, 0 unchanged; 0 in another band. Nothing was stored.\n"
