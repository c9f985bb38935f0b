"""From recorded lines to the effective entries of one view (docs/principles.md 1, A2, A3, A76 to A79, A93)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from oracle.subjects import CREATES, own_id_fields, subjects_of

Line = dict[str, Any]
"""One envelope as `export-log` writes it."""


@dataclass(frozen=True)
class Entry:
    """One effective entry: corrections are in `on` and `data`, the position is the original one."""

    position: int
    event_id: str
    type: str
    on: date
    data: dict[str, Any]
    on_behalf_of: str | None
    corrected_at: int | None

    @property
    def order(self) -> tuple[date, int]:
        return (self.on, self.position)


def day(text: str) -> date:
    return date.fromisoformat(text)


def position_known_at(log: Sequence[Line], known_at: int | str | None) -> int:
    """K: a position, the highest position recorded by an instant, or the newest (A2)."""
    if known_at is None:
        return max(int(line["position"]) for line in log)
    if isinstance(known_at, int):
        return known_at
    limit = datetime.fromisoformat(known_at)
    by_then = [line["position"] for line in log if datetime.fromisoformat(line["recorded_at"]) <= limit]
    return max(by_then, default=0)


def in_view(line: Line, view: str, party: str | None) -> bool:
    if line.get("visibility", "shared") == "shared":
        return True
    return view == "own" and line["on_behalf_of"] == party


def effective(
    log: Sequence[Line], relationship_id: str | None, known_at: int, view: str, party: str | None
) -> list[Entry]:
    """The entries known at a position, whatever their date, without the voided ones, as corrected, in order."""
    if view == "own" and party is None:
        raise ValueError("A private view needs the caller's party.")
    known = [
        line
        for line in log
        if line["relationship_id"] == relationship_id and line["position"] <= known_at and in_view(line, view, party)
    ]
    voids = [line for line in known if line["type"] == "entry.voided"]
    kept = [line for line in known if not _is_voided(line, voids)]
    corrections = [line for line in kept if line["type"] == "entry.corrected"]
    facts = [line for line in kept if line["type"] not in ("entry.corrected", "entry.voided")]
    return sorted((_as_corrected(line, corrections) for line in facts), key=lambda entry: entry.order)


def _is_voided(line: Line, voids: list[Line]) -> bool:
    """A void that is itself voided has no effect (A77)."""
    mine = [void for void in voids if void["data"]["target_event_id"] == line["event_id"]]
    return any(not _is_voided(void, voids) for void in mine)


def _as_corrected(line: Line, corrections: list[Line]) -> Entry:
    on, data, corrected_at = day(line["on"]), line["data"], None
    mine = [c for c in corrections if c["data"]["target_event_id"] == line["event_id"]]
    for correction in sorted(mine, key=lambda c: int(c["position"])):
        ids = {field: line["data"][field] for field in own_id_fields(line["type"]) if field in line["data"]}
        data = {**ids, **correction["data"]["data"]}
        if correction["data"].get("on"):
            on = day(correction["data"]["on"])
        corrected_at = correction["position"]
    return Entry(
        position=line["position"],
        event_id=line["event_id"],
        type=line["type"],
        on=on,
        data=data,
        on_behalf_of=line["on_behalf_of"],
        corrected_at=corrected_at,
    )


def up_to(entries: list[Entry], as_of: date) -> list[Entry]:
    """The entries dated by T whose subjects are themselves among them (A79)."""
    scheduled_ever = {e.data["meeting_id"] for e in entries if e.type == "meeting.scheduled"}
    kept = [entry for entry in entries if entry.on <= as_of]
    while True:
        made = {(e.type, e.data[CREATES[e.type]]) for e in kept if e.type in CREATES}
        events = {e.event_id for e in kept}
        standing = [e for e in kept if _stands(e, made, events, scheduled_ever)]
        if len(standing) == len(kept):
            return kept
        kept = standing


def _stands(entry: Entry, made: set[tuple[str, Any]], events: set[str], scheduled_ever: set[str]) -> bool:
    if entry.type.startswith("entry."):
        return entry.data["target_event_id"] in events
    subjects = [(maker, entry.data[field]) for maker, field in subjects_of(entry.type)]
    if entry.type == "meeting.held" and entry.data.get("meeting_id") in scheduled_ever:
        subjects.append(("meeting.scheduled", entry.data["meeting_id"]))
    return all(subject in made for subject in subjects)
