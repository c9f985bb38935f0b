"""The stored events against the tree and their own columns, from the first to the last. Source: docs/audit.md 1, 2."""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Any, NamedTuple

import msgspec
from eventsourcing.persistence import MapperDeserialisationError
from sqlalchemy import Connection, bindparam, func, or_, select

from api.trail.verifying.findings import AT_ONCE, Findings, Progress, rows
from api.trail.verifying.tree import Tree
from domain.facts import FACTS
from domain.log.verify import HASH_BYTES
from domain.store.instants import format_instant
from domain.store.mapper import canonical, decode
from domain.store.prepared import Prepared
from domain.store.schema import event, head

COLUMNS = ("position", "stream_id", "stream_version", "type", "event_id", "relationship_id", "recorded_at")
_events = Prepared(
    select(*(event.c[name] for name in COLUMNS), event.c.envelope)
    .where(event.c.position > bindparam("after"), event.c.position <= bindparam("up_to"))
    .order_by(event.c.position)
)
_last = Prepared(select(func.max(event.c.position)))
_beside = Prepared(
    select(event.c.position)
    .where(or_(event.c.position < 1, event.c.position > bindparam("size")))
    .order_by(event.c.position)
    .limit(100)
)
_heads = Prepared(select(head.c.id, head.c.size, head.c.recorded_at, head.c.peaks))
_order = (
    select(
        event.c.position,
        event.c.stream_id,
        event.c.stream_version,
        func.row_number().over(partition_by=event.c.stream_id, order_by=event.c.stream_version).label("place"),
        func.lag(event.c.position)
        .over(partition_by=event.c.stream_id, order_by=event.c.stream_version)
        .label("before"),
    )
).subquery()
_out_of_order = Prepared(
    select(_order.c.position, _order.c.stream_id, _order.c.stream_version)
    .where(or_(_order.c.stream_version != _order.c.place, _order.c.before >= _order.c.position))
    .order_by(_order.c.position)
    .limit(100)
)
_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder(order="sorted").encode


class Read(NamedTuple):
    """One event as it was found."""

    position: int
    recorded_at: str
    envelope: dict[str, Any]
    text: str


class Head(NamedTuple):
    """What the one row of the head says."""

    size: int
    recorded_at: str | None
    peaks: bytes


def head_of(connection: Connection, findings: Findings) -> Head | None:
    """The head; None where there is none that could be one."""
    found = rows(connection, _heads)
    if len(found) != 1 or found[0][0] != 1 or not isinstance(found[0][1], int) or found[0][1] < 0:
        findings.add("head", None, "The head is not one row that says how many events there are.")
        return None
    _, size, recorded_at, peaks = found[0]
    return Head(size, recorded_at, peaks if isinstance(peaks, bytes) else b"")


def reach(connection: Connection, size: int) -> int:
    """How far the events reach of those that the head counts."""
    [(last,)] = rows(connection, _last)
    return min(size, max(last or 0, 0))


def events(connection: Connection, found: Head, findings: Findings, progress: Progress) -> Iterator[list[Read]]:
    """Checks the events and the tree over them, some at a time; yields those that can be read."""
    size, there = found.size, reach(connection, found.size)
    tree = Tree(connection, findings)
    reading = _Reading(findings)
    for start in range(0, there, AT_ONCE):
        end = min(start + AT_ONCE, there)
        texts = rows(connection, _events, after=start, up_to=end)
        leaves = tree.leaves(start, end)
        read, wrong = reading.check(start, end, texts, leaves)
        tree.check(start, end, leaves, wrong)
        yield read
        progress(end - start)
    if there < size:
        findings.add("event", there + 1, f"The events from position {there + 1} to {size} are missing.")
    for (position,) in rows(connection, _beside, size=size):
        findings.add("event", position, f"There is an event at position {position}, and the head counts {size}.")
    tree.check_beyond(size)
    tree.check_head(size, found.peaks)
    if found.recorded_at != reading.latest:
        said = f"The head says that the last event was recorded at {found.recorded_at}, which is {reading.latest}."
        findings.add("head", size or None, said)
    for position, stream, version in rows(connection, _out_of_order):
        findings.add("stream", position, f"Version {version} of the stream {stream} does not come in its turn there.")


class _Reading:
    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self.latest: str | None = None
        """When the last event was recorded."""

    def check(
        self, start: int, end: int, found: Sequence[Sequence[Any]], leaves: Sequence[bytes | None]
    ) -> tuple[list[Read], set[int]]:
        """The events that can be read, and the indexes of those that are not what the tree says."""
        read: list[Read] = []
        wrong: set[int] = set()
        expected = start
        for row in found:
            index = row[0] - 1
            for missing in range(expected, index):
                self._missing(missing, leaves[missing - start], wrong)
            expected = index + 1
            if (event := self._one(row, leaves[index - start])) is not None:
                read.append(event)
            if leaves[index - start] is None or not self._same:
                wrong.add(index)
        for missing in range(expected, end):
            self._missing(missing, leaves[missing - start], wrong)
        return read, wrong

    def _missing(self, index: int, leaf: bytes | None, wrong: set[int]) -> None:
        self._findings.add("event", index + 1, f"The event at position {index + 1} is missing.")
        if leaf is None:
            wrong.add(index)

    def _one(self, row: Sequence[Any], leaf: bytes | None) -> Read | None:
        position, text = row[0], row[7]
        tell = self._findings.add
        raw = text.encode(errors="surrogateescape") if isinstance(text, str) else bytes(text)
        self._same = sha256(b"\x00" + raw).digest() == leaf
        if not self._same:
            told = _about(leaf)
            tell("event", position, f"The event at position {position} {told}")
        try:
            read = _decode(raw)
            is_canonical = _encode(read) == raw or canonical(read).encode() == raw
            repeated = tuple(read[name] for name in COLUMNS)
        except (msgspec.DecodeError, UnicodeError, KeyError, TypeError, RecursionError):
            tell("event", position, f"What is stored at position {position} is no event.")
            return None
        if not is_canonical:
            tell("event", position, f"The event at position {position} is not written in the form of RFC 8785.")
        if repeated != tuple(row[:7]) and (name := _differing(row)):
            tell("event", position, f"The column {name} at position {position} does not repeat the event.")
        recorded_at = str(row[6])
        if recorded_at < (self.latest or ""):
            tell("event", position, f"The event at position {position} was recorded before the one before it.")
        self.latest = recorded_at
        return Read(position, recorded_at, read, text)


def _about(leaf: bytes | None) -> str:
    if leaf is None:
        return "has no leaf in the tree."
    if len(leaf) != HASH_BYTES:
        return "has something in the tree that is no hash."
    return f"is not the one in the tree (its leaf there is {leaf.hex()})."


def _differing(row: Sequence[Any]) -> str | None:
    """The first column that does not repeat the envelope, whose ids and instants may be spelt in more than one way."""
    try:
        envelope = decode(row[7], FACTS)
    except MapperDeserialisationError:
        return "envelope"
    relationship = envelope.relationship_id
    repeated = (
        envelope.position,
        str(envelope.stream_id),
        envelope.stream_version,
        envelope.type,
        str(envelope.event_id),
        None if relationship is None else str(relationship),
        format_instant(envelope.recorded_at),
    )
    return next((name for name, made, stored in zip(COLUMNS, repeated, row[:7], strict=True) if made != stored), None)
