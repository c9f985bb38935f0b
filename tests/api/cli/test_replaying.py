"""`counterfoil replay`: the scorecards from the log alone, beside the register's own or those of an audit pack."""

import json
import os
import shutil
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine

from api.interchange import record_file
from api.settings import Settings
from api.trail.replay import replayed
from api.wiring import open_services
from audited import KEELS, audited
from command_line import WINGS, Cli, over
from domain.store.engine import connect, reading
from domain.store.head import size_of
from interchange_files import write

DAY = ("--as-of", "2024-04-15")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the audited register."""
    folder = tmp_path_factory.mktemp("made")
    services = open_services(Settings(database_url=f"sqlite:///{folder / 'register.db'}", data=folder))
    record_file(services.register, write(folder / "lines.ndjson", audited()), actor="tester")
    services.publisher.publish()
    services.close()
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it, and a folder for temporary files that is empty."""
    shutil.copytree(made, tmp_path / "register")
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    return tmp_path / "register"


@pytest.fixture
def cli(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Cli]:
    yield over(folder, monkeypatch, capsys)
    assert not list((folder.parent / "temporary").iterdir()), "temporary files are left behind"


@pytest.fixture
def live(folder: Path) -> Iterator[Engine]:
    engine = connect(f"sqlite:///{folder / 'register.db'}")
    yield engine
    engine.dispose()


def spoil(folder: Path, sql: str, *values: object) -> None:
    with closing(sqlite3.connect(folder / "register.db")) as connection, connection:
        assert connection.execute(sql, values).rowcount > 0


def test_every_scorecard_comes_out_of_the_log_alone(cli: Cli) -> None:
    size = len(audited())
    for position in (size, size - 8, 12):
        status, out, err = cli("replay", "--known-at", position, *DAY, "--json")
        assert (status, err) == (0, "")
        told = json.loads(out)
        assert (told["known_at"], told["same"]) == (position, True)
        known = {WINGS, KEELS} if position == size else {WINGS}
        assert {one["relationship_id"] for one in told["scorecards"]} == known
        for one in told["scorecards"]:
            shown = json.loads(cli("scorecard", one["relationship_id"], *DAY, "--known-at", position, "--json").out)
            assert one["digest"] == one["compared_with"] == shown["digest"]


def test_the_table_and_one_relationship(cli: Cli) -> None:
    status, out, err = cli("replay", "--known-at", 12, *DAY, "--relationship", "wings")
    assert (status, err) == (0, "")
    assert out.splitlines()[0] == "From the log up to position 12 alone, beside the register:"
    assert out.splitlines()[2].split()[0] == "wings"
    assert out.splitlines()[2].split()[-1] == "same"
    assert cli("replay", "--known-at", 0, *DAY) == (
        0,
        "No relationship had begun by then, as known at position 0.\n",
        "",
    )


def test_read_models_that_differ_from_the_log_are_told(cli: Cli, folder: Path) -> None:
    spoil(folder, "DELETE FROM event_fact WHERE type = 'commitment.fulfilled'")
    status, out, err = cli("replay", "--known-at", 20, *DAY)
    assert status == 1
    assert "DIFFERS" in out
    assert err.startswith("wings differs: ")
    assert json.loads(cli("replay", "--known-at", 20, *DAY, "--json").out)["same"] is False


def test_an_entry_that_was_changed_is_refused(cli: Cli, folder: Path) -> None:
    spoil(folder, "UPDATE event SET envelope = replace(envelope, 'Promise kept', 'Promise kemt')")
    status, out, err = cli("replay", "--known-at", 12, *DAY)
    assert (status, out) == (1, "")
    assert err == "The 12 entries that are stored are not those of the log's tree: see verify.\n"
    spoil(folder, "UPDATE event SET envelope = replace(envelope, '{\"actor\"', '{ \"actor\"')")
    status, out, err = cli("replay", "--known-at", 12, *DAY)
    assert (status, out) == (1, "")
    assert err == "The envelope at position 1 is not written in the form of RFC 8785.\n"


