"""`counterfoil export-log`, `restore` and `backup`."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.options import AsJson, services
from api.cli.output import console, plain, print_json, progress
from api.trail import archive
from api.trail import backup as copies
from api.trail.archive import Header
from domain.store.engine import learn_of

New = Annotated[
    Path, typer.Argument(metavar="FILE", help="A file that is not there yet; packed where its name ends in .gz.")
]
Exported = Annotated[
    Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, readable=True, help="A file of export-log.")
]
Backup = Annotated[Path, typer.Argument(metavar="FILE", help="A file that is not there yet.")]


def export_log(file: New, as_json: AsJson = False) -> None:
    """Write the whole log to one file, from which restore makes the same register: lossless, on any database.

    The keys in the data folder are not in it; without vault.key nobody reads the sealed texts.
    """
    with services() as opened, progress(f"Exporting to {file.name}", opened.store.size()) as (bar, task):
        header = archive.export_log(opened.store, opened.settings.origin, file, lambda lines: bar.advance(task, lines))
    _say("exported", header, as_json)


def restore(file: Exported, as_json: AsJson = False) -> None:
    """Fill an empty register from a file of export-log: all of it with the same root, or nothing."""
    with services() as opened:
        lines = archive.header_of(file).lines
        with progress(f"Restoring {file.name}", lines) as (bar, task):
            header = archive.restore(
                opened.store, opened.vault, opened.settings.origin, file, lambda done: bar.advance(task, done)
            )
        learn_of(opened.engine, header.size)
    _say("restored", header, as_json)


def backup(file: Backup, as_json: AsJson = False) -> None:
    """Copy the database to one file while it is in use: SQLite as it is, PostgreSQL as pg_dump writes it.

    The keys in the data folder are not in it: keep them elsewhere.
    """
    with services(migrating=False) as opened, progress(f"Copying to {file.name}", 1) as (bar, task):
        copies.backup(opened.engine, file, lambda done, total: bar.update(task, completed=done, total=total))
        kind, size = opened.engine.dialect.name, file.stat().st_size
    if as_json:
        print_json({"database": kind, "bytes": size})
    else:
        console.print(f"{plain(str(file))}: a copy of the database ({kind}), {size} bytes.", soft_wrap=True)


def _say(done: str, header: Header, as_json: bool) -> None:
    counts = {name: getattr(header, name) for name in ("commands", "vault_keys", "vault_values", "checkpoints")}
    root = archive.shown(header.root)
    if as_json:
        print_json({"origin": header.origin, "size": header.size, "root": root, **counts})
    else:
        console.print(f"{header.size} events {done}, root {root}.", soft_wrap=True)
