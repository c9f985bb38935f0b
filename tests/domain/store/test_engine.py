"""How connections are set up."""

import sqlite3
import time
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DataError, OperationalError

from domain.store import engine as module
from domain.store.engine import UnsupportedDatabase, connect, reading, writing


def value(engine: Engine, statement: str) -> object:
    with engine.connect() as connection:
        return connection.execute(text(statement)).scalar_one()


def test_what_sqlite_commits_survives_a_loss_of_power(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path / 'new' / 'folder' / 'register.db'}")
    assert (tmp_path / "new" / "folder").is_dir()
    assert value(engine, "PRAGMA journal_mode") == "wal"
    assert value(engine, "PRAGMA synchronous") == 2
    assert value(engine, "PRAGMA foreign_keys") == 1
    assert value(engine, "PRAGMA secure_delete") == 1
    assert value(engine, "PRAGMA busy_timeout") == 30_000
    engine.dispose()


def test_what_postgresql_commits_survives_a_loss_of_power(postgres_url: str) -> None:
    engine = connect(postgres_url)
    assert value(engine, "SHOW synchronous_commit") == "on"
    assert value(engine, "SHOW plan_cache_mode") == "force_generic_plan"
    assert value(engine, "SHOW jit") == "off"
    assert value(engine, "SHOW timezone") == "UTC"
    assert str(value(engine, "SHOW search_path")).startswith("t_")
    with writing(engine) as connection:
        assert connection.execute(text("SHOW transaction_isolation")).scalar_one() == "read committed"
    with reading(engine) as connection:
        assert connection.execute(text("SHOW transaction_isolation")).scalar_one() == "repeatable read"
        assert connection.execute(text("SHOW transaction_read_only")).scalar_one() == "on"
    with writing(engine) as connection:
        assert connection.execute(text("SHOW transaction_read_only")).scalar_one() == "off"
    engine.dispose()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nonsense",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite+aiosqlite:///register.db",
        "postgresql+psycopg2://localhost/register",
        "postgresql+psycopg://localhost:port/register",
        "mysql://localhost/register",
        "oracle://localhost/register",
        "unheard://of",
    ],
)
def test_any_other_database_is_refused_in_one_line(url: str) -> None:
    with pytest.raises(UnsupportedDatabase, match=r"^The database address must be sqlite:///FILE or [^\n]*\.$"):
        connect(url)


def test_a_password_is_not_in_the_refusal() -> None:
    with pytest.raises(UnsupportedDatabase) as refused:
        connect("mysql://anna:secret@localhost/register")
    assert "secret" not in str(refused.value)


def test_a_read_sees_the_database_at_one_moment(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(text("CREATE TABLE counted (number INTEGER)"))
    count = text("SELECT count(*) FROM counted")
    with reading(engine) as before:
        assert before.execute(count).scalar_one() == 0
        with writing(engine) as connection:
            connection.execute(text("INSERT INTO counted VALUES (1)"))
        assert before.execute(count).scalar_one() == 0
    with reading(engine) as after:
        assert after.execute(count).scalar_one() == 1


def test_a_file_that_another_program_locks_is_waited_for_and_not_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite does not wait by itself when the journal's mode is changed."""
    path = tmp_path / "register.db"
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("CREATE TABLE kept (n)")
    other.execute("BEGIN IMMEDIATE")
    monkeypatch.setattr(module, "LOCK_SECONDS", 0)
    engine = connect(f"sqlite:///{path}")
    with pytest.raises(OperationalError, match="locked"):
        engine.connect()
    engine.dispose()
    monkeypatch.setattr(module, "LOCK_SECONDS", 30)
    monkeypatch.setattr(time, "sleep", lambda _: other.rollback())
    engine = connect(f"sqlite:///{path}")
    assert value(engine, "PRAGMA journal_mode") == "wal"
    engine.dispose()
    other.close()


def test_who_fails_to_write_leaves_readers_what_they_have_planned(postgres_url: str) -> None:
    engine = connect(postgres_url)
    for _ in range(3):
        with reading(engine) as connection:
            connection.exec_driver_sql("SELECT 41 + 1")
    with pytest.raises(DataError), writing(engine) as connection:
        connection.exec_driver_sql("SELECT 1 / 0")
    with reading(engine) as connection:
        planned = connection.exec_driver_sql("SELECT statement FROM pg_prepared_statements").scalars().all()
    engine.dispose()
    assert "SELECT 41 + 1" in planned
