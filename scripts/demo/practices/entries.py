"""What the parties say about entries: countersignatures, disputes, corrections and voids (docs/events.md)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from demo.book import Book, Entry, workday


def countersign(book: Book, since: date, until: date, percent: int, comments: Sequence[str] = ()) -> None:
    """Accepts so many of a hundred shared entries of these days on behalf of another party, a few days later.

    Entries that every party had agreed to, or that were disputed or corrected, get none.
    """
    chosen = [entry for entry in book.in_order() if since <= entry.on <= until and _open(book, entry)]
    for step, entry in enumerate(chosen):
        if book.number(1, 100, "countersign", step, entry.type) > percent:
            continue
        on = max(
            entry.recorded, workday(min(book.end, entry.recorded + timedelta(days=book.number(2, 9, "seen", step))))
        )
        others = book.others(str(entry.by), on)
        if others:
            comment = comments[step // 9 % len(comments)] if comments and step % 9 == 4 else None
            _say(book, entry, on, others[step % len(others)], "accepted", comment)


def _open(book: Book, entry: Entry) -> bool:
    if (
        entry.own
        or entry.ref
        or entry.by is None
        or entry.type.startswith(("entry.", "relationship.party", "health_check.answered"))
    ):
        return False
    agreed = entry.data.get("agreed_by")
    return not (isinstance(agreed, list) and set(book.active(entry.on)) <= {entry.by, *agreed})


def _say(book: Book, entry: Entry, on: date, party: str, decision: str, comment: str | None) -> None:
    book.write(
        "entry.countersigned",
        on,
        party,
        target_event_id=book.refer(entry),
        party=party,
        decision=decision,
        comment=comment,
    )


def find(book: Book, type: str, on_or_after: date, **data: Any) -> Entry:
    """The first entry of a type from that day on with these fields."""
    for entry in book.in_order():
        if entry.type == type and entry.on >= on_or_after and all(entry.data.get(k) == v for k, v in data.items()):
            return entry
    raise LookupError(f"{book.alias} has no {type} from {on_or_after} on")


def _after(entry: Entry, days: int) -> date:
    return workday(entry.recorded + timedelta(days=days))


def dispute(
    book: Book,
    entry: Entry,
    days: int,
    comment: str,
    settled: int | None = None,
    outcome: str = "upheld",
    own_side: bool = False,
) -> None:
    """The other side does not accept an entry; days count from its recording; without `settled` it stays open."""
    on = _after(entry, days)
    party = book.others(str(entry.by), on)[0]
    _say(book, entry, on, party, "disputed", comment)
    if settled is not None:
        by = str(entry.by) if own_side else party
        book.write(
            "entry.dispute_settled", _after(entry, settled), by, target_event_id=book.refer(entry), outcome=outcome
        )


def correct(book: Book, entry: Entry, days: int, reason: str, *, to_date: date | None = None, **changes: Any) -> Entry:
    """Replaces fields of an entry's data, and with `to_date` its business date, `days` after it was recorded."""
    return book.write(
        "entry.corrected",
        _after(entry, days),
        entry.by,
        own=entry.own,
        target_event_id=book.refer(entry),
        data=entry.data | changes,
        on=to_date,
        reason=reason,
    )


def void(book: Book, entry: Entry, days: int, reason: str) -> None:
    book.write(
        "entry.voided", _after(entry, days), entry.by, own=entry.own, target_event_id=book.refer(entry), reason=reason
    )
