"""`counterfoil verify`: the database against its own log, or a log in a directory offline."""

import re
from base64 import b64encode
from pathlib import Path
from typing import Annotated

import typer

from api.cli.options import AsJson, services
from api.cli.output import complain, console, plain, print_json, progress
from api.trail.verifying.checkpoints import Vouched
from api.trail.verifying.whole import Verified
from api.trail.verifying.whole import verify as verify_database
from api.wiring import POLICY, Services, load_policy
from domain.log.verify import DoesNotVerify, check_directory, parse_key, said
from domain.store.migrate import is_current

TOLD = 20
"""Findings that are said on standard error; the JSON has more of them."""
Directory = Annotated[
    Path | None, typer.Argument(metavar="DIR", help="A log as tiles, or an audit pack; default the database.")
]
Key = Annotated[
    list[str] | None, typer.Option("--key", metavar="VKEY", help="A key of the log that you trust; needed with DIR.")
]
Old = Annotated[
    Path | None, typer.Option("--old", metavar="CHECKPOINT", help="A file with an earlier checkpoint that you kept.")
]
Witness = Annotated[
    list[str] | None, typer.Option("--witness", metavar="VKEY", help="With DIR: a key of a witness that you trust.")
]
Quorum = Annotated[
    int | None,
    typer.Option("--quorum", min=0, metavar="N", help="With DIR: how many of them must have cosigned; default all."),
]


def verify(
    directory: Directory = None,
    key: Key = None,
    old: Old = None,
    witness: Witness = None,
    quorum: Quorum = None,
    as_json: AsJson = False,
) -> None:
    """Check every fact and everything that follows from it: in the database, or in a directory without one.

    Whatever is wrong is said on standard error with its position, the first one first.
    """
    if directory is not None:
        if not key:
            raise typer.BadParameter("a directory is checked with keys that you trust.", param_hint="--key")
        _of_a_directory(directory, key, old, witness or [], quorum, as_json)
        return
    if key or witness or quorum is not None:
        raise typer.BadParameter("the database is checked with the register's own keys.", param_hint="DIR")
    with services(migrating=False) as opened:
        found = _of_the_database(opened, old)
    _say(found, opened.settings.origin, as_json)


def _of_the_database(opened: Services, old: Path | None) -> Verified:
    kept = None if old is None else old.read_bytes()
    keys, policy = opened.log_keys(), load_policy(opened.settings.data / POLICY)
    size = opened.store.size() if is_current(opened.engine) else 0
    with progress("Verifying", 2 * size) as (bar, task):
        return verify_database(
            opened.engine,
            opened.vault,
            Vouched(opened.settings.origin, keys, policy),
            kept=kept,
            progress=lambda done: bar.advance(task, done),
        )


def _say(found: Verified, origin: str, as_json: bool) -> None:
    root = found.root and b64encode(found.root).decode()
    for each in found.findings[:TOLD]:
        complain(f"FAIL  {each.part}: {each.said}")
    if found.count > TOLD:
        complain(f"FAIL  and {found.count - TOLD} more.")
    if as_json:
        findings = [{"part": f.part, "position": f.position, "message": f.said} for f in found.findings]
        first = next((f.position for f in found.findings if f.position is not None), None)
        print_json(
            {
                "verifies": found.ok,
                "origin": origin,
                "size": found.size,
                "root": root,
                "first_bad_position": first,
                "count": found.count,
                "findings": findings,
            }
        )
    elif found.ok:
        console.print(f"The log {plain(origin)} verifies: {found.size} events, root {root}.", soft_wrap=True)
    raise typer.Exit(0 if found.ok else 1)


def _of_a_directory(
    directory: Path, keys: list[str], old: Path | None, witnesses: list[str], quorum: int | None, as_json: bool
) -> None:
    try:
        with progress("Verifying", _claimed_size(directory)) as (bar, task):
            verified = check_directory(
                directory,
                [parse_key(key) for key in keys],
                old=None if old is None else old.read_bytes(),
                witnesses=[parse_key(key) for key in witnesses],
                quorum=len(witnesses) if quorum is None else quorum,
                progress=lambda done: bar.advance(task, done),
            )
    except DoesNotVerify as error:
        complain(f"DOES NOT VERIFY: {error}")
        if as_json:
            print_json({"verifies": False, "message": str(error)})
        raise typer.Exit(1) from error
    if as_json:
        checkpoint = verified.checkpoint
        print_json(
            {
                "verifies": True,
                "origin": checkpoint.origin,
                "size": checkpoint.size,
                "root": b64encode(checkpoint.root).decode(),
                "entries": verified.entries,
                "witnesses": list(verified.witnesses),
            }
        )
    else:
        for line in said(verified):
            console.print(plain(line), soft_wrap=True)


def _claimed_size(directory: Path) -> int:
    """What the checkpoint says before it is checked, for the bar alone."""
    for place in (directory / "log" / "checkpoint", directory / "checkpoint"):
        if place.is_file():
            lines = place.read_bytes().split(b"\n", 2)
            return int(lines[1]) if len(lines) > 1 and re.fullmatch(rb"[0-9]{1,18}", lines[1]) else 0
    return 0
