"""Information asked for and given, knowledge shared, lessons kept (docs/principles.md P9)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from demo.book import Book, workday

HANDLING: dict[str, dict[str, Any]] = {
    "i": {"classification": "internal", "ip_status": "none"},
    "b": {"classification": "internal", "ip_status": "background"},
    "c": {"classification": "confidential", "ip_status": "foreground"},
    "r": {"classification": "restricted", "ip_status": "background"},
    "t": {"classification": "confidential", "ip_status": "third_party"},
    "p": {"classification": "public", "ip_status": "none"},
    "u": {"classification": "confidential", "ip_status": "background"},  # and nobody said for what it may be used
    "m": {"classification": "internal"},  # rights left open
    "x": {},  # nothing said at all
}
"""One letter for how completely a share is marked: the last three break the handling rules."""


@dataclass(frozen=True)
class Giver:
    """A party that shares: one handling letter per share, y or n for whether the receiver acknowledged it."""

    party: str
    handling: str
    acknowledged: str
    topics: Sequence[str]
    use: str = "Within the joint teams of this relationship"


def shares(book: Book, givers: Sequence[Giver], first: date, last: date, every: int) -> list[str]:
    """Shares by the givers in turn; gives their ids."""
    made: list[str] = []
    counts = [0] * len(givers)
    for step, on in enumerate(book.every(first, min(last, book.end), every, "share")):
        giver = givers[step % len(givers)]
        index = counts[step % len(givers)]
        counts[step % len(givers)] += 1
        if giver.party in book.active(on):
            made.append(share(book, giver, index, on))
    return made


def share(
    book: Book,
    giver: Giver,
    index: int,
    on: date,
    *,
    answers: str | None = None,
    to: Sequence[str] = (),
    topic: str = "",
) -> str:
    letter = giver.handling[index % len(giver.handling)]
    marks = HANDLING[letter]
    receivers = list(to) or book.others(giver.party, on)
    number = book.new_id("share")
    restricted = letter in "crt"
    book.write(
        "knowledge.shared",
        on,
        giver.party,
        share_id=number,
        from_party=giver.party,
        to_parties=receivers,
        topic=topic or book.phrase(giver.topics, index, on),
        **marks,
        permitted_use=giver.use if restricted else None,
        expires_on=on + timedelta(days=730) if letter in "rt" else None,
        contains_personal_data=book.number(0, 9, "personal", on) == 0,
        answers_request=answers,
    )
    if giver.acknowledged[index % len(giver.acknowledged)] == "y":
        seen = workday(on + timedelta(days=book.number(1, 6, "seen", on)))
        seen = max(seen, on)
        if book.reached(seen):
            book.write("knowledge.acknowledged", seen, receivers[0], share_id=number, party=receivers[0])
    return number


@dataclass(frozen=True)
class Asker:
    """A party that asks another; one letter per request.

    A answered in time - L answered late - N not answered - D declined on a permitted ground - d declined on another -
    W withdrawn by the asker.
    """

    party: str
    of: Giver
    outcomes: str
    topics: Sequence[str]


GROUNDS = ("export control", "patient privacy", "third-party confidentiality", "not available in that form")


def requests(book: Book, askers: Sequence[Asker], first: date, last: date, every: int) -> None:
    counts = [0] * len(askers)
    for step, on in enumerate(book.every(first, min(last, book.end), every, "request")):
        asker = askers[step % len(askers)]
        index = counts[step % len(askers)]
        counts[step % len(askers)] += 1
        if {asker.party, asker.of.party} <= set(book.active(on)):
            _request(book, asker, index, on)


def _request(book: Book, asker: Asker, index: int, on: date) -> None:
    number = book.new_id("request")
    needed = workday(on + timedelta(days=book.number(12, 24, "needed", on)))
    topic = book.phrase(asker.topics, index, on)
    book.write(
        "information.requested",
        on,
        asker.party,
        request_id=number,
        by_party=asker.party,
        from_party=asker.of.party,
        topic=topic,
        needed_by=needed,
    )
    letter = asker.outcomes[index % len(asker.outcomes)]
    answered = workday(needed + timedelta(days={"A": -3, "L": 8, "N": 9999}.get(letter, -5)))
    if not book.reached(answered):
        return
    if letter in "AL":
        share(book, asker.of, index + 7, answered, answers=number, to=[asker.party], topic=f"Answer: {topic}")
    elif letter in "Dd":
        ground = GROUNDS[3] if letter == "d" else GROUNDS[book.number(0, 2, "ground", on)]
        book.write(
            "information.request_declined",
            answered,
            asker.of.party,
            request_id=number,
            ground=ground,
            permitted=letter == "D",
        )
    elif letter == "W":
        book.write("information.request_withdrawn", answered, asker.party, request_id=number)


@dataclass(frozen=True)
class Lesson:
    on: date
    by: str
    title: str
    applied: int | None = None
    where: str | None = None


def lessons(book: Book, learnt: Sequence[Lesson]) -> None:
    """`applied`: days until somebody made use of it, None when nobody did."""
    for item in learnt:
        number = book.new_id("lesson")
        book.write("lesson.recorded", item.on, item.by, lesson_id=number, title=item.title)
        if item.applied is not None and book.reached(on := workday(item.on + timedelta(days=item.applied))):
            other = (book.others(item.by, on) or [item.by])[0]
            book.write("lesson.applied", on, other, lesson_id=number, where_applied=item.where)
