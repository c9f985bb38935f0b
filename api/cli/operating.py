"""`counterfoil rebuild`, `migrate` and `doctor`."""

import time
from typing import Annotated

import typer
from projections.rebuild import rebuild as rebuild_read_models
from sqlalchemy import text

from api.cli.options import AsJson, services
from api.cli.output import console, print_json, progress
from api.settings import load_settings
from api.wiring import open_services
from domain.store.engine import reading
from domain.store.migrate import is_current


def rebuild(as_json: AsJson = False) -> None:
    """Make the read models anew from the log, beside the live ones, and switch."""
    with services() as opened:
        total = opened.store.size()
        started = time.perf_counter()
        with progress("Rebuilding", total) as (bar, task):
            events = rebuild_read_models(opened.engine, lambda done, _: bar.update(task, completed=done))
        rate = round(events / max(time.perf_counter() - started, 1e-6))
    if as_json:
        print_json({"events": events, "events_per_second": rate})
    else:
        console.print(f"{events} events, {rate} a second.")


def migrate(as_json: AsJson = False) -> None:
    """Bring the tables of the database to the form that this release needs."""
    opened = open_services(load_settings(), migrating=False)
    before = is_current(opened.engine)
    with services():
        pass
    if as_json:
        print_json({"changed": not before})
    else:
        console.print("The tables are up to date." if before else "The tables have been brought up to date.")


def doctor(as_json: AsJson = False, quiet: Annotated[bool, typer.Option(help="Print failures alone.")] = False) -> None:
    """Check what the register stands on: settings, database, tables, log, keys."""
    checks: list[tuple[str, bool, str]] = []
    settings = load_settings()
    checks.append(("settings", True, f"database {settings.database_url.split(':', 1)[0]}, data in {settings.data}"))
    opened = open_services(settings, migrating=False)
    with reading(opened.engine) as connection:
        version = connection.execute(
            text("SELECT sqlite_version()" if connection.dialect.name == "sqlite" else "SHOW server_version")
        ).scalar_one()
    checks.append(("database", True, f"{opened.engine.dialect.name} {version}"))
    current = is_current(opened.engine)
    checks.append(("tables", current, "up to date" if current else "behind: run counterfoil migrate"))
    if current:
        with reading(opened.engine) as connection:
            stored, journal = (
                connection.execute(text(sql)).scalar_one()
                for sql in ("SELECT count(*) FROM event", "SELECT count(DISTINCT position) FROM event_fact")
            )
        size = opened.store.size()
        checks.append(("log", stored == size, f"{stored} events stored, the head says {size}"))
        checks.append(("journal", journal == size, f"{journal} of {size} events are in the journal"))
    for name in ("vault.key", "token"):
        mode = (settings.data / name).stat().st_mode & 0o777
        checks.append((name, mode == 0o600, f"readable by its owner alone: {mode:o}"))
    opened.close()
    if as_json:
        print_json([{"check": name, "ok": ok, "detail": detail} for name, ok, detail in checks])
    else:
        for name, ok, detail in checks:
            if not (ok and quiet):
                console.print(f"{'ok  ' if ok else 'FAIL'}  {name}: {detail}", highlight=False)
    raise typer.Exit(0 if all(ok for _, ok, _ in checks) else 1)
