"""What a measure finds, before it gets a status and a score."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from oracle.arithmetic import ONE, ratio
from oracle.entries import Entry
from oracle.facts import Facts


@dataclass
class Setting:
    """One indicator under one policy. Weight in hundredths, floor and target in ten-thousandths."""

    floor: int
    target: int
    weight: int
    window: int
    min_n: int
    enabled: bool = True


@dataclass
class Found:
    """Value, n and d in ten-thousandths; no value is NO_DATA. `items` is what min_n is compared with, if anything."""

    value: int | None = None
    n: int | None = None
    d: int | None = None
    items: int | None = None
    stale: bool = False
    counted: set[int] = field(default_factory=set)
    excluded: set[tuple[int, str]] = field(default_factory=set)

    def count(self, *entries: Entry | None) -> None:
        """Lists the entries and the corrections in force of them (A75)."""
        for entry in entries:
            if entry is not None:
                self.counted.add(entry.position)
                if entry.corrected_at is not None:
                    self.counted.add(entry.corrected_at)

    def leave_out(self, entry: Entry, reason: str) -> None:
        self.excluded.add((entry.position, reason))


@dataclass
class DueItem:
    """Something that falls due on a day. `reason` says why it is left out whatever the day."""

    made: Entry
    limit: date
    kept: bool
    deciders: list[Entry | None]
    reason: str | None = None
    without_effect: list[tuple[Entry, str]] = field(default_factory=list)


def items_due(facts: Facts, found: Found, window: int | None, items: Iterable[DueItem]) -> list[DueItem]:
    """The items to be judged; lists what is counted and what is left out. No window: ever due by T−1."""
    judged = []
    for item in items:
        if window is not None and item.limit < facts.today - timedelta(days=window):
            continue
        if item.reason is not None:
            found.leave_out(item.made, item.reason)
        elif item.limit >= facts.today:
            found.leave_out(item.made, "not_due")
        else:
            judged.append(item)
            found.count(item.made, *item.deciders)
            for entry, reason in item.without_effect:
                found.leave_out(entry, reason)
    return judged


def quotient(found: Found, n: int, d: int) -> Found:
    """Fills in a ratio of counts; nothing in the denominator leaves NO_DATA."""
    if d > 0:
        found.value, found.n, found.d, found.items = ratio(n, d), n * ONE, d * ONE, d
    return found


def missing(found: Found, d: int) -> Found:
    """A missing artefact: value 0 whatever min_n (A26, A86)."""
    found.value, found.n, found.d, found.items = 0, 0, d * ONE, None
    return found


def kept_in_time(facts: Facts, window: int | None, items: Iterable[DueItem]) -> Found:
    found = Found()
    judged = items_due(facts, found, window, items)
    return quotient(found, sum(1 for item in judged if item.kept), len(judged))


def answered_items(facts: Facts, made_type: str, due_field: str, answer_type: str, id_field: str) -> list[DueItem]:
    """Promises with a due date of their own and one kind of answer."""
    items = []
    for made in facts.of(made_type):
        if made.data.get(due_field) is None:
            continue
        limit = date.fromisoformat(made.data[due_field])
        answer = facts.first(answer_type, **{id_field: made.data[id_field]})
        items.append(DueItem(made, limit, answer is not None and answer.on <= limit, [answer]))
    return items


def limited_items(facts: Facts, made_type: str, days: int, answer_types: list[str], id_field: str) -> list[DueItem]:
    """Happenings that are to be answered within so many days."""
    items = []
    for made in facts.of(made_type):
        limit = made.on + timedelta(days=days)
        answer = facts.first(*answer_types, **{id_field: made.data[id_field]})
        items.append(DueItem(made, limit, answer is not None and answer.on <= limit, [answer]))
    return items
