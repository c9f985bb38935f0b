"""Commitments and what became of them (docs/principles.md P7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from demo.book import Book, workday


@dataclass(frozen=True)
class Maker:
    """A party that promises: what, and one letter per promise for what becomes of it.

    K kept - C kept and confirmed - L late - O never done - B declared broken -
    R moved early by agreement and kept - S moved at short notice by agreement and kept - T moved after the day -
    N moved without the partner's agreement - W withdrawn by all - X withdrawn by the maker alone -
    D disputed and open - U disputed, upheld, done again - J disputed, rejected.
    """

    party: str
    outcomes: str
    titles: Sequence[str]
    reasons: Sequence[str] = ("Capacity was needed elsewhere.",)
    disputes: Sequence[str] = ("What was delivered is not what we agreed.",)
    codes: Sequence[str] = ("capacity",)
    to: Sequence[str] = ()


@dataclass(frozen=True)
class _Promise:
    book: Book
    maker: Maker
    index: int
    made: date
    due: date
    id: str
    to: list[str]

    def number(self, low: int, high: int, what: str) -> int:
        return self.book.number(low, high, what, self.maker.party, self.due)

    def fact(self, type: str, on: date, by: str, *, days_late: int = 0, **data: Any) -> bool:
        """Recorded when that day has come, for another party where the maker has left; tells whether it has come."""
        on = workday(on)
        if self.book.reached(on):
            by = by if by in self.book.active(on) else self.book.active(on)[0]
            late = days_late if self.book.reached(on + timedelta(days=days_late)) else 0
            self.book.write("commitment." + type, on, by, days_late=late, commitment_id=self.id, **data)
            return True
        return False

    def text(self, texts: Sequence[str]) -> str:
        return texts[self.index % len(texts)]


def promises(
    book: Book, makers: Sequence[Maker], first_due: date, last_due: date, every: int, notice: int = 35
) -> None:
    """Promises by the makers in turn, falling due about every so many days."""
    counts = [0] * len(makers)
    for turn_no, due in enumerate(book.every(first_due, last_due, every, "promise")):
        maker = makers[turn_no % len(makers)]
        index = counts[turn_no % len(makers)]
        counts[turn_no % len(makers)] += 1
        made = workday(due - timedelta(days=notice + book.number(0, 9, "notice", due)))
        if book.reached(made) and maker.party in book.active(made):
            _tell(_begin(book, maker, index, made, due))


def _begin(book: Book, maker: Maker, index: int, made: date, due: date) -> _Promise:
    to = [party for party in maker.to or book.others(maker.party, made) if party in book.active(made)]
    promise = _Promise(book, maker, index, made, due, book.new_id("commitment"), to)
    title = book.phrase(maker.titles, index, due)
    promise.fact("made", made, maker.party, by_party=maker.party, to_parties=to, title=title, due_on=due)
    if promise.number(1, 5, "accept") == 1:
        promise.fact("accepted", made + timedelta(days=promise.number(2, 6, "accepted")), to[0], party=to[0])
    return promise


def _tell(promise: _Promise) -> None:
    letter = promise.maker.outcomes[promise.index % len(promise.maker.outcomes)]
    due, by = promise.due, promise.maker.party
    if letter in "KC":
        done = due - timedelta(days=promise.number(0, 5, "early"))
        forgotten = letter == "K" and promise.number(1, 8, "forgotten") == 1
        if promise.fact("fulfilled", done, by, days_late=11 if forgotten else 0) and letter == "C":
            confirmed = due + timedelta(days=promise.number(1, 6, "confirmed"))
            promise.fact("fulfilment_confirmed", confirmed, promise.to[0], party=promise.to[0])
    elif letter == "L":
        promise.fact("fulfilled", due + timedelta(days=promise.number(6, 24, "late")), by)
    elif letter == "B":
        promise.fact("broken", due + timedelta(days=4), by, reason_code=promise.text(promise.maker.codes))
    elif letter in "RSTN":
        _moved(promise, letter)
    elif letter in "WX":
        agreed = [by, *promise.to] if letter == "W" else [by]
        promise.fact("withdrawn", due - timedelta(days=9), by, agreed_by=agreed)
    elif letter in "DUJ":
        _disputed(promise, letter)
    else:
        assert letter == "O", letter


def _moved(promise: _Promise, letter: str) -> None:
    asked, answered = {"R": (-12, -8), "S": (-4, -2), "T": (2, 5), "N": (-6, -5)}[letter]
    due, by = promise.due, promise.maker.party
    new_due = workday(due + timedelta(days=promise.number(14, 25, "moved")))
    done = promise.fact(
        "rescheduled",
        workday(due + timedelta(days=answered)),
        by,
        new_due_on=new_due,
        requested_on=workday(due + timedelta(days=asked)),
        agreed_by=[by] if letter == "N" else [by, *promise.to],
        reason=promise.text(promise.maker.reasons),
    )
    if done:
        promise.fact("fulfilled", new_due - timedelta(days=promise.number(0, 3, "then")), by)


def _disputed(promise: _Promise, letter: str) -> None:
    due, by, other = promise.due, promise.maker.party, promise.to[0]
    if not promise.fact("fulfilled", due - timedelta(days=1), by):
        return
    promise.fact(
        "fulfilment_disputed", due + timedelta(days=3), other, party=other, reason=promise.text(promise.maker.disputes)
    )
    if letter == "U" and promise.fact("dispute_settled", due + timedelta(days=12), other, outcome="upheld"):
        promise.fact("fulfilled", due + timedelta(days=21), by)
    if letter == "J":
        promise.fact("dispute_settled", due + timedelta(days=10), by, outcome="rejected")
