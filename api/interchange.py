"""Facts in interchange form: one JSON object a line, recorded whole or in whole batches. Source: docs/events.md 1, A90.

Every line is a command of its own. Its id, when the line gives none, is the SHA-256 of the file from its beginning to
the end of this line: recording a file again appends nothing twice, however far it came the first time, and whatever
has been mended or added behind the lines that are recorded.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

import msgspec
from msgspec import Struct

from api.event_names import Names
from domain.errors import IsMalformed, IsOutOfRange, Refusal, unknown
from domain.facts import FACTS
from domain.facts.fact import Draft, Envelope, Visibility
from domain.parsing import parse_fact, refusal
from domain.register import Command, FactIsRefused, Register, Transaction
from domain.values import EvidenceItem

LONGEST_LINE = 2**20  # bytes; no event takes a tenth of it
LOOKED_UP_AT_ONCE = 500
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Line(Struct, frozen=True, kw_only=True):
    """One line of an interchange file. Ids are text here: they may be names of earlier lines."""

    type: str
    data: dict[str, Any]
    on: date | None = None
    relationship_id: str | None = None
    on_behalf_of: str | None = None
    event_ref: str | None = None
    note: str | None = None
    evidence: tuple[EvidenceItem, ...] = ()
    visibility: Visibility = "shared"
    command_id: str | None = None
    schema_version: int | None = None


class Numbered(Struct, frozen=True):
    """A line where it stands. `digest`: of the file from its beginning to here; `size`: in bytes, as it was read."""

    number: int
    text: bytes
    digest: str
    size: int


class LineIsRefused(Exception):
    """A line of a file was refused; nothing of its batch was stored. `before`: what became of the batches before it."""

    def __init__(self, line: int, refusal: Refusal) -> None:
        place = f", {refusal.field}" if refusal.field else ""
        super().__init__(f"Line {line}{place}: {refusal.message}")
        self.line = line
        self.refusal = refusal
        self.before = Report()


class Report(Struct, kw_only=True):
    """What became of a file's lines. `unchanged`: what they say held already; `replayed`: they were recorded before."""

    lines: int = 0
    recorded: int = 0
    unchanged: int = 0
    replayed: int = 0
    refused: list[LineIsRefused] = []

    def add(self, other: "Report") -> None:
        for name in self.__struct_fields__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


FIELDS = frozenset(Line.__struct_fields__)
SET_BY_THE_REGISTER = frozenset(Envelope.__struct_fields__) - FIELDS


def _unseen(size: int) -> None:
    """The progress that nobody watches."""


def record_file(
    register: Register,
    path: Path,
    *,
    actor: str,
    source: str = "cli",
    batch: int | None = None,
    dry_run: bool = False,
    progress: Callable[[int], object] = _unseen,
) -> Report:
    """Records a file, all or nothing, or in batches of so many lines each all or nothing.

    progress: called with the size in bytes of each line done. A dry run stores nothing and reports every refusal.
    Raises LineIsRefused at the first refusal, the batches before it being stored.
    """
    report, names = Report(), Names()
    with path.open("rb") as file:
        for lines in _batches(numbered(file), None if dry_run else batch):
            done = Report()
            try:
                with register.transaction(dry_run=dry_run) as transaction:
                    for place, line in _looked_up(transaction, lines):
                        try:
                            _record(transaction, names, place, line, actor, source, done)
                        except LineIsRefused as refused:
                            if not dry_run:
                                raise
                            done.refused.append(refused)
                        progress(place.size)
            except LineIsRefused as refused:
                refused.before = report
                raise
            report.add(done)
    return report


# Lines


def numbered(file: BinaryIO) -> Iterator[Numbered]:
    """The lines that are not blank. Of one that is too long no more than the beginning is held."""
    digest = hashlib.sha256()
    number = 0
    while text := file.readline(LONGEST_LINE + 1):
        number += 1
        size = len(text)
        if size > LONGEST_LINE:
            end = text
            while end and not end.endswith(b"\n"):
                end = file.readline(LONGEST_LINE)
                size += len(end)
        elif number == 1:
            text = text.removeprefix(BYTE_ORDER_MARK)
        if stripped := text.strip():
            digest.update(stripped + b"\n")
            yield Numbered(number, stripped if size <= LONGEST_LINE else text, digest.hexdigest(), size)


def _batches(lines: Iterator[Numbered], size: int | None) -> Iterator[Iterator[Numbered]]:
    """The lines by so many, or all of them at once. Each batch is to be read before the next."""
    for first in lines:
        yield chain((first,), lines if size is None else islice(lines, size - 1))


