"""A consistent copy of the database while it is used, in one file."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.engine import URL

from api.trail.files import made_whole

PAGES_AT_ONCE = 1024
Progress = Callable[[int, int], object]
"""Is told how many pages are done, of how many."""
_SETTINGS = {
    "channel_binding": "PGCHANNELBINDING",
    "connect_timeout": "PGCONNECT_TIMEOUT",
    "options": "PGOPTIONS",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
}


class BackupFailed(Exception):
    """There is no backup. The message says why."""


def backup(engine: Engine, path: Path, progress: Progress = lambda _, __: None) -> None:
    """The file is a copy of the database as it is at one moment. Raises FileIsThere and BackupFailed."""
    with made_whole(path) as draft:
        if engine.dialect.name == "sqlite":
            _copy(Path(engine.url.database or ""), draft, progress)
        else:
            _dump(engine.url, draft)


def _copy(database: Path, draft: Path, progress: Progress) -> None:
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(draft)) as copy:
        source.execute("BEGIN")  # the whole copy is of this moment, and never begun anew
        source.execute("SELECT 1 FROM sqlite_schema").fetchone()
        source.backup(
            copy, pages=PAGES_AT_ONCE, progress=lambda _, remaining, total: progress(total - remaining, total)
        )
        copy.execute("PRAGMA journal_mode = DELETE")  # one file and none beside it


def _dump(url: URL, draft: Path) -> None:
    program = shutil.which("pg_dump")
    if program is None:
        raise BackupFailed("pg_dump is not installed: it makes the backups of PostgreSQL (Debian: postgresql-client).")
    command = [program, "--format=custom", "--no-password", f"--file={draft}"]
    done = subprocess.run(  # noqa: S603 - our own arguments; who to connect as stands in the environment
        command, env=_environment(url), stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [f"exit status {done.returncode}"]
        raise BackupFailed(f"pg_dump made no backup: {lines[0]}")


def _environment(url: URL) -> dict[str, str]:
    """What libpq reads instead of the command line, which other users of the machine can see."""
    named = {
        "PGHOST": url.host,
        "PGPORT": None if url.port is None else str(url.port),
        "PGUSER": url.username,
        "PGPASSWORD": url.password,
        "PGDATABASE": url.database,
    }
    for name, variable in _SETTINGS.items():
        value = url.query.get(name)
        if isinstance(value, str):
            named[variable] = value
    return {**os.environ, **{name: str(value) for name, value in named.items() if value is not None}}
