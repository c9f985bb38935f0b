"""The `event_ref` names of an interchange file: which event, and which thing, each stands for.

Source: docs/principles.md A90.
"""

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

from msgspec import Struct, inspect

from domain.errors import IsMalformed
from domain.facts import FACTS
from domain.facts.entries import EntryCorrected
from domain.facts.fact import Envelope, Fact
from domain.facts.structure import fields, item_field

Data = dict[str, Any]
_ID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Named(Struct, frozen=True):
    """The event of a named line. `things`: the ids of what it is about by their fields, the item's first."""

    event_id: str
    type: str
    things: dict[str, str]


class Names:
    """The names given so far, in the order of the file."""

    def __init__(self) -> None:
        self._lines: dict[str, int] = {}
        self._named: dict[str, Named] = {}

    def claim(self, name: str, line: int) -> None:
        """The name is taken by that line. Raises IsMalformed for a name that cannot be one or is taken already."""
        if not name or looks_like_an_id(name):
            raise IsMalformed(f"event_ref is {name!r}: a name is not empty and does not look like an id.", "event_ref")
        if name in self._lines:
            raise IsMalformed(f"event_ref is {name!r}, the name of line {self._lines[name]} already.", "event_ref")
        self._lines[name] = line

    def give(self, name: str, event: Envelope) -> None:
        """The claimed name stands for the event."""
        kind = type(event.data)
        ids = {field: getattr(event.data, field) for field in (item_field(kind), *kind.fills) if field}
        things = {field: str(value) for field, value in ids.items() if value is not None}
        self._named[name] = Named(str(event.event_id), event.type, things)

    def thing(self, text: Any, place: str) -> Any:
        """The id in a place where the id of a thing stands: as given, or of the thing that the named line is about."""
        named = self._find(text, place)
        if named is None:
            return text
        if not named.things:
            raise IsMalformed(f"{place} is {text!r}, the name of a {named.type}, which brings no id.", place)
        return named.things.get(place.rpartition(".")[2]) or next(iter(named.things.values()))

    def resolve(self, kind: type[Fact], data: Data, type_of: Callable[[UUID], str]) -> Data:
        """The data with an id in the place of every name. `type_of`: the type of a recorded event, by its id."""
        resolved = self._things(kind, data, "")
        target = data.get("target_event_id")
        if not isinstance(target, str):
            return resolved
        named = self._find(target, "target_event_id")
        if named is not None:
            resolved["target_event_id"] = named.event_id
        if kind is EntryCorrected and isinstance(data.get("data"), dict):
            about = named.type if named else type_of(UUID(target))
            resolved["data"] = self._things(FACTS[about], data["data"], "data.")
        return resolved

    def _things(self, kind: type[Fact], data: Data, before: str) -> Data:
        resolved = dict(data)
        for f in fields(kind):
            value, place = data.get(f.name), before + f.name
            if value is None or f.name == "target_event_id":
                continue
            if isinstance(f.type, inspect.UUIDType):
                resolved[f.name] = self.thing(value, place)
            elif f.many:
                paths = [leaf.path for leaf in f.leaves if isinstance(leaf.type, inspect.UUIDType)]
                if paths:
                    resolved[f.name] = self._within(value, paths, place)
        return resolved

    def _within(self, value: Any, paths: list[str], place: str) -> Any:
        """A map from ids, or a list of ids or of objects that hold ids."""
        if isinstance(value, dict):
            found = {self.thing(key, place): each for key, each in value.items()}
            if len(found) < len(value):
                raise IsMalformed(f"{place} names one thing twice.", place)
            return found
        if not isinstance(value, list):
            return value
        if paths == [""]:
            return [self.thing(each, f"{place}[{n}]") for n, each in enumerate(value)]
        return [
            {k: self.thing(v, f"{place}[{n}].{k}") if k in paths else v for k, v in each.items()}
            if isinstance(each, dict)
            else each
            for n, each in enumerate(value)
        ]

    def _find(self, text: Any, place: str) -> Named | None:
        """What the text names, None where it is an id or no text at all. Raises IsMalformed for any other text."""
        if not isinstance(text, str) or _ID.fullmatch(text):
            return None
        if (named := self._named.get(text)) is not None:
            return named
        if text in self._lines:
            line = self._lines[text]
            raise IsMalformed(f"{place} is {text!r}, the name of line {line}, of which nothing was recorded.", place)
        if not looks_like_an_id(text):
            raise IsMalformed(f"{place} is {text!r}, neither an id nor the name of an earlier line.", place)
        return None


def looks_like_an_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
