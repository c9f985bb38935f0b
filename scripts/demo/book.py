"""The pages of one demo relationship: facts written practice by practice, handed out in the order of recording."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

END = date(2026, 11, 20)
"""The last day of the demo register: no fact is dated later, due dates may be."""

MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]  # fixed names, whatever the locale


def identity(*parts: object) -> str:
    """The same UUID for the same name, on every machine."""
    return str(uuid5(NAMESPACE_URL, "counterfoil:demo:" + "/".join(str(part) for part in parts)))


def day(text: str) -> date:
    return date.fromisoformat(text)


def workday(on: date) -> date:
    """The day itself, or the Friday before a weekend."""
    return on - timedelta(days=max(0, on.weekday() - 4))


def document(title: str, media_type: str = "application/pdf", uri: str | None = None) -> dict[str, str]:
    """A piece of evidence; there is no such file, the hash is that of its title."""
    item = {"title": title, "sha256": hashlib.sha256(title.encode()).hexdigest(), "media_type": media_type}
    return item | ({"uri": uri} if uri else {})


def money(amount: str, currency: str, rate: str | None = None) -> dict[str, str]:
    return {"amount": amount, "currency": currency} | ({"rate": rate} if rate else {})


@dataclass
class Entry:
    """One line of the file; `recorded` is the day on which it was written down, which may be later than `on`."""

    type: str
    on: date
    by: str | None
    data: dict[str, Any]
    recorded: date
    note: str | None = None
    evidence: list[dict[str, str]] | None = None
    own: bool = False
    ref: str | None = None

    def line(self, relationship_id: str | None) -> dict[str, object]:
        """The entry in the interchange form of docs/events.md 1."""
        out: dict[str, object] = {
            "type": self.type,
            "on": self.on.isoformat(),
            "relationship_id": relationship_id if self.by else None,
            "on_behalf_of": self.by,
            "data": self.data,
        }
        if self.ref:
            out["event_ref"] = self.ref
        if self.note:
            out["note"] = self.note
        if self.evidence:
            out["evidence"] = self.evidence
        if self.own:
            out["visibility"] = "own"
        return out


@dataclass
class Seat:
    """A person in a role of a party, from one day until the day it was vacated."""

    role_id: str
    party: str
    role: str
    person: str
    start: date
    until: date | None = None


@dataclass
class Book:
    """Collects the facts of one relationship. Parties and persons are UUID strings, dates are `date`."""

    alias: str
    end: date = END
    entries: list[Entry] = field(default_factory=list)
    seats: list[Seat] = field(default_factory=list)
    membership: list[tuple[date, str, bool]] = field(default_factory=list)
    _made: dict[str, int] = field(default_factory=dict)

    @property
    def relationship_id(self) -> str:
        return identity("relationship", self.alias)

    def write(
        self,
        type: str,
        when: date,
        by: str | None,
        /,
        *,
        note: str | None = None,
        evidence: list[dict[str, str]] | None = None,
        own: bool = False,
        days_late: int = 0,
        **data: Any,
    ) -> Entry:
        """Adds a fact; fields that are None are left out."""
        kept = {name: value for name, value in data.items() if value is not None}
        entry = Entry(type, when, by, kept, when + timedelta(days=days_late), note, evidence, own)
        self.entries.append(entry)
        return entry

    def new_id(self, kind: str) -> str:
        self._made[kind] = self._made.get(kind, 0) + 1
        return identity(self.alias, kind, self._made[kind])

    def in_order(self) -> list[Entry]:
        """As recorded: by day of recording, and within a day as written."""
        return sorted(self.entries, key=lambda entry: entry.recorded)

    def refer(self, entry: Entry) -> str:
        """Gives the entry a name by which later lines can point at it."""
        if entry.ref is None:
            self._made["ref"] = self._made.get("ref", 0) + 1
            entry.ref = f"{self.alias}:{entry.type}:{self._made['ref']}"
        return entry.ref

    def number(self, low: int, high: int, *key: object) -> int:
        """A number from low to high that depends on the key alone, not on what was asked before."""
        text = "/".join(str(part) for part in (self.alias, *key))
        return low + int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") % (high - low + 1)

    def phrase(self, texts: Sequence[str], index: int, on: date) -> str:
        """The next text of a list, with {n} (how often it has been used), {month} and {quarter} filled in."""
        text = texts[index % len(texts)]
        self._made[text] = self._made.get(text, 0) + 1
        month, quarter = f"{MONTHS[on.month - 1]} {on.year}", f"Q{(on.month + 2) // 3} {on.year}"
        return text.format(n=self._made[text], month=month, quarter=quarter)

    def reached(self, on: date) -> bool:
        return on <= self.end

    def every(self, first: date, last: date, days: int, *key: object) -> Iterator[date]:
        """Working days about `days` apart, up to two days early."""
        on = first
        while on <= last:
            yield workday(on - timedelta(days=self.number(0, 2, *key, on)))
            on += timedelta(days=days)

    def active(self, on: date) -> list[str]:
        """The parties of that day, in the order in which they joined."""
        rows = sorted((row for row in self.membership if row[0] <= on), key=lambda row: row[0])
        last = {party: joined for _, party, joined in rows}
        return [party for party, joined in last.items() if joined]

    def others(self, party: str, on: date) -> list[str]:
        return [other for other in self.active(on) if other != party]

    def seat(self, party: str, role: str, on: date) -> Seat | None:
        for seat in self.seats:
            in_office = seat.start <= on and (seat.until is None or on < seat.until)
            if (seat.party, seat.role) == (party, role) and in_office:
                return seat
        return None

    def holder(self, party: str, role: str, on: date) -> str:
        """The person in that role; a role that is empty on the day is a mistake of the scenario."""
        seat = self.seat(party, role, on)
        assert seat is not None, f"{self.alias}: {role} of {party} is empty on {on}"
        return seat.person
