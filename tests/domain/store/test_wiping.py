"""What was deleted from the vault is not in the database's files any more. Source: docs/audit.md 6."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, text

from domain.store.engine import connect, reading, writing
from domain.store.migrate import migrate
from domain.store.schema import vault_key, vault_value
from domain.store.vault import Vault
from domain.store.wiping import RemnantsStay, wipe

SOON = 0.2
"""Seconds after which a test gives up to wait."""


@pytest.fixture
def sqlite_engine(tmp_path: Path) -> Iterator[Engine]:
    engine = connect(f"sqlite:///{tmp_path / 'register.db'}")
    migrate(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def postgres_engine(postgres_url: str) -> Iterator[Engine]:
    engine = connect(postgres_url)
    migrate(engine)
    yield engine
    engine.dispose()


def sealed(engine: Engine) -> tuple[bytes, bytes]:
    """The ciphertext and the wrapped key of the text that is sealed for "ada", among three hundred others."""
    vault = Vault(b"k" * 32)
    with writing(engine) as connection:
        for n in range(300):
            vault.seal(connection, f"person {n}", "name", f"Somebody {n}")
        vault.seal(connection, "ada", "name", "Ada Alder")
        found = connection.execute(select(vault_value.c.ciphertext).where(vault_value.c.subject == "ada")).scalar_one()
        wrapped = connection.execute(select(vault_key.c.wrapped_key).where(vault_key.c.subject == "ada")).scalar_one()
    return bytes(found), bytes(wrapped)


def erase(engine: Engine) -> None:
    with writing(engine) as connection:
        Vault(b"k" * 32).erase(connection, ["ada"])


def files(folder: Path) -> bytes:
    """All that the database has on the disk."""
    return b"".join(path.read_bytes() for path in sorted(folder.glob("register.db*")))


def test_sqlite_keeps_what_was_deleted_until_it_is_wiped(sqlite_engine: Engine, tmp_path: Path) -> None:
    erased = sealed(sqlite_engine)
    erase(sqlite_engine)
    with closing(sqlite3.connect(tmp_path / "register.db")) as other:
        other.execute("SELECT count(*) FROM vault_key").fetchone()  # the write-ahead log stays as long as it is there
        assert all(part in files(tmp_path) for part in erased)
        wipe(sqlite_engine)
        assert not any(part in files(tmp_path) for part in erased)
        assert (tmp_path / "register.db-wal").stat().st_size == 0


def test_the_others_stay(database_url: str) -> None:
    engine = connect(database_url)
    migrate(engine)
    sealed(engine)
    erase(engine)
    wipe(engine)
    with reading(engine) as connection:
        subjects = connection.execute(select(vault_key.c.subject)).scalars().all()
    assert sorted(subjects) == sorted(f"person {n}" for n in range(300))
    engine.dispose()


def test_postgresql_writes_the_tables_anew_and_forgets_its_samples_of_them(postgres_engine: Engine) -> None:
    ciphertext, wrapped = sealed(postgres_engine)
    with postgres_engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:

        def known() -> tuple[str, str]:
            node = text("SELECT pg_relation_filenode('vault_value')")
            stats = text("SELECT * FROM pg_stats WHERE tablename LIKE 'vault%'")
            return str(connection.execute(node).scalar_one()), str([tuple(row) for row in connection.execute(stats)])

        for table, column in (("vault_value", "ciphertext"), ("vault_key", "wrapped_key")):
            connection.execute(text(f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS 1000"))
        connection.execute(text("ANALYZE"))
        file, samples = known()
        assert ciphertext.hex() in samples
        assert wrapped.hex() in samples
        erase(postgres_engine)
        wipe(postgres_engine)
        another, samples = known()
    assert another != file
    assert "person 7" in samples
    assert ciphertext.hex() not in samples
    assert wrapped.hex() not in samples


def test_a_reader_of_the_old_state_is_waited_for_and_then_said(sqlite_engine: Engine, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "register.db", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM vault_key").fetchone()
        sealed(sqlite_engine)
        erase(sqlite_engine)
        with pytest.raises(RemnantsStay) as said:
            wipe(sqlite_engine, patience=SOON)
        reader.execute("ROLLBACK")
    assert str(said.value) == (
        "The erasure is recorded, but what was erased is still in the database's files (it is being read): "
        "run it again."
    )
    wipe(sqlite_engine)


def test_another_writer_is_waited_for_and_then_said(sqlite_engine: Engine, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "register.db", isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        with pytest.raises(RemnantsStay, match=r"\(database is locked\): run it again\.$"):
            wipe(sqlite_engine, patience=SOON)


def test_a_reader_on_postgresql_is_waited_for_and_then_said(postgres_engine: Engine) -> None:
    with reading(postgres_engine) as connection:
        connection.execute(select(vault_value.c.subject)).all()
        with pytest.raises(RemnantsStay, match="lock timeout"):
            wipe(postgres_engine, patience=SOON)
    wipe(postgres_engine)