def test_an_audit_pack_is_compared_with(cli: Cli, folder: Path) -> None:
    assert cli("audit-pack", "--out", "pack", "--to", "2024-04-15").status == 0
    told = json.loads(cli("replay", "--against", "pack", "--json").out)
    assert told["same"] is True
    assert {one["as_of"] for one in told["scorecards"]} == {"2024-04-15"}
    published = json.loads((folder / "pack" / "scorecards" / f"{WINGS}.json").read_text())
    assert {one["digest"] for one in told["scorecards"]} >= {published["digest"]}

    other = json.loads(cli("scorecard", "wings", "--as-of", "2024-03-01", "--known-at", len(audited()), "--json").out)
    forged = {**other, "as_of": "2024-04-15"}
    (folder / "pack" / "scorecards" / f"{WINGS}.json").write_text(json.dumps(forged))
    assert cli("replay", "--against", "pack").err.endswith("and its content has another.\n")
    (folder / "pack" / "scorecards" / f"{WINGS}.json").write_text(json.dumps(other))
    status, _, err = cli("replay", "--against", "pack", "--as-of", "2024-04-15")
    assert (status, "another moment was asked for" in err) == (1, True)
    assert cli("replay", "--against", "pack", "--relationship", "wings").status == 0


def test_a_pack_that_publishes_another_score_is_told(cli: Cli, folder: Path) -> None:
    assert cli("audit-pack", "--out", "pack", "--to", "2024-04-15", "--relationship", "wings").status == 0
    spoil(folder, "DELETE FROM event_fact WHERE type = 'commitment.fulfilled'")
    assert cli("replay", "--against", "pack").status == 0, "the log is as it was"
    assert cli("audit-pack", "--out", "wrong", "--to", "2024-04-15", "--relationship", "wings").status == 0
    status, out, err = cli("replay", "--against", "wrong")
    assert (status, "DIFFERS" in out, err.startswith("wings differs: ")) == (1, True, True)
    assert cli("replay", "--against", "pack", "--relationship", "keels").err == "pack holds no scorecard of keels.\n"


@pytest.mark.parametrize(
    ("arguments", "status", "line"),
    [
        (("--known-at", "12"), 2, "--known-at and --as-of, or --against: a replay needs its moment"),
        (DAY, 2, "a replay needs its moment"),
        (("--known-at", "99", *DAY), 1, "99 is not a position of the log, which goes from 0 to "),
        (("--known-at", "noon", *DAY), 2, "'noon' is neither a position nor an instant"),
        (("--known-at", "12", "--as-of", "May"), 2, "'May' is not a date such as 2026-03-31"),
        (("--known-at", "12", *DAY, "--relationship", "no"), 1, "No relationship no is known here."),
        (
            ("--known-at", "12", *DAY, "--relationship", "keels"),
            1,
            f"The relationship {KEELS} is not known at position",
        ),
        (("--against", "."), 1, "holds no scorecards: . is no audit pack."),
    ],
)
def test_what_cannot_be_replayed_is_said_in_one_line(
    cli: Cli, arguments: tuple[str, ...], status: int, line: str
) -> None:
    found = cli("replay", *arguments)
    assert (found.status, found.out) == (status, "")
    assert line in found.err
    assert found.err.count("\n") == 1


def test_who_is_told_to_end_cleans_up(live: Engine, folder: Path) -> None:
    def told(_: int) -> None:
        assert list((folder.parent / "temporary").iterdir())
        os.kill(os.getpid(), signal.SIGTERM)

    before = signal.getsignal(signal.SIGTERM)
    with reading(live) as connection, pytest.raises(KeyboardInterrupt), replayed(connection, 12, told):
        pass
    assert not list((folder.parent / "temporary").iterdir())
    assert signal.getsignal(signal.SIGTERM) is before


def test_the_copy_holds_the_log_up_to_there_and_no_texts(live: Engine) -> None:
    with reading(live) as connection, replayed(connection, 12) as engine, reading(engine) as fresh:
        assert size_of(fresh) == 12
        assert fresh.exec_driver_sql("SELECT count(*) FROM vault_value").scalar_one() == 0