def parse_line(text: bytes) -> Line:
    """The line's fields. Raises IsMalformed with the offending place."""
    if len(text) > LONGEST_LINE:
        raise IsOutOfRange(f"The line has more than {LONGEST_LINE} bytes.")
    try:
        raw = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise IsMalformed(f"This is not JSON in UTF-8: {error}.") from error
    except RecursionError as error:
        raise IsMalformed("The line is nested too deeply.") from error
    if not isinstance(raw, dict):
        raise IsMalformed("A line is one JSON object.")
    for name in sorted(raw.keys() - FIELDS):
        if name in SET_BY_THE_REGISTER:
            raise IsMalformed(f"{name} is set by the register alone; a full export is read by `restore`.", name)
        raise IsMalformed(f"A line has no field {name!r}.", name)
    try:
        return msgspec.convert(raw, Line)
    except msgspec.ValidationError as error:
        raise refusal(str(error), raw, "") from error


def _nothing_recorded(event_id: UUID) -> str:
    raise unknown("event", event_id, "target_event_id")


def draft(line: Line, names: Names, type_of: Callable[[UUID], str] = _nothing_recorded) -> Draft:
    """The line as a draft for the register. Raises IsMalformed, IsOutOfRange or UnknownId.

    type_of: the type of a recorded event, whose correction may hold names as well.
    """
    kind = FACTS.get(line.type)
    if kind is None:
        raise IsMalformed(f"There is no event type {line.type!r}.", "type")
    data = line.data
    if line.schema_version is not None and line.schema_version != kind.schema_version:
        if not 1 <= line.schema_version < kind.schema_version:
            raise IsMalformed(f"{line.type} has no schema version {line.schema_version}.", "schema_version")
        data = kind.upcast(data, line.schema_version)
    return Draft(
        fact=parse_fact(line.type, names.resolve(kind, data, type_of)),
        relationship_id=_id(names.thing(line.relationship_id, "relationship_id"), "relationship_id"),
        on_behalf_of=_id(names.thing(line.on_behalf_of, "on_behalf_of"), "on_behalf_of"),
        on=line.on,
        visibility=line.visibility,
        note=line.note,
        evidence=line.evidence,
    )


def _id(text: str | None, field: str) -> UUID | None:
    try:
        return None if text is None else msgspec.convert(text, UUID)
    except msgspec.ValidationError as error:
        raise IsMalformed(f"{field} is {text!r}, which is no id.", field) from error


# Recording


def _looked_up(transaction: Transaction, lines: Iterable[Numbered]) -> Iterator[tuple[Numbered, Line | LineIsRefused]]:
    """Each line, parsed or refused; which of them were recorded before is found out for many at a time."""
    rest = iter(lines)
    while some := list(islice(rest, LOOKED_UP_AT_ONCE)):
        read = [(place, _parsed(place)) for place in some]
        transaction.look_up(_command_id(place, line) for place, line in read if isinstance(line, Line))
        yield from read


def _parsed(place: Numbered) -> Line | LineIsRefused:
    try:
        return parse_line(place.text)
    except Refusal as refusal:
        return LineIsRefused(place.number, refusal)


def _command_id(place: Numbered, line: Line) -> str:
    return f"file:{place.digest}" if line.command_id is None else line.command_id


def _record(
    transaction: Transaction,
    names: Names,
    place: Numbered,
    line: Line | LineIsRefused,
    actor: str,
    source: str,
    report: Report,
) -> None:
    """The line is part of the transaction and counted in the report. Raises LineIsRefused."""
    report.lines += 1
    if isinstance(line, LineIsRefused):
        raise line
    try:
        if line.event_ref is not None:
            names.claim(line.event_ref, place.number)
        made = draft(line, names, lambda event_id: transaction.event(event_id).type)
        answer = transaction.record(
            Command(command_id=_command_id(place, line), drafts=(made,), actor=actor, source=source)
        )
    except FactIsRefused as refused:
        raise LineIsRefused(place.number, refused.refusal) from refused
    except Refusal as refused:
        raise LineIsRefused(place.number, refused) from refused
    except RecursionError as error:
        raise LineIsRefused(place.number, IsMalformed("The line is nested too deeply.")) from error
    if answer.replayed:
        report.replayed += 1
    elif answer.events:
        report.recorded += 1
    else:
        report.unchanged += 1
    if line.event_ref is not None and answer.events:
        names.give(line.event_ref, answer.events[0])
