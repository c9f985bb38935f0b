"""A PostgreSQL server for the tests: one that is named, one that is running, or one started for the run alone."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import psycopg
from sqlalchemy import make_url
from sqlalchemy.engine import URL

VARIABLE = "COUNTERFOIL_TEST_POSTGRES_URL"
HOW_TO_GET = f"install the server (Debian: apt-get install postgresql) or name one in {VARIABLE}"
RUNNING = "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"
BINARIES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin")


def connect(url: URL) -> psycopg.Connection:
    """A connection in autocommit mode, for statements about databases and schemas."""
    return psycopg.connect(url.set(drivername="postgresql").render_as_string(hide_password=False), autocommit=True)


def answers(url: URL) -> bool:
    try:
        with closing(connect(url.update_query_dict({"connect_timeout": "3"}))) as connection:
            row = connection.execute("SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user")
            return row.fetchone() == (True,)
    except psycopg.OperationalError:
        return False


@dataclass(frozen=True, kw_only=True)
class PrivateServer:
    """A server on a free port of 127.0.0.1, with its data in a directory that `stop` removes."""

    url: URL
    folder: Path
    binaries: Path
    user: str | None

    def stop(self) -> None:
        _run(
            self.user,
            self.binaries / "pg_ctl",
            "stop",
            "--silent",
            "--mode=immediate",
            f"--pgdata={self.folder / 'data'}",
        )
        shutil.rmtree(self.folder)


def start() -> PrivateServer | None:
    """None where PostgreSQL is not installed. Root starts it as another user, since the server refuses root."""
    binaries = _binaries()
    if binaries is None:
        return None
    folder = Path(tempfile.mkdtemp(prefix="counterfoil-postgres-"))
    user = _other_user() if os.geteuid() == 0 else None
    if user is not None:
        shutil.chown(folder, user)
    with closing(socket.create_server(("127.0.0.1", 0))) as probe:
        port = probe.getsockname()[1]
    settings = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={folder} -c fsync=off"
    data = f"--pgdata={folder / 'data'}"
    _run(
        user,
        binaries / "initdb",
        data,
        "--username=postgres",
        "--auth=trust",
        "--encoding=UTF8",
        "--locale=C",
        "--no-sync",
    )
    _run(
        user,
        binaries / "pg_ctl",
        "start",
        "--silent",
        "--wait",
        data,
        f"--log={folder / 'log'}",
        f"--options={settings}",
    )
    url = make_url(RUNNING).set(port=port)
    return PrivateServer(url=url, folder=folder, binaries=binaries, user=user)


def _run(user: str | None, *command: str | Path) -> None:
    group = None if user is None else pwd.getpwnam(user).pw_gid
    groups: list[int] | None = None if user is None else []
    subprocess.run(
        command,
        check=True,
        cwd="/",
        user=user,
        group=group,
        extra_groups=groups,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )


def _binaries() -> Path | None:
    found = [Path(path).resolve().parent for name in ("initdb", "postgres") if (path := shutil.which(name))]
    for pattern in BINARIES:
        found += sorted(Path("/").glob(pattern.removeprefix("/")), reverse=True)
    complete = (
        folder for folder in found if all((folder / name).exists() for name in ("initdb", "pg_ctl", "postgres"))
    )
    return next(complete, None)


def _other_user() -> str:
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"
