"""`counterfoil doctor`: what the register stands on, checked one after the other."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, NamedTuple

import typer
from sqlalchemy import Connection, func, select, text

from api.cli.failures import told
from api.cli.options import AsJson
from api.cli.output import complain, console, plain, print_json
from api.settings import Settings, WrongSettings, load_settings
from api.trail.keys import LOG_KEY, load_or_make_log_keys
from api.wiring import TOKEN, VAULT_KEY, load_or_make_token
from domain.store import checkpoints
from domain.store.engine import connect, reading
from domain.store.head import read_only_reason, size_of
from domain.store.keyfile import KeyFileIsUnusable, load_or_make_key
from domain.store.migrate import is_current
from domain.store.schema import event, vault_value
from domain.store.vault import Vault, VaultIsUnreadable
from domain.values import Sealed
from projections.schema import event_fact

Quiet = Annotated[bool, typer.Option("--quiet", help="Print failures alone.")]


class Check(NamedTuple):
    """One thing that was looked at."""

    name: str
    ok: bool
    detail: str


def doctor(as_json: AsJson = False, quiet: Quiet = False) -> None:
    """Check what the register stands on: settings, database, tables, log, keys. Nothing is changed or made."""
    checks = list(_checks())
    if as_json:
        print_json([check._asdict() for check in checks])
    for name, ok, detail in checks:
        if not ok:
            complain(f"FAIL  {name}: {detail}")
        elif not (quiet or as_json):
            console.print(f"ok    {name}: {plain(detail)}", soft_wrap=True)
    raise typer.Exit(0 if all(check.ok for check in checks) else 1)


def _checks() -> Iterator[Check]:
    try:
        settings = load_settings()
    except WrongSettings as error:
        yield Check("settings", False, str(error))
        return
    kind = settings.database_url.partition(":")[0]
    yield Check("settings", True, f"database {kind}, data in {settings.data}")
    yield from _of_the_database(settings)
    yield from _files(settings)


def _of_the_database(settings: Settings) -> Iterator[Check]:
    """Up to the first check that fails: what comes after it stands on it."""
    try:
        kind, _, file = settings.database_url.partition(":///")
        if kind == "sqlite" and not Path(file).is_file():  # connecting would make it
            yield Check("database", False, f"there is no file {file}: counterfoil migrate makes it")
            return
        engine = connect(settings.database_url)
        with reading(engine) as connection:
            yield Check("database", True, f"{engine.dialect.name} {_version(connection)}")
        current = is_current(engine)
        yield Check("tables", current, "up to date" if current else "behind: run counterfoil migrate")
        if current:
            with reading(engine) as connection:
                yield from _of_the_log(connection)
                yield from _of_the_vault(connection, settings.data / VAULT_KEY)
        engine.dispose()
    except Exception as error:  # noqa: BLE001 - whatever it is, it is a finding
        yield Check("database", False, _why(error))


def _version(connection: Connection) -> str:
    sql = "SELECT sqlite_version()" if connection.dialect.name == "sqlite" else "SHOW server_version"
    return str(connection.execute(text(sql)).scalar_one())


def _of_the_log(connection: Connection) -> Iterator[Check]:
    size = size_of(connection)
    stored = connection.execute(select(func.count()).select_from(event)).scalar_one()
    yield Check("log", stored == size, f"{stored} events stored, the head says {size}")
    journal = connection.execute(select(func.count(event_fact.c.position.distinct()))).scalar_one()
    hint = "" if journal == size else ": run counterfoil rebuild"
    yield Check("journal", journal == size, f"{journal} of {size} events are in the journal{hint}")
    reason = read_only_reason(connection)
    yield Check("recording", reason is None, "open" if reason is None else f"the register is read-only: {reason}")
    for halt in checkpoints.halts(connection):
        yield Check(halt.name, False, f"halted at position {halt.position}: {halt.reason}")
    row = checkpoints.newest(connection)
    kind = "final" if row and row.final else "provisional"
    yield Check("checkpoint", True, f"the newest covers {row.size} events, {kind}" if row else "none is signed yet")


def _of_the_vault(connection: Connection, key: Path) -> Iterator[Check]:
    """Whether the key opens what is sealed. Whether there is a key file is another check."""
    row = connection.execute(select(vault_value.c.subject, vault_value.c.sha256).limit(1)).first()
    if row is None or not key.is_file():
        return
    try:
        Vault(load_or_make_key(key)).open(connection, Sealed(subject=row.subject, sha256=row.sha256))
    except (KeyFileIsUnusable, VaultIsUnreadable) as error:
        yield Check("vault", False, _why(error))
    else:
        yield Check("vault", True, "what is sealed opens with the key")


def _files(settings: Settings) -> Iterator[Check]:
    folder = settings.data
    files: list[tuple[str, Callable[[Path], object]]] = [(VAULT_KEY, load_or_make_key), (TOKEN, load_or_make_token)]
    if (folder / LOG_KEY).exists():
        files.append((LOG_KEY, lambda _: load_or_make_log_keys(folder, settings.origin)))
    for name, read in files:
        path = folder / name
        try:
            mode = path.stat().st_mode & 0o777
            read(path)
        except (OSError, KeyFileIsUnusable) as error:
            yield Check(name, False, _why(error))
        else:
            whose = "readable by its owner alone" if mode & 0o077 == 0 else "others than its owner may read it"
            yield Check(name, mode & 0o077 == 0, f"{whose}: {mode:o}")


def _why(error: Exception) -> str:
    known = told(error)
    return known[0] if known else f"{type(error).__name__}: {error}"
