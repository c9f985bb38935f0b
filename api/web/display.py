"""Entries as people read them. Every line is derived from the fact's class: a new event type needs nothing here."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from api.web.figures import trimmed
from api.web.names import NOT_ITEMS, TARGET, TITLES, Names, replacement
from api.web.words import day, number_of, plain, sentence
from domain.facts.entries import EntryCorrected
from domain.facts.fact import Envelope, Fact
from domain.facts.structure import Field, fields
from domain.values import Money, Sealed

ERASED = "erased from the vault"
SUMMARY_LENGTH = 240
FEW = 4


class Value(Struct, frozen=True):
    """Something readable, with the address of what it names where that has a page. `faint`: not there any more."""

    text: str
    href: str | None = None
    faint: bool = False


class Line(Struct, frozen=True):
    """One field: a single value, or rows of a list or map with their headings (empty for a plain list)."""

    label: str
    rows: tuple[tuple[Value, ...], ...]
    headings: tuple[str, ...] = ()

    @property
    def single(self) -> Value | None:
        return self.rows[0][0] if len(self.rows) == 1 and len(self.rows[0]) == 1 and not self.headings else None


class Shown(Struct, frozen=True, kw_only=True):
    """An entry in a list."""

    position: int
    on: date
    type: str
    behalf: str
    summary: str
    note: str | None
    reason: str | None = None


def shown(envelope: Envelope, names: Names, reason: str | None = None) -> Shown:
    return Shown(
        position=envelope.position,
        on=envelope.on,
        type=envelope.type,
        behalf=names.organisation(envelope.on_behalf_of) if envelope.on_behalf_of else "the operator",
        summary=summary(envelope.data, names),
        note=note(envelope, names),
        reason=reason,
    )


def note(envelope: Envelope, names: Names) -> str | None:
    """The free text of the entry, None when it has none."""
    if envelope.note is None:
        return None
    return names.texts.get(envelope.note, ERASED) if isinstance(envelope.note, Sealed) else envelope.note


def summary(fact: Fact, names: Names) -> str:
    """The fact in one line, without the item that it is about and without its title."""
    parts = []
    for line in lines(fact, names, leaving_out=(*TITLES, TARGET)):
        label = line.label.lower().removesuffix(" party").removesuffix(" parties")
        value = line.single
        parts.append(_counted(label, line) if value is None else f"{label} {value.text}")
    text = " · ".join(parts)
    return text if len(text) <= SUMMARY_LENGTH else f"{text[:SUMMARY_LENGTH]}…"


def _counted(label: str, line: Line) -> str:
    """A list in few words: what it holds where that is little, else how much."""
    if len(line.rows) <= FEW and not line.headings:
        return f"{label} {', '.join(' '.join(value.text for value in row) for row in line.rows)}"
    return number_of(len(line.rows), label.removesuffix("s") if label.endswith("s") else f"{label} line")


def lines(fact: Fact, names: Names, leaving_out: tuple[str, ...] = ()) -> list[Line]:
    """Every field that has a value, in the order of the class."""
    found = []
    for f in fields(type(fact)):
        value = getattr(fact, f.name)
        if value is None or value == () or f.name in leaving_out:
            continue
        if f.notes.get("column") == "item" and leaving_out:
            continue
        found.append(_line(fact, f, value, names))
    return found


def _line(fact: Fact, f: Field, value: Any, names: Names) -> Line:
    label = sentence(f.name.removesuffix("_id") if f.name != TARGET else "about entry")
    if isinstance(fact, EntryCorrected) and f.name == "data":
        target = names.entries.get(fact.target_event_id)
        if target is not None:
            inner = lines(replacement(fact, type(target.data)), names)
            return Line("New data", tuple((Value(i.label), _joined(i)) for i in inner))
    if f.many == "list":
        leaves = {leaf.path: leaf.notes for leaf in f.leaves}
        if set(leaves) == {""}:
            return Line(label, tuple((_value(each, leaves[""], names),) for each in value))
        rows = tuple(tuple(_value(getattr(each, path), leaves[path], names) for path in leaves) for each in value)
        return Line(label, rows, tuple(sentence(path) for path in leaves))
    if f.many == "map":
        key, held = (leaf.notes for leaf in f.leaves)
        return Line(label, tuple((_value(k, key, names), _value(v, held, names)) for k, v in value.items()))
    if isinstance(value, Struct) and not isinstance(value, Money | Sealed):
        flat = tuple((Value(path), Value(text)) for path, text in _flat(msgspec.to_builtins(value)))
        return Line(label, flat)
    notes = {"known": "entry"} if f.name == TARGET else f.notes
    return Line(label, ((_value(value, notes, names),),))


def _joined(line: Line) -> Value:
    return line.single or Value("; ".join(" ".join(v.text for v in row) for row in line.rows))


def _value(value: Any, notes: Mapping[str, str], names: Names) -> Value:
    match value:
        case UUID():
            return _named(value, notes, names)
        case Sealed():
            text = names.texts.get(value)
            return Value(ERASED, faint=True) if text is None else Value(text)
        case Money():
            rate = f" at {value.rate}" if value.rate and value.rate != "1" else ""
            return Value(f"{trimmed(value.amount)} {value.currency}{rate}")
        case bool():
            return Value("yes" if value else "no")
        case datetime():
            return Value(value.isoformat())
        case date():
            return Value(day(value))
        case None:
            return Value("–")
        case str() if notes.get("column") == "code" or notes.get("part") == "code":
            return Value(plain(value))
        case _:
            return Value(str(value))


def _named(id: UUID, notes: Mapping[str, str], names: Names) -> Value:
    known = notes.get("known")
    if known == "entry":
        target = names.entries.get(id)
        if target is None:
            return Value(str(id))
        return Value(f"{sentence(target.type)}, position {target.position}", f"/events/{target.position}")
    if known == "person":
        name = names.people.get(id, "")
        return Value("name erased" if name is None else name or str(id), faint=name is None)
    if known in NOT_ITEMS:
        return Value(names.organisation(id))
    item = names.items.get(id)
    return Value(item.title or str(id), f"/events/{item.position}") if item else Value(str(id))


def _flat(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, part in value.items():
            yield from _flat(part, f"{path} {plain(str(key))}".strip())
    else:
        yield path, str(value)
