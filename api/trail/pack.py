"""The audit pack: everything that an auditor needs to check a register without its database. Source: docs/audit.md.

It is written beside its place and put there in one step, after it has been checked in the way its reader will.
"""

import json
import secrets
import shutil
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from msgspec import Struct
from sqlalchemy import Connection

from api.trail import instructions
from api.trail.gathering import Matter, Shut, begun
from api.trail.layout import write_facts, write_log
from api.trail.page import page
from api.trail.publisher import CheckpointIsNotFinal
from api.trail.replay import SCORECARDS
from api.trail.report import IN_DETAIL, Standing, Writer
from api.trail.scope import Scope, positions_of
from api.trail.texts import committed_texts
from api.trail.timestamps import stamped, stamped_bytes
from api.wiring import Services
from domain.errors import IsMalformed, IsOutOfRange
from domain.log import verify
from domain.log.verify import VerifierKey
from domain.store.checkpoints import CheckpointRow
from domain.store.engine import reading
from projections.entries import by_positions
from projections.scorecards.asking import Relationship, ask, every, find
from projections.scorecards.scorecard import ENGINE_VERSION

FORMAT = "counterfoil audit pack, version 1"
AS_MUCH_AS = 50
"""Scoring a relationship, and printing a part of the report, is so many times the work of writing an entry."""
OTHER_SECTIONS = 7
Progress = Callable[[int], object]


class Wanted(Struct, frozen=True, kw_only=True):
    """What is asked for. `relationship`: id or alias, None for the whole register; `keys`: to check the pack with."""

    relationship: str | None = None
    from_on: date | None = None
    to_on: date | None = None
    keys: tuple[VerifierKey, ...] = ()
    open_texts: bool = False


class Made(Struct, frozen=True, kw_only=True):
    """What has been written. `entries`: how many events are in it."""

    scope: Scope
    checkpoint: CheckpointRow
    entries: int
    files: int


class Begun(Struct, frozen=True, kw_only=True):
    """A pack's scope, and the positions of its entries: None where it has them all."""

    scope: Scope
    checkpoint: CheckpointRow
    positions: list[int] | None

    @property
    def work(self) -> int:
        """What `write` reports in all, about."""
        entries = self.scope.size if self.positions is None else len(self.positions)
        told = len(self.scope.relationships)
        return entries + AS_MUCH_AS * (told + min(told, IN_DETAIL) + OTHER_SECTIONS)


def begin(services: Services, wanted: Wanted) -> Begun:
    """What the pack will hold: everything up to a fresh checkpoint. Raises as the publisher, UnknownId, IsOutOfRange.

    A day before the relationship began, or behind today in its time zone, is out of range.
    """
    checkpoint = services.publisher.publish()
    if checkpoint is None:
        raise CheckpointIsNotFinal("Nothing is recorded yet that could be audited.")
    checkpoint = stamped(services, checkpoint)
    size, now = checkpoint.size, services.clock()
    with reading(services.engine) as connection:
        only = None if wanted.relationship is None else find(connection, wanted.relationship)
        if only is not None:
            to_on = ask(only, now, size, wanted.to_on).as_of
        else:
            to_on = wanted.to_on or now.date()
            if to_on > now.date():
                raise IsOutOfRange(f"{to_on} is after today, {now.date()}.", "to")
        if wanted.from_on is not None and wanted.from_on > to_on:
            raise IsOutOfRange(f"The period from {wanted.from_on} to {to_on} has no days.", "from")
        among: Sequence[Relationship] = every(connection) if only is None else [only]
        scope = Scope(
            relationships=tuple(begun(connection, among, to_on, size)),
            only=only,
            from_on=wanted.from_on,
            to_on=to_on,
            size=size,
        )
        positions = None if only is None else positions_of(connection, only.id, size)
    return Begun(scope=scope, checkpoint=checkpoint, positions=positions)


def write(
    services: Services, pack: Begun, wanted: Wanted, directory: Path, progress: Progress = lambda _: None
) -> Made:
    """The pack is in the directory, complete and checked; or nothing is there. Raises IsMalformed, DoesNotVerify.

    progress: called with how much has been done, entry by entry and part by part.
    """
    with beside(directory) as draft, reading(services.engine) as connection:
        for done in _log(connection, draft, pack):
            progress(done)
        _told(services, connection, draft, pack, wanted, progress)
        _manifest(draft, services.settings.origin, pack)
        keys = wanted.keys or services.log_keys().verifiers
        verify.check_directory(draft, keys)
        files = sum(path.is_file() for path in draft.rglob("*"))
    scope = pack.scope
    entries = scope.size if pack.positions is None else len(pack.positions)
    return Made(scope=scope, checkpoint=pack.checkpoint, entries=entries, files=files)


def must_be_free(directory: Path) -> None:
    """Refuses with IsMalformed a place that has something in it."""
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise IsMalformed(f"{directory} is there already, and not empty.")


