"""Interchange files for tests: a small story told with names alone, and what a register holds of such files."""

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from domain.store.append import Store

Line = dict[str, Any]
SAID = ("type", "on", "relationship_id", "on_behalf_of", "visibility", "data")
_ID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{64}")


def fact(kind: str, on: str = "2024-01-10", /, ref: str | None = None, by: str = "aster", **data: Any) -> Line:
    """One of the relationship named `wings`."""
    return wide(kind, on, ref, **data) | {"relationship_id": "wings", "on_behalf_of": by}


def wide(kind: str, on: str = "2024-01-02", /, ref: str | None = None, **data: Any) -> Line:
    """A register-wide fact."""
    line = {"type": kind, "on": on, "data": data}
    return line if ref is None else {**line, "event_ref": ref}


def promise(name: str, **more: Any) -> Line:
    """The party aster promises something to birch by 2024-02-10."""
    data = {"by_party": "aster", "to_parties": ["birch"], "title": f"Promise {name}", "due_on": "2024-02-10", **more}
    return fact("commitment.made", ref=name, **data)


OPENING: list[Line] = [
    wide("organisation.registered", ref="aster", legal_name="Aster AG", country="DE"),
    wide("organisation.registered", ref="birch", legal_name="Birch BV", country="NL"),
    wide("person.registered", ref="ada", organisation_id="aster", name="Ada Alder"),
    wide(
        "relationship.registered",
        ref="wings",
        name="Wings",
        form="bilateral",
        currency="EUR",
        time_zone="Europe/Berlin",
        parties=["aster", "birch"],
    )
    | {"on_behalf_of": "aster"},
]
"""Two organisations, a person and their relationship; no id is given anywhere."""


def text(lines: Iterable[Line]) -> str:
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


def write(path: Path, lines: Iterable[Line]) -> Path:
    path.write_text(text(lines), encoding="utf-8")
    return path


def said(store: Store) -> list[str]:
    """What every event says, in order: ids and digests by the order of their first mention."""
    names: dict[str, str] = {}
    told = []
    for _, stored in store.envelopes(0, 1_000_000):
        envelope = json.loads(stored)
        about = {part: envelope[part] for part in SAID}
        told.append(_ID.sub(lambda found: names.setdefault(found[0], f"#{len(names)}"), json.dumps(about)))
    return told
