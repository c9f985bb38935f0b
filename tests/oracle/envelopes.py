"""Facts in interchange form turned into envelopes, with the fields of A34 decided from the page alone.

For tests only: no rule of refusal is checked. Position = line number; the facts are known one by one, in the order of
the file.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from oracle.entries import Entry, Line, day, effective
from oracle.subjects import CREATES, own_id_fields

_FIRST_INSTANT = datetime(2030, 1, 1, tzinfo=UTC)
_DECIDED = (
    "commitment.rescheduled",
    "commitment.withdrawn",
    "objective.revised",
    "objective.withdrawn",
    "meeting.cancelled",
)


def _new_id(kind: int, position: int) -> str:
    return str(UUID(int=(kind << 64) | (7 << 76) | (2 << 62) | position))


def envelopes(facts: Sequence[dict[str, Any]]) -> list[Line]:
    """The log that a register would hold after these facts."""
    log: list[Line] = []
    events: dict[str, str] = {}
    things: dict[str, str] = {}
    for position, fact in enumerate(facts, start=1):
        data = {name: _resolved(name, value, events, things) for name, value in fact["data"].items()}
        id_field = "relationship_id" if fact["type"] == "relationship.registered" else CREATES.get(fact["type"])
        if fact["type"] == "relationship.registered" and fact.get("relationship_id"):
            data.setdefault("relationship_id", fact["relationship_id"])
        if id_field is not None and id_field != "version" and not data.get(id_field):
            data[id_field] = _new_id(2, position)
        line: Line = {
            "position": position,
            "event_id": _new_id(1, position),
            "type": fact["type"],
            "schema_version": 1,
            "relationship_id": fact.get("relationship_id"),
            "on": fact["on"],
            "recorded_at": (_FIRST_INSTANT + timedelta(seconds=position)).isoformat(),
            "on_behalf_of": fact.get("on_behalf_of"),
            "visibility": fact.get("visibility", "shared"),
            "data": data,
        }
        if fact["type"] == "relationship.registered":
            line["relationship_id"] = data["relationship_id"]
        if fact.get("event_ref"):
            events[fact["event_ref"]] = line["event_id"]
            if id_field is not None and id_field in data:
                things[fact["event_ref"]] = data[id_field]
        _decide(log, line)
        log.append(line)
    return log


def _resolved(name: str, value: Any, events: dict[str, str], things: dict[str, str]) -> Any:
    """An `event_ref` in the place of an id (A90), one level down in the data of a correction too."""
    if name == "target_event_id":
        return events.get(value, value)
    if name.endswith("_id") or name in ("linked_risk", "answers_request"):
        return things.get(value, value) if isinstance(value, str) else value
    if name == "data" and isinstance(value, dict):
        return {inner: _resolved(inner, held, events, things) for inner, held in value.items()}
    return value


def _decide(log: list[Line], line: Line) -> None:
    """Writes the fields that the register sets, from the facts known before this one (A34)."""
    fact, data, on = line, line["data"], line["on"]
    if line["type"] == "entry.voided":
        fact = next(e for e in log if e["event_id"] == line["data"]["target_event_id"])
        line["visibility"] = fact["visibility"]
        return
    if line["type"] == "entry.corrected":
        fact = next(e for e in log if e["event_id"] == line["data"]["target_event_id"])
        line["visibility"] = fact["visibility"]
        as_stood = _as_it_stands(log, line, fact)
        kept = {f: fact["data"][f] for f in own_id_fields(fact["type"]) if f in fact["data"]}
        data = line["data"]["data"] = {**kept, **line["data"]["data"]}
        on = line["data"].get("on") or as_stood.on.isoformat()
    place = (day(on), fact["position"])
    if fact["type"] == "meeting.held" and not data.get("body_id"):
        meeting = _of(log, line, place, "meeting.scheduled", "meeting_id", data["meeting_id"])[0]
        data["body_id"] = meeting.data["body_id"]
    if fact["type"] in _DECIDED:
        _decide_effect(log, line, fact, data, place)


def _decide_effect(log: list[Line], line: Line, fact: Line, data: dict[str, Any], place: tuple[date, int]) -> None:
    before = _before(log, line, place)
    active = _active(before)
    agreed = {*data["agreed_by"], fact["on_behalf_of"]}
    if fact["type"] == "meeting.cancelled":
        data["effect"] = "effective" if all(p in agreed for p in active) else "not_agreed"
        return
    if fact["type"].startswith("commitment."):
        id_field, making, moving, new_due = "commitment_id", "commitment.made", "commitment.rescheduled", "new_due_on"
    else:
        id_field, making, moving, new_due = "objective_id", "objective.agreed", "objective.revised", "due_on"
    mine = [e for e in before if e.data.get(id_field) == data[id_field]]
    made = next(e for e in mine if e.type == making)
    due = day(made.data["due_on"])
    for e in mine:
        if e.type == moving and e.data["effect"] == "moves_due_date" and e.data.get(new_due):
            due = day(e.data[new_due])

    if fact["type"] == "commitment.rescheduled":
        needed = [p for p in made.data["to_parties"] if p in active]
    elif fact["type"] == "commitment.withdrawn":
        needed = [p for p in [made.data["by_party"], *made.data["to_parties"]] if p in active]
    else:
        needed = active
    is_late, is_agreed = place[0] > due, all(p in agreed for p in needed)
    if fact["type"].endswith(".withdrawn"):
        data["effect"] = "late" if is_late else "effective" if is_agreed else "not_agreed"
    else:
        data["from_due_on"] = due.isoformat()
        data["effect"] = "late_replan" if is_late else "moves_due_date" if is_agreed else "not_agreed"


def _before(log: list[Line], line: Line, place: tuple[date, int]) -> list[Entry]:
    """The effective facts known before the line is recorded, in its view, that lie before the place."""
    known_at = line["position"] - 1
    entries = effective(log, line["relationship_id"], known_at, line["visibility"], line["on_behalf_of"])
    return [e for e in entries if e.order < place]


def _of(log: list[Line], line: Line, place: tuple[date, int], type_: str, id_field: str, id_: str) -> list[Entry]:
    return [e for e in _before(log, line, place) if e.type == type_ and e.data.get(id_field) == id_]


def _as_it_stands(log: list[Line], line: Line, target: Line) -> Entry:
    entries = effective(log, line["relationship_id"], line["position"] - 1, line["visibility"], line["on_behalf_of"])
    return next(e for e in entries if e.event_id == target["event_id"])


def _active(before: list[Entry]) -> list[str]:
    """The parties whose last join or leave among these entries is a join."""
    active: dict[str, bool] = {}
    for e in before:
        if e.type == "relationship.registered":
            active.update(dict.fromkeys(e.data["parties"], True))
        if e.type in ("relationship.party_joined", "relationship.party_left"):
            active[e.data["party"]] = e.type == "relationship.party_joined"
    return sorted(p for p, is_active in active.items() if is_active)
