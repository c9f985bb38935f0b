"""How a relationship is set up: registration, life cycle, plan, charter, exit strategy, and who holds its roles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from demo.book import Book, Entry, Seat, day, document
from demo.cast import org, person

SPONSOR = "executive_sponsor"
MANAGER = "relationship_manager"
ALL_PARTS = (
    "triggers",
    "transition",
    "information_assets",
    "intellectual_property",
    "people",
    "liabilities",
    "communication",
)


def register(
    book: Book, on: date, parties: Sequence[str], name: str, form: str, currency: str, time_zone: str, scope: str
) -> None:
    book.membership += [(on, party, True) for party in parties]
    book.write(
        "relationship.registered",
        on,
        parties[0],
        relationship_id=book.relationship_id,
        name=name,
        form=form,
        currency=currency,
        time_zone=time_zone,
        parties=list(parties),
        scope=scope,
        alias=book.alias,
    )


@dataclass(frozen=True)
class Team:
    """A party and the numbers of its people in the cast: sponsor, manager and, where named, their deputies."""

    alias: str
    sponsor: int = 0
    manager: int = 1
    sponsor_deputy: int | None = None
    manager_deputy: int | None = None

    @property
    def id(self) -> str:
        return org(self.alias)


def begin(
    book: Book, on: date, teams: Sequence[Team], steps: Sequence[tuple[str, int]], *about: str
) -> dict[tuple[str, str], Seat]:
    """Registers (`about`: name, form, currency, time zone, scope), fills the key roles and walks through the stages."""
    name, form, currency, time_zone, scope = about
    register(book, on, [team.id for team in teams], name, form, currency, time_zone, scope)
    seats: dict[tuple[str, str], Seat] = {}
    for team in teams:
        seats |= seat_team(book, on, team)
    for when, number in steps:
        stage(book, day(when), number)
    return seats


def seat_team(book: Book, on: date, team: Team) -> dict[tuple[str, str], Seat]:
    seats: dict[tuple[str, str], Seat] = {}
    for role, who, deputy in (
        (SPONSOR, team.sponsor, team.sponsor_deputy),
        (MANAGER, team.manager, team.manager_deputy),
    ):
        second = None if deputy is None else person(team.alias, deputy)
        seats[team.id, role] = appoint(book, on, team.id, role, person(team.alias, who), second)
    return seats


def join(book: Book, on: date, party: str, note: str) -> None:
    book.membership.append((on, party, True))
    book.write("relationship.party_joined", on, party, party=party, note=note)


def leave(book: Book, on: date, party: str, note: str) -> None:
    """The party is no longer active on that day; its seats fall empty with it."""
    book.membership.append((on, party, False))
    book.write("relationship.party_left", on, party, party=party, note=note)


def stage(
    book: Book, on: date, number: int, gate: str = "proceed", by: str | None = None, note: str | None = None
) -> None:
    lead = by or book.active(on)[0]
    seat = book.seat(lead, SPONSOR, on)
    approver = seat.person if seat else None
    book.write("lifecycle.stage_entered", on, lead, stage=number, gate=gate, approved_by=approver, note=note)


def appoint(book: Book, on: date, party: str, role: str, person: str, deputy: str | None = None) -> Seat:
    seat = Seat(book.new_id("role"), party, role, person, on)
    book.seats.append(seat)
    book.write("role.assigned", on, party, role_id=seat.role_id, role=role, party=party, person=person, deputy=deputy)
    return seat


def succeed(
    book: Book, seat: Seat, on: date, person: str, deputy: str | None, *, gap: int = 0, handover: int | None = 14
) -> Seat:
    """A change of person: the seat is vacated, filled `gap` days later, handed over after `handover` days or never."""
    book.seats[book.seats.index(seat)] = replace(seat, until=on)
    book.write("role.vacated", on, seat.party, role_id=seat.role_id)
    new = appoint(book, on + timedelta(days=gap), seat.party, seat.role, person, deputy)
    if handover is not None:
        book.write("role.handed_over", on + timedelta(days=handover), seat.party, role_id=seat.role_id, to=person)
    return new


def joint_plan(
    book: Book, issued: date, version: int, agreed: dict[str, int], parts: Sequence[str], *, effective_in: int = 14
) -> None:
    """Issued by the first of `agreed`; each party named there agrees so many days later."""
    title = f"Joint relationship management plan of {book.alias}, version {version}"
    plan = document(title, uri=f"https://files.example/{book.alias}/joint-plan-{version}.pdf")
    lead = next(iter(agreed))
    book.write(
        "joint_plan.issued",
        issued,
        lead,
        version=version,
        effective_on=issued + timedelta(days=effective_in),
        next_review_on=issued + timedelta(days=effective_in + 91),
        parts=list(parts),
        evidence=[plan],
    )
    for party, days in agreed.items():
        _sign(book, "joint_plan.agreed", issued + timedelta(days=days), version, party)


def charter(book: Book, issued: date, version: int, signed: dict[str, int]) -> None:
    book.write("charter.issued", issued, next(iter(signed)), version=version)
    for party, days in signed.items():
        _sign(book, "charter.signed", issued + timedelta(days=days), version, party)


def exit_strategy(book: Book, issued: date, version: int, agreed: dict[str, int], parts: Sequence[str]) -> None:
    book.write("exit_strategy.issued", issued, next(iter(agreed)), version=version, parts=list(parts))
    for party, days in agreed.items():
        if days >= 0:
            _sign(book, "exit_strategy.agreed", issued + timedelta(days=days), version, party)


def reviews_of(
    book: Book, type: str, version: int, dates: Sequence[date], by: Sequence[str], outcomes: Sequence[str] = ()
) -> None:
    """Reviews of a version of the plan or the exit strategy, led by the parties in turn."""
    for index, on in enumerate(dates):
        outcome = outcomes[index] if index < len(outcomes) else "No change." if outcomes else None
        book.write(type, on, by[index % len(by)], version=version, outcome=outcome)


def _sign(book: Book, type: str, on: date, version: int, party: str) -> Entry:
    return book.write(type, on, party, version=version, party=party, signatory=book.holder(party, SPONSOR, on))
