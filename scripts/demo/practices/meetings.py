"""Governance bodies, their meetings and decisions, and promised resources (docs/principles.md P4, P5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from demo.book import Book, workday


@dataclass
class Body:
    """A body and how it lives: one letter per meeting, one per decision.

    Meetings: H held with everyone - P the first party's first seat missing - Q the second's - M never held -
    X called off by all in good time - x called off by one alone - V held nine days late - U held without a date set.
    Decisions: - none - I done on time - L done late - N not done - R reversed before the day - V reversed after it.
    """

    name: str
    level: str
    cadence: int
    roles: Sequence[str]
    meetings: str
    decisions: str
    texts: Sequence[str] = ()
    required: Sequence[str] | None = None
    notes: Sequence[str] = ()
    id: str = ""
    held: int = 0
    decided: int = 0


def establish(book: Book, body: Body, on: date, by: str) -> None:
    body.id = book.new_id("body")
    book.write(
        "governance_body.established",
        on,
        by,
        body_id=body.id,
        name=body.name,
        level=body.level,
        cadence_days=body.cadence,
        required_roles=list(body.roles[:1] if body.required is None else body.required),
    )


def sit(book: Book, body: Body, first: date, last: date) -> None:
    """The meetings of an established body between two days, with the decisions taken there."""
    for index, planned in enumerate(book.every(first, last, body.cadence, body.name)):
        letter = body.meetings[index % len(body.meetings)]
        set_on = workday(planned - timedelta(days=21))
        if not book.reached(planned if letter == "U" else set_on):
            return
        staying = [party for party in book.active(set_on) if party in book.active(planned)]
        lead = staying[index % len(staying)]
        meeting = None
        if letter != "U":
            meeting = book.new_id("meeting")
            book.write("meeting.scheduled", set_on, lead, meeting_id=meeting, body_id=body.id, scheduled_for=planned)
        if letter in "Xx":
            _call_off(book, meeting, planned, lead, letter)
        elif letter != "M":
            held = workday(planned + timedelta(days=9)) if letter == "V" else planned
            if book.reached(held):
                _hold(book, body, meeting, held, lead, letter)


def _call_off(book: Book, meeting: str | None, planned: date, lead: str, letter: str) -> None:
    on = workday(planned - timedelta(days=12 if letter == "X" else 2))
    if book.reached(on):
        agreed = book.active(on) if letter == "X" else [lead]
        book.write("meeting.cancelled", on, lead, meeting_id=meeting, agreed_by=agreed)


def _hold(book: Book, body: Body, meeting: str | None, held: date, lead: str, letter: str) -> None:
    missing = {"P": 0, "Q": 1}.get(letter, -1)
    attendees = [
        {"party": party, "role": role, "person": seat.person}
        for number, party in enumerate(book.active(held))
        for rank, role in enumerate(body.roles)
        if (seat := book.seat(party, role, held)) and not (number == missing and rank == 0)
    ]
    book.write(
        "meeting.held",
        held,
        lead,
        meeting_id=meeting,
        body_id=None if meeting else body.id,
        attendees=attendees,
        note=body.notes[body.held % len(body.notes)] if body.notes and body.held % 4 == 1 else None,
    )
    if body.texts:
        _decide(book, body, held, lead)
    body.held += 1


def _decide(book: Book, body: Body, on: date, lead: str) -> None:
    letter = body.decisions[body.held % len(body.decisions)]
    if letter == "-":
        return
    decision = book.new_id("decision")
    parties = book.active(on)
    owner = parties[(body.held + 1) % len(parties)]
    due = workday(on + timedelta(days=book.number(28, 45, "decision", on)))
    book.write(
        "decision.taken",
        on,
        lead,
        decision_id=decision,
        body_id=body.id,
        text=book.phrase(body.texts, body.decided, on),
        agreed_by=parties,
        owner_party=owner,
        due_on=due,
    )
    body.decided += 1
    what, days = {
        "I": ("implemented", -3),
        "L": ("implemented", 11),
        "R": ("reversed", -7),
        "V": ("reversed", 6),
        "N": ("", 0),
    }[letter]
    done = workday(due + timedelta(days=days))
    if what and book.reached(done):
        by = owner if owner in book.active(done) else book.active(done)[0]
        book.write("decision." + what, done, by, decision_id=decision)


@dataclass(frozen=True)
class Resource:
    """K provided on the day - L provided late - N not provided."""

    party: str
    kind: str
    needed: date
    outcome: str
    description: str


def resources(book: Book, promised: Sequence[Resource]) -> None:
    for item in promised:
        made = workday(item.needed - timedelta(days=40))
        resource = book.new_id("resource")
        book.write(
            "resource.committed",
            made,
            item.party,
            resource_id=resource,
            by_party=item.party,
            kind=item.kind,
            needed_by=item.needed,
            description=item.description,
        )
        given = workday(item.needed + timedelta(days={"K": -2, "L": 13, "N": 9999}[item.outcome]))
        if book.reached(given):
            book.write("resource.provided", given, item.party, resource_id=resource)