@contextmanager
def beside(directory: Path) -> Iterator[Path]:
    """A folder to write in, which becomes the directory at the end; it is gone when anything is raised."""
    must_be_free(directory)
    directory.parent.mkdir(parents=True, exist_ok=True)
    draft = directory.parent / f".{directory.name}.{secrets.token_hex(4)}"
    draft.mkdir()
    try:
        yield draft
        draft.rename(directory)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise


def _log(connection: Connection, draft: Path, pack: Begun) -> Iterator[int]:
    """The log, or its tree and the entries in the scope. Yields the number of entries written."""
    log = draft / "log"
    if pack.positions is None:
        yield from write_log(connection, log, pack.checkpoint)
    else:
        yield from write_facts(connection, log, pack.checkpoint, pack.positions)
    if pack.checkpoint.timestamp is not None:
        (log / instructions.STAMPED).write_bytes(stamped_bytes(pack.checkpoint))
        (log / instructions.TIMESTAMP).write_bytes(pack.checkpoint.timestamp)


def _told(
    services: Services, connection: Connection, draft: Path, pack: Begun, wanted: Wanted, progress: Progress
) -> None:
    """Scorecards, evidence and report; keys and instructions."""
    from api.trail.paper import find_fonts, pdf  # noqa: PLC0415 - see there

    vault = services.vault if wanted.open_texts else Shut()
    standing = _standing(services, pack.checkpoint)
    for folder in (SCORECARDS, "evidence"):
        (draft / folder).mkdir()

    def keep(matter: Matter) -> None:
        key = matter.about.id
        card = {**matter.card.as_object(), "digest": matter.card.digest()}
        _write(draft / SCORECARDS / f"{key}.json", json.dumps(card, ensure_ascii=False, indent=2) + "\n")
        with (draft / "evidence" / f"{key}.ndjson").open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(_evidence(connection, matter))

    steps = instructions.steps(pack.checkpoint, pack.scope, services.settings.origin, services.publisher.policy)
    writer = Writer(connection, vault, pack.scope, pack.positions, standing)
    report = writer.report(steps, keep, lambda done: progress(AS_MUCH_AS * done))
    _write(draft / "report.html", page(report))
    (draft / "report.pdf").write_bytes(pdf(report, find_fonts(), lambda done: progress(AS_MUCH_AS * done)))
    _write(draft / "keys.txt", instructions.keys(services.log_keys(), services.publisher.policy))
    _write(draft / "README.txt", instructions.readme(report, steps, opened=wanted.open_texts))
    (draft / "verify.py").write_bytes(Path(verify.__file__).read_bytes())
    if wanted.open_texts:
        with (draft / instructions.TEXTS).open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(committed_texts(connection, services.vault, pack.positions, pack.scope.size))


def _evidence(connection: Connection, matter: Matter) -> Iterator[str]:
    listed = list(matter.listed())
    known = by_positions(connection, {position for _, position, _, _ in listed})
    for name, position, indicator, reason in listed:
        e = known[position]
        line = {
            "list": name,
            "indicator": indicator,
            "reason": reason,
            "position": position,
            "event_id": str(e.event_id),
            "type": e.type,
            "on": str(e.on),
        }
        yield json.dumps({name: value for name, value in line.items() if value is not None}) + "\n"


def _standing(services: Services, row: CheckpointRow) -> Standing:
    publisher = services.publisher
    cosigners = publisher.cosigners(row)
    return Standing(
        origin=publisher.origin,
        size=row.size,
        root=b64encode(row.root).decode(),
        recorded_at=row.recorded_at,
        final=row.final,
        policy=publisher.policy,
        cosigned_by=tuple(w.name for w in publisher.policy.witnesses.values() if w.key in cosigners),
        keys=tuple(map(str, services.log_keys().verifiers)),
        timestamp=None if row.timestamp is None else f"in the file log/{instructions.TIMESTAMP}",
    )


def _manifest(draft: Path, origin: str, pack: Begun) -> None:
    """What is in the pack, each file with its size and hash; the manifest itself is not among them."""
    scope, at = pack.scope, pack.checkpoint
    files = {}
    for path in sorted(path for path in draft.rglob("*") if path.is_file()):
        content = path.read_bytes()
        files[path.relative_to(draft).as_posix()] = {"size": len(content), "sha256": sha256(content).hexdigest()}
    told = {
        "format": FORMAT,
        "counterfoil": version("counterfoil"),
        "engine_version": ENGINE_VERSION,
        "origin": origin,
        "checkpoint": {
            "size": at.size,
            "root": b64encode(at.root).decode(),
            "recorded_at": at.recorded_at,
            "final": at.final,
        },
        "relationship": str(scope.only.id) if scope.only else None,
        "from": str(scope.from_on) if scope.from_on else None,
        "to": str(scope.to_on),
        "known_at": scope.size,
        "entries": scope.size if pack.positions is None else len(pack.positions),
        "scorecards": len(scope.relationships),
        "files": files,
    }
    _write(draft / "manifest.json", json.dumps(told, ensure_ascii=False, indent=2) + "\n")


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
