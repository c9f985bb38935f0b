"""From untyped data to facts: the one place where malformed input is turned away, with its value and its place."""

import re
from typing import Any

import msgspec

from domain.errors import IsMalformed, IsOutOfRange
from domain.facts import FACTS
from domain.facts.fact import Fact
from domain.values import FORMS

_AT = re.compile(r"^(?P<what>.*?)(?: - at (?:`key` in )?`(?P<path>[^`]*)`)?$", re.DOTALL)
_PATTERN = re.compile(r"Expected `str` matching regex ('.*')$")
_RANGE = re.compile(r">=|<=|> |< |length|matching regex|Invalid enum")


def parse_fact(kind: str, data: object, place: str = "") -> Fact:
    """The fact of that event type. Raises IsMalformed or IsOutOfRange with the field and its value."""
    if kind not in FACTS:
        raise IsMalformed(f"There is no event type {kind!r}.", "type")
    if not isinstance(data, dict):
        raise IsMalformed(f"data of {kind} is an object, not {_shown(data)}.", place or "data")
    if "type" in data:
        raise IsMalformed(f"{kind} has no field type.", "type")
    fact: Fact = convert(data, FACTS[kind], place)
    return fact


def convert(data: dict[str, Any], kind: type[Any], place: str = "") -> Any:
    """The data as that struct. Raises IsMalformed or IsOutOfRange with the place and the offending value."""
    try:
        return msgspec.convert(data, kind)
    except msgspec.ValidationError as error:
        raise refusal(str(error), data, place) from error


def refusal(message: str, data: object, place: str) -> IsMalformed | IsOutOfRange:
    match = _AT.match(message)
    assert match is not None
    path = (match["path"] or "$").removeprefix("$").removeprefix(".")
    where = ".".join(filter(None, (place, path)))
    what = _PATTERN.sub(lambda found: f"expected {FORMS[found[1]]}", match["what"])
    if path:
        said = _said(data, path)
        what = f"{where}{said}: {what}"
    kind = IsOutOfRange if _RANGE.search(match["what"]) else IsMalformed
    return kind(f"{what}.", where or None)


def _said(data: object, path: str) -> str:
    """The value there, nothing where msgspec does not say which of a map's values it is."""
    if "[...]" in path:
        return ""
    for step in re.findall(r"[^.\[\]]+", path):
        data = data[int(step)] if isinstance(data, list | tuple) else data[step]  # type: ignore[index]
    return f" is {_shown(data)}"


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
