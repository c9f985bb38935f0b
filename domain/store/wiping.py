"""What has been deleted, gone from the database's own files too. Source: docs/audit.md 6.

A database marks deleted rows as free and overwrites them some day. SQLite keeps old pages in its write-ahead log, and
copies of rows in pages that it has since rearranged; PostgreSQL keeps dead rows until they are vacuumed, and samples of
columns among its statistics.
"""

import sqlite3
from contextlib import closing

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from domain.store.engine import LOCK_SECONDS, write_lock
from domain.store.schema import vault_key, vault_value


class RemnantsStay(Exception):
    """What was deleted is still in the files: somebody reads the database as it was. To be tried again."""


def wipe(engine: Engine, *, patience: float = LOCK_SECONDS) -> None:
    """Nothing that was deleted from the vault is in the database's files. Raises RemnantsStay after `patience` seconds.

    SQLite writes its whole file anew and empties the write-ahead log; PostgreSQL writes both tables of the vault anew.
    """
    if engine.dialect.name == "sqlite":
        _wipe_sqlite(engine, patience)
    else:
        _wipe_postgres(engine, patience)


def _wipe_sqlite(engine: Engine, patience: float) -> None:
    with write_lock(engine), engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        connection.detach()  # the settings below are those of no other
        with closing(driver.cursor()) as cursor:
            cursor.execute(f"PRAGMA busy_timeout = {int(patience * 1000)}")
            cursor.execute("PRAGMA temp_store = FILE")  # a whole copy of the register may not fit into memory
            try:
                cursor.execute("VACUUM")
                busy, *_ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            except sqlite3.OperationalError as error:
                raise RemnantsStay(_said(error)) from error
        if busy:
            raise RemnantsStay(_said("it is being read"))


def _wipe_postgres(engine: Engine, patience: float) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.detach()
        connection.exec_driver_sql(f"SET lock_timeout = '{int(patience * 1000)}ms'")
        try:
            connection.exec_driver_sql(f"VACUUM (FULL, ANALYZE) {vault_key.name}, {vault_value.name}")
        except OperationalError as error:
            raise RemnantsStay(_said(error.orig)) from error


def _said(why: object) -> str:
    """The reason as one sentence."""
    line = str(why).strip().splitlines()[0].rstrip(".")
    return f"The erasure is recorded, but what was erased is still in the database's files ({line}): run it again."
