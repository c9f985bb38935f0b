"""Facts in interchange form: one JSON object a line, recorded whole or in whole batches. Source: docs/events.md 1, A90.

Every line is a command of its own whose id, when the line gives none, follows from the file's content and the line's
number: recording the same file again appends nothing twice, however far it came the first time.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct, inspect

from domain.errors import IsMalformed, Refusal
from domain.facts import FACTS
from domain.facts.entries import EntryCorrected
from domain.facts.fact import Draft, Envelope, Fact, Visibility
from domain.facts.structure import fields, item_field
from domain.parsing import parse_fact, refusal
from domain.register import Command, FactIsRefused, Register, Transaction
from domain.values import EvidenceItem

_UUID = re.compile(r"^[0-9a-fA-F]{8}-?([0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}$")


class Line(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
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


class LineIsRefused(Exception):
    """A line of a file was refused; nothing of its batch was stored."""

    def __init__(self, line: int, refusal: Refusal) -> None:
        place = f", {refusal.field}" if refusal.field else ""
        super().__init__(f"Line {line}{place}: {refusal.message}")
        self.line = line
        self.refusal = refusal


class Report(Struct, kw_only=True):
    """What became of a file's lines."""

    lines: int = 0
    recorded: int = 0
    unchanged: int = 0
    replayed: int = 0
    refused: list[LineIsRefused] = []


def record_file(
    register: Register,
    path: Path,
    *,
    actor: str,
    source: str = "cli",
    batch: int | None = None,
    dry_run: bool = False,
    progress: Callable[[int], object] = int,
) -> Report:
    """Records a file, all or nothing, or in batches of so many lines each all or nothing.

    progress: called with the size in bytes of each line done. A dry run stores nothing and reports every refusal.
    Raises LineIsRefused at the first refusal, the batches before it being stored.
    """
    report, names, stem = Report(), Names(), _fingerprint(path)
    lines = _lines(path)
    more = True
    while more:
        with ExitStack() as open_transaction:
            transaction = open_transaction.enter_context(register.transaction(dry_run=dry_run))
            for done, (number, text) in enumerate(lines, 1):
                try:
                    _record(transaction, names, text, f"{stem}:{number}", actor, source, report)
                except Refusal as refused:
                    if not dry_run:
                        raise LineIsRefused(number, refused) from refused
                    report.refused.append(LineIsRefused(number, refused))
                progress(len(text))
                if done == batch and not dry_run:
                    break
            else:
                more = False
    return report


class Names:
    """The `event_ref` names of a file: which event, and which item, each stands for (docs/principles.md A90)."""

    def __init__(self) -> None:
        self._events: dict[str, tuple[str, str | None, str]] = {}

    def add(self, name: str, event: Envelope) -> None:
        field = item_field(type(event.data))
        item = getattr(event.data, field) if field else None
        self._events[name] = (str(event.event_id), item and str(item), event.type)

    def check(self, name: str) -> None:
        if _UUID.match(name) or not name:
            raise IsMalformed(f"event_ref {name!r} looks like an id; choose a name.", "event_ref")
        if name in self._events:
            raise IsMalformed(f"event_ref {name!r} is used by an earlier line.", "event_ref")

    def event(self, text: Any) -> Any:
        return self._events[text][0] if text in self._events else text

    def item(self, text: Any) -> Any:
        return self._events[text][1] or text if isinstance(text, str) and text in self._events else text

    def type_of(self, text: Any) -> str | None:
        return self._events[text][2] if text in self._events else None

    def resolve(self, kind: type[Fact], data: dict[str, Any]) -> dict[str, Any]:
        """The data with every name in the place of an id replaced by the id."""
        resolved = dict(data)
        for f in fields(kind):
            if (value := data.get(f.name)) is None:
                continue
            if f.name == "target_event_id":
                resolved[f.name] = self.event(value)
            elif isinstance(f.type, inspect.UUIDType):
                resolved[f.name] = self.item(value)
            elif f.many:
                paths = [leaf.path for leaf in f.leaves if isinstance(leaf.type, inspect.UUIDType)]
                resolved[f.name] = self._within(value, paths)
        target = self.type_of(data.get("target_event_id"))
        if kind is EntryCorrected and target in FACTS and isinstance(data.get("data"), dict):
            resolved["data"] = self.resolve(FACTS[target], data["data"])
        return resolved

    def _within(self, value: Any, paths: list[str]) -> Any:
        """A list of ids, a list of objects that hold ids, or a map from ids."""
        if not paths:
            return value
        if isinstance(value, dict):
            return {self.item(key): each for key, each in value.items()}
        if isinstance(value, list):
            return [
                {k: self.item(v) if k in paths else v for k, v in each.items()}
                if isinstance(each, dict)
                else self.item(each)
                for each in value
            ]
        return value


def _record(
    transaction: Transaction, names: Names, text: bytes, command_id: str, actor: str, source: str, report: Report
) -> None:
    report.lines += 1
    line = parse_line(text)
    if line.event_ref is not None:
        names.check(line.event_ref)
    command = Command(
        command_id=line.command_id or command_id, drafts=(draft(line, names),), actor=actor, source=source
    )
    try:
        answer = transaction.record(command)
    except FactIsRefused as refused:
        raise refused.refusal from refused
    if answer.replayed:
        report.replayed += 1
    elif answer.events:
        report.recorded += 1
    else:
        report.unchanged += 1
    if line.event_ref is not None and answer.events:
        names.add(line.event_ref, answer.events[0])


def parse_line(text: bytes) -> Line:
    """The line's fields. Raises IsMalformed with the offending place."""
    try:
        raw = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise IsMalformed(f"This is not JSON: {error}.") from error
    if not isinstance(raw, dict):
        raise IsMalformed("A line is one JSON object.")
    try:
        return msgspec.convert(raw, Line)
    except msgspec.ValidationError as error:
        raise refusal(str(error), raw, "") from error


def draft(line: Line, names: Names) -> Draft:
    """The line as a draft for the register. Raises IsMalformed or IsOutOfRange."""
    kind = FACTS.get(line.type)
    if kind is None:
        raise IsMalformed(f"There is no event type {line.type!r}.", "type")
    data = line.data
    if line.schema_version is not None and line.schema_version != kind.schema_version:
        if not 1 <= line.schema_version < kind.schema_version:
            raise IsMalformed(f"{line.type} has no schema version {line.schema_version}.", "schema_version")
        data = kind.upcast(data, line.schema_version)
    return Draft(
        fact=parse_fact(line.type, names.resolve(kind, data)),
        relationship_id=_id(names.item(line.relationship_id), "relationship_id"),
        on_behalf_of=_id(names.item(line.on_behalf_of), "on_behalf_of"),
        on=line.on,
        visibility=line.visibility,
        note=line.note,
        evidence=line.evidence,
    )


def _id(text: str | None, field: str) -> UUID | None:
    if text is None:
        return None
    try:
        return UUID(text)
    except ValueError as error:
        raise IsMalformed(f"{field} is {text!r}, neither an id nor the name of an earlier line.", field) from error


def _fingerprint(path: Path) -> str:
    with path.open("rb") as file:
        return f"file:{hashlib.file_digest(file, 'sha256').hexdigest()}"


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    with path.open("rb") as file:
        for number, text in enumerate(file, 1):
            if text.strip():
                yield number, text
