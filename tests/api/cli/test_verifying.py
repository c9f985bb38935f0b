"""`counterfoil verify`, of the database and of a directory. Source: docs/contract.md 3, docs/audit.md."""

import json
import sqlite3
from base64 import b64encode
from contextlib import closing
from pathlib import Path

import pytest

from api.trail.layout import write_log
from api.trail.verifying import whole
from command_line import Cli
from domain.store import checkpoints
from domain.store.engine import reading
from trail_story import ORIGIN, services, tell

SIZE = 33


@pytest.fixture
def full(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Over a register with a signed log, which also lies in the folder `log`."""
    monkeypatch.setenv("COUNTERFOIL_ORIGIN", ORIGIN)
    opened = services(f"sqlite:///{tmp_path / 'register.db'}", tmp_path)
    tell(opened)
    with reading(opened.engine) as connection:
        [early, _, last] = checkpoints.every(connection)
        assert sum(write_log(connection, tmp_path / "log", last)) == SIZE
    (tmp_path / "early").write_text(early.note or "")
    (tmp_path / "last").write_text(last.note or "")
    (tmp_path / "vkey").write_text(str(opened.log_keys().current.verifier))
    (tmp_path / "root").write_text(b64encode(last.root).decode())
    opened.close()
    return cli


def edit(folder: Path, statement: str) -> None:
    with closing(sqlite3.connect(folder / "register.db")) as connection, connection:
        connection.execute(statement)


def test_the_database_verifies(full: Cli, tmp_path: Path) -> None:
    root = (tmp_path / "root").read_text()
    assert full("verify") == (0, f"The log {ORIGIN} verifies: {SIZE} events, root {root}.\n", "")
    assert full("verify", "--old", tmp_path / "early").status == 0
    status, out, err = full("verify", "--json")
    assert (status, err) == (0, "")
    assert json.loads(out) == {
        "verifies": True,
        "origin": ORIGIN,
        "size": SIZE,
        "root": root,
        "first_bad_position": None,
        "count": 0,
        "findings": [],
    }


def test_what_is_wrong_is_said_with_its_position(full: Cli, tmp_path: Path) -> None:
    edit(
        tmp_path, "UPDATE event SET envelope = replace(envelope, 'Organisation B', 'Organisation E') WHERE position = 2"
    )
    edit(tmp_path, "UPDATE event_fact SET on_day = on_day + 1 WHERE position = 9")
    edit(tmp_path, "UPDATE node SET hash = x'00' WHERE level = 2 AND number = 5")
    status, out, err = full("verify")
    assert (status, out) == (1, "")
    first, second, third = err.splitlines()
    assert first.startswith("FAIL  event: The event at position 2 is not the one in the tree")
    assert second == (
        "FAIL  node: The node 5 of level 2, over the positions 21 to 24, does not follow from those below it."
    )
    assert third == "FAIL  journal: The table event_fact differs of position 9, known from 9."
    found = json.loads(full("verify", "--json").out)
    assert (found["verifies"], found["first_bad_position"], found["count"]) == (False, 2, 3)
    assert [(f["part"], f["position"]) for f in found["findings"]] == [
        ("event", 2), ("node", 21), ("journal", 9)
    ]  # fmt: skip


def test_of_many_things_that_are_wrong_the_first_are_said(full: Cli, tmp_path: Path) -> None:
    edit(tmp_path, "UPDATE event SET type = 'other'")
    status, _, err = full("verify")
    assert status == 1
    lines = err.splitlines()
    assert lines[0] == "FAIL  event: The column type at position 1 does not repeat the event."
    assert len(lines) == 21
    assert lines[-1].endswith(" more.")


def test_text_that_is_not_utf_8_is_a_finding(full: Cli, tmp_path: Path) -> None:
    edit(tmp_path, "UPDATE event SET envelope = CAST(x'7BFF7D' AS TEXT) WHERE position = 3")
    edit(tmp_path, "UPDATE event_fact SET text = CAST(x'FF' AS TEXT) WHERE position = 4")
    status, _, err = full("verify")
    assert status == 1
    assert "The event at position 3 is not the one in the tree" in err
    assert "What is stored at position 3 is no event." in err
    assert "The table event_fact differs of position 4, known from 4." in err


def test_a_kept_checkpoint_shows_that_the_log_was_rewound(full: Cli, tmp_path: Path) -> None:
    for table in ("event", "event_fact", "event_part"):
        edit(tmp_path, f"DELETE FROM {table} WHERE position > 30")
    edit(tmp_path, "UPDATE head SET size = 30")
    assert "The log was rewound: it had 33 events and has 30." in full("verify", "--old", tmp_path / "last").err
    (tmp_path / "other").write_text("nothing")
    assert full("verify", "--old", tmp_path / "other") == (
        1, "", "The note is not a text, an empty line and signature lines.\n"
    )  # fmt: skip


def test_tables_of_another_release_are_not_read(full: Cli, tmp_path: Path) -> None:
    edit(tmp_path, "UPDATE alembic_version SET version_num = '0001'")
    assert full("verify") == (1, "", "FAIL  tables: The tables are of version 0001, not 0005.\n")


def test_a_large_log_is_checked_by_two_processes(full: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whole, "LARGE", 10)
    assert full("verify").status == 0
    edit(tmp_path, "UPDATE event_fact SET on_day = on_day + 1 WHERE position = 9")
    assert full("verify") == (1, "", "FAIL  journal: The table event_fact differs of position 9, known from 9.\n")


def test_a_directory_verifies_without_a_register(full: Cli, tmp_path: Path) -> None:
    key, root = (tmp_path / "vkey").read_text(), (tmp_path / "root").read_text()
    (tmp_path / "register.db").unlink()
    status, out, err = full("verify", tmp_path / "log", "--key", key, "--old", tmp_path / "early")
    assert (status, err) == (0, "")
    assert out.splitlines() == [
        f"The log {ORIGIN} verifies: {SIZE} entries, root {root}.",
        f"Entries read here and found at their places: {SIZE}.",
        "Cosigned by: none of the witnesses named.",
    ]
    assert json.loads(full("verify", tmp_path / "log", "--key", key, "--json").out) == {
        "verifies": True,
        "origin": ORIGIN,
        "size": SIZE,
        "root": root,
        "entries": SIZE,
        "witnesses": [],
    }
    assert not (tmp_path / "register.db").exists()


def test_a_directory_that_does_not_verify(full: Cli, tmp_path: Path) -> None:
    key = (tmp_path / "vkey").read_text()
    (tmp_path / "log/tile/0/000.p/33").write_bytes(bytes(32 * 33))
    said = "The entry at index 0 is not the one in the tree."
    assert full("verify", tmp_path / "log", "--key", key) == (1, "", f"DOES NOT VERIFY: {said}\n")
    status, out, _ = full("verify", tmp_path / "log", "--key", key, "--json")
    assert (status, json.loads(out)) == (1, {"verifies": False, "message": said})
    status, _, err = full("verify", tmp_path / "nowhere", "--key", key)
    assert (status, err.count("\n")) == (1, 1)
    assert full("verify", tmp_path / "log", "--key", "nonsense").status == 1


def test_wrong_usage(cli: Cli, tmp_path: Path) -> None:
    for arguments in ([tmp_path], ["--key", "x"], ["--quorum", "1"], ["--witness", "x"]):
        status, out, err = cli("verify", *arguments)
        assert (status, out) == (2, "")
        assert err.startswith("counterfoil verify: Invalid value for ")
    assert list(tmp_path.iterdir()) == []
