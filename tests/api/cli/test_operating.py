"""`counterfoil migrate`, `rebuild` and `doctor`. Source: docs/contract.md 3."""

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from command_line import STORY_SIZE, Cli, story
from interchange_files import write

OK = [
    "settings: database sqlite, data in {folder}",
    f"database: sqlite {sqlite3.sqlite_version}",
    "tables: up to date",
    f"log: {STORY_SIZE} events stored, the head says {STORY_SIZE}",
    f"journal: {STORY_SIZE} of {STORY_SIZE} events are in the journal",
    "recording: open",
    "checkpoint: none is signed yet",
    "vault: what is sealed opens with the key",
    "vault.key: readable by its owner alone: 600",
    "token: readable by its owner alone: 600",
]


@pytest.fixture
def full(cli: Cli, tmp_path: Path) -> Cli:
    """Over a register that holds the story."""
    assert cli("record", write(tmp_path / "story.ndjson", story())).status == 0
    return cli


def test_migrate_makes_the_tables_once(cli: Cli) -> None:
    assert cli("migrate") == (0, "The tables have been brought up to date.\n", "")
    assert cli("migrate") == (0, "The tables are up to date.\n", "")
    assert json.loads(cli("migrate", "--json").out) == {"changed": False}


def test_rebuild_makes_the_read_models_from_the_log(full: Cli, tmp_path: Path) -> None:
    before = full("scorecard", "wings", "--as-of", "2024-04-15", "--json").out
    with closing(sqlite3.connect(tmp_path / "register.db")) as connection, connection:
        connection.execute("DELETE FROM event_fact WHERE type = 'commitment.fulfilled'")
    assert full("scorecard", "wings", "--as-of", "2024-04-15", "--json").out != before
    status, out, err = full("rebuild")
    assert (status, err) == (0, "")
    assert re.fullmatch(rf"{STORY_SIZE} events, \d+ a second\.\n", out)
    assert full("scorecard", "wings", "--as-of", "2024-04-15", "--json").out == before


def test_the_json_of_a_rebuild(full: Cli) -> None:
    found = json.loads(full("rebuild", "--json").out)
    assert list(found) == ["events", "events_per_second"]
    assert found["events"] == STORY_SIZE


def test_a_rebuild_of_the_feed_writes_what_is_different(full: Cli, tmp_path: Path) -> None:
    full("export", "before", "--format", "csv")
    assert full("rebuild", "--projection", "bi").out == (
        f"The BI feed: 0 rows were different; up to position {STORY_SIZE}.\n"
    )
    with closing(sqlite3.connect(tmp_path / "register.db")) as connection, connection:
        connection.execute("UPDATE bi_item_commitment SET title = 'Other' WHERE state = 'KEPT'")
    found = json.loads(full("rebuild", "--json").out)
    assert list(found) == ["events", "events_per_second", "feed_position", "feed_rows"]
    assert (found["feed_position"], found["feed_rows"]) == (STORY_SIZE, 1)
    full("export", "after", "--format", "csv")
    for path in (tmp_path / "before").iterdir():
        assert (tmp_path / "after" / path.name).read_bytes() == path.read_bytes()
    assert full("rebuild", "--projection", "scores").status == 2


def test_the_doctor_finds_nothing_wrong(full: Cli, tmp_path: Path) -> None:
    status, out, err = full("doctor")
    assert (status, err) == (0, "")
    assert out.splitlines() == [f"ok    {line}".format(folder=tmp_path) for line in OK]
    assert full("doctor", "--quiet") == (0, "", "")
    found = json.loads(full("doctor", "--json").out)
    assert [f"{c['name']}: {c['detail']}" for c in found] == [line.format(folder=tmp_path) for line in OK]
    assert all(c["ok"] for c in found)


def test_the_doctor_makes_nothing(cli: Cli, tmp_path: Path) -> None:
    status, _, err = cli("doctor", "--quiet")
    assert status == 1
    assert err.splitlines() == [
        f"FAIL  database: there is no file {tmp_path}/register.db: counterfoil migrate makes it",
        f"FAIL  vault.key: No such file or directory: {tmp_path}/vault.key.",
        f"FAIL  token: No such file or directory: {tmp_path}/token.",
    ]
    assert list(tmp_path.iterdir()) == []


def failures(cli: Cli) -> list[str]:
    status, out, err = cli("doctor", "--quiet")
    assert (status, out) == (1, "")
    found = json.loads(cli("doctor", "--json").out)
    assert [f"FAIL  {c['name']}: {c['detail']}" for c in found if not c["ok"]] == err.splitlines()
    return [line.removeprefix("FAIL  ") for line in err.splitlines()]


def test_the_doctor_finds_events_that_the_journal_lacks(full: Cli, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "register.db")) as connection, connection:
        connection.execute("DELETE FROM event_fact WHERE position = 7")
    assert failures(full) == ["journal: 14 of 15 events are in the journal: run counterfoil rebuild"]


def test_the_doctor_finds_events_that_the_log_lacks(full: Cli, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "register.db")) as connection, connection:
        connection.execute("DELETE FROM event WHERE position = 7")
    assert failures(full) == ["log: 14 events stored, the head says 15"]


