"""`counterfoil erase`: a question, one clear line, and what a listing says afterwards."""

import io
import json
from pathlib import Path

import pytest

from audited import ADA, INTEREST, NAME, OF_ADA, audited
from command_line import Cli
from interchange_files import write

GROUND = ("--ground", "request")


@pytest.fixture
def full(cli: Cli, tmp_path: Path) -> Cli:
    assert cli("record", write(tmp_path / "lines.ndjson", audited())).status == 0
    return cli


def test_a_person_is_erased_once_and_listed_never_again(full: Cli, tmp_path: Path) -> None:
    position = len(audited()) + 1
    assert INTEREST[:20] in full("events", "--type", "interest.declared").out
    status, out, err = full("erase", NAME, *GROUND, "--on", "2024-05-02", "--by", "aster", "--yes")
    assert (status, err) == (0, "")
    assert out == (
        f"{ADA} is erased (position {position}), with the free texts of 1 entry. "
        "Free texts stay in 2 entries about the person: --with-texts erases them too.\n"
    )
    recorded = json.loads(full("events", "--type", "person.erased", "--json").out)
    assert [(e["on"], e["data"]["ground"], e["on_behalf_of"][-1]) for e in recorded] == [("2024-05-02", "request", "a")]
    assert full("erase", ADA, *GROUND, "--yes", "--with-texts").out == (
        f"{ADA} was erased on 2024-05-02 (position {position}) already; nothing is recorded again, "
        "with the free texts of 2 entries.\n"
    )
    again = json.loads(full("erase", ADA, *GROUND, "--yes", "--json").out)
    assert again == {
        "person_id": ADA,
        "recorded": False,
        "position": position,
        "on": "2024-05-02",
        "texts": 0,
        "kept": 0,
    }
    assert full("export-log", "whole.ndjson").status == 0
    exported = (tmp_path / "whole.ndjson").read_text() + full("events", "--json").out + full("events").out
    assert not any(value in exported for value in OF_ADA)
    assert full("verify").status == 0


@pytest.mark.parametrize("answer", ["", "\n", "n\n"])
def test_nothing_is_erased_without_a_yes(full: Cli, monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(answer))
    status, out, err = full("erase", NAME, *GROUND)
    assert (status, out.strip()) == (1, "")
    assert err.endswith("Nothing is erased.\n")
    assert json.loads(full("events", "--type", "person.erased", "--json").out) == []
    assert INTEREST[:20] in full("events", "--type", "interest.declared").out


def test_a_yes_is_enough(full: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    assert full("erase", NAME, *GROUND).status == 0
    assert full("erase", NAME, *GROUND).err == f"No person {NAME} is known here.\n"


@pytest.mark.parametrize(
    ("arguments", "status", "line"),
    [
        (("Nobody", *GROUND, "--yes"), 1, "No person Nobody is known here."),
        ((NAME, "--yes"), 2, "Missing option '--ground'"),
        ((NAME, "--ground", "whim", "--yes"), 2, "'whim' is not one of 'request', 'retention', 'other'"),
        ((NAME, *GROUND, "--on", "today", "--yes"), 2, "'today' is not a date such as 2026-03-31"),
        ((NAME, *GROUND, "--on", "2020-01-01", "--yes"), 1, "2020-01-01 is before 2024-01-02, when the person began."),
        ((NAME, *GROUND, "--by", "elm", "--yes"), 1, "No organisation elm is known here."),
    ],
)
def test_what_cannot_be_erased_is_said_in_one_line(
    full: Cli, arguments: tuple[str, ...], status: int, line: str
) -> None:
    found = full("erase", *arguments)
    assert (found.status, found.out) == (status, "")
    assert line in found.err
    assert found.err.count("\n") == 1
