"""The golden examples: one stored event of each type, and the story of which they are part.

`golden/<type>.v<schema version>.json` holds an envelope as it is stored and, in `texts`, what was sealed in it.
`golden/story.ndjson` records one event after another in interchange form; the one whose `event_ref` is its own type is
the golden one. Files are added here, never changed: what was once stored can always be read.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import rfc8785

from domain.facts.fact import Envelope
from domain.store.mapper import encode
from domain.values import Sealed

FOLDER = Path(__file__).parent / "golden"
STORY = FOLDER / "story.ndjson"
Golden = Mapping[str, Any]
SAID = ("type", "schema_version", "relationship_id", "on", "on_behalf_of", "visibility", "evidence", "note", "data")


def goldens() -> dict[str, Golden]:
    """By file name without its ending: `commitment.made.v1`."""
    return {path.name.removesuffix(".json"): json.loads(path.read_text()) for path in sorted(FOLDER.glob("*.json"))}


def stored_text(golden: Golden) -> str:
    """The envelope as the very text that is stored, written by a canonicaliser that is not ours."""
    return rfc8785.dumps(golden["envelope"]).decode()


def story() -> list[dict[str, Any]]:
    return [json.loads(line) for line in STORY.read_text().splitlines()]


def told(envelope: Envelope, texts: Mapping[Sealed, str], positions: Mapping[UUID, int]) -> dict[str, Any]:
    """What an event says, without what differs from one recording to the next: ids of events are their positions."""
    stored = json.loads(encode(envelope))
    opened = {sealed.sha256: text for sealed, text in texts.items()}
    places = {str(event_id): position for event_id, position in positions.items()}
    return {name: _plain(stored[name], opened, places) for name in SAID}


def told_golden(golden: Golden, all_goldens: Iterable[Golden]) -> dict[str, Any]:
    """The same of a golden example."""
    opened = {_commitment(each, field): text["value"] for each in all_goldens for field, text in each["texts"].items()}
    stored = golden["envelope"]
    places = {_event_id(position): position for position in range(1, 1000)}
    return {name: _plain(stored[name], opened, places) for name in SAID}


def sealed_in(value: Any) -> list[Sealed]:
    """Every sealed text in stored JSON."""
    if isinstance(value, list):
        return [one for part in value for one in sealed_in(part)]
    if not isinstance(value, dict):
        return []
    if "$sealed" in value:
        return [Sealed(subject=value["$sealed"], sha256=value["sha256"])]
    return [one for part in value.values() for one in sealed_in(part)]


def _commitment(golden: Golden, field: str) -> str:
    envelope = golden["envelope"]
    found: str = (envelope["note"] if field == "note" else envelope["data"][field])["sha256"]
    return found


def _event_id(position: int) -> str:
    """Golden examples name each other by ids that hold their positions in the story."""
    return f"018d0000-{position:04x}-7000-8000-{position:012x}"


def _plain(value: Any, opened: Mapping[str, str], places: Mapping[str, int]) -> Any:
    if isinstance(value, list):
        return [_plain(part, opened, places) for part in value]
    if isinstance(value, str):
        return places.get(value, value)
    if not isinstance(value, dict):
        return value
    if "$sealed" in value:
        return opened[value["sha256"]]
    return {name: _plain(part, opened, places) for name, part in value.items()}