def test_the_doctor_finds_tables_of_another_release(full: Cli, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "register.db")) as connection, connection:
        connection.execute("DELETE FROM alembic_version")
    assert failures(full) == ["tables: behind: run counterfoil migrate"]


def test_the_doctor_finds_files_that_others_may_read(full: Cli, tmp_path: Path) -> None:
    (tmp_path / "vault.key").chmod(0o640)
    (tmp_path / "token").chmod(0o604)
    assert failures(full) == [
        "vault.key: others than its owner may read it: 640",
        "token: others than its owner may read it: 604",
    ]


def test_the_doctor_finds_files_that_hold_no_key(full: Cli, tmp_path: Path) -> None:
    (tmp_path / "vault.key").write_text("00")
    (tmp_path / "token").write_text("")
    key = f"The vault key file {tmp_path}/vault.key does not hold 64 hexadecimal digits."
    assert failures(full) == [
        f"vault: {key}",
        f"vault.key: {key}",
        f"token: The token file {tmp_path}/token holds no token; when it is deleted, a new one is made.",
    ]


def test_the_doctor_finds_a_key_that_opens_nothing(full: Cli, tmp_path: Path) -> None:
    (tmp_path / "vault.key").write_text("00" * 32)
    (found,) = failures(full)
    assert found.startswith("vault: What the vault holds for ")
    assert found.endswith(" does not open with this key.")


def test_the_doctor_finds_that_the_key_is_gone(full: Cli, tmp_path: Path) -> None:
    (tmp_path / "vault.key").unlink()
    assert failures(full) == [f"vault.key: No such file or directory: {tmp_path}/vault.key."]
    assert not (tmp_path / "vault.key").exists()


@pytest.mark.parametrize(
    ("url", "message"),
    [
        (
            "postgresql+psycopg://u:secret@127.0.0.1:1/x",
            "The database does not answer as expected: connection failed: ",
        ),
        ("postgresql+psycopg://u:secret@127.0.0.1:one/x", "The database address must be sqlite:///FILE or postgresql"),
    ],
)
def test_the_doctor_finds_a_database_that_does_not_answer(
    full: Cli, monkeypatch: pytest.MonkeyPatch, url: str, message: str
) -> None:
    monkeypatch.setenv("COUNTERFOIL_DATABASE_URL", url)
    (found,) = failures(full)
    assert found.startswith(f"database: {message}")
    assert "secret" not in found


def test_the_doctor_finds_a_file_that_is_no_database(full: Cli, tmp_path: Path) -> None:
    (tmp_path / "register.db").write_bytes(b"not a database, and long enough to be read as one" * 100)
    assert failures(full)[0] == "database: The database does not answer as expected: file is not a database."


def test_the_doctor_finds_wrong_settings(full: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTERFOIL_PORT", "eighty")
    assert failures(full)[0].startswith("settings: COUNTERFOIL_PORT is 'eighty': ")


def test_the_doctor_works_on_postgresql(cli: Cli, postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTERFOIL_DATABASE_URL", postgres_url)
    assert failures(cli)[0] == "tables: behind: run counterfoil migrate"
    assert cli("migrate").status == 0
    lines = cli("doctor").out.splitlines()
    assert lines[1].startswith("ok    database: postgresql 1")
    assert lines[2:5] == [
        "ok    tables: up to date",
        "ok    log: 0 events stored, the head says 0",
        "ok    journal: 0 of 0 events are in the journal",
    ]


@pytest.mark.parametrize("option", ["--projection", "--engine"])
def test_a_wrong_name_for_a_rebuild_is_one_line(full: Cli, option: str) -> None:
    status, out, err = full("rebuild", option, "nothing")
    assert (status, out) == (2, "")
    assert len(err.splitlines()) == 1
    assert f"'{option}'" in err
    assert "'nothing' is not one of" in err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--prepare"], "--prepare: it is for --engine spark alone."),
        (["--out", "scores"], "--out: it is for --engine spark alone."),
        (["--master", "local[2]", "--engine", "local"], "--master: it is for --engine spark alone."),
        (["--engine", "spark", "--projection", "bi"], "--projection: Spark makes no read models."),
        (
            ["--engine", "spark", "--prepare", "--master", "local[2]"],
            "--master: Spark does not run when what it reads is only written.",
        ),
    ],
)
def test_an_option_that_a_rebuild_would_not_use_is_wrong_usage(
    cli: Cli, tmp_path: Path, options: list[str], message: str
) -> None:
    assert cli("rebuild", *options) == (
        2,
        "",
        f"counterfoil rebuild: Invalid value for {message} Try: counterfoil rebuild --help\n",
    )
    assert list(tmp_path.iterdir()) == []


def test_what_spark_reads_is_written_into_the_folder(full: Cli, tmp_path: Path) -> None:
    assert full("rebuild", "--engine", "spark", "--prepare", "--out", "scores").status == 0
    assert sorted(path.name for path in (tmp_path / "scores").iterdir()) == ["asked", "journal"]
