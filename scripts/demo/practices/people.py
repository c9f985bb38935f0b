"""Competence in the roles, development, behaviour ratings and concerns (docs/principles.md P6, P2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from demo.book import Book, workday
from demo.practices.foundation import MANAGER, SPONSOR

NEEDS: dict[str, dict[str, int]] = {
    SPONSOR: {"Joint decision making": 4},
    MANAGER: {"Conflict resolution": 4, "Commercial judgement": 3},
}


def require(book: Book, on: date, by: str, needs: Mapping[str, Mapping[str, int]] = NEEDS) -> None:
    for role, levels in needs.items():
        for competence, level in levels.items():
            book.write("competence.required", on, by, role=role, competence=competence, level=level)


def assess(
    book: Book, on: date, levels: str, *, valid: int = 400, needs: Mapping[str, Mapping[str, int]] = NEEDS
) -> None:
    """One digit per pair of role in office and competence, party by party; 0 leaves the pair out."""
    step = 0
    for party in book.active(on):
        for role, wanted in needs.items():
            seat = book.seat(party, role, on)
            for competence in wanted:
                level = int(levels[step % len(levels)])
                step += 1
                if seat and level:
                    book.write(
                        "competence.assessed",
                        on,
                        party,
                        role_id=seat.role_id,
                        competence=competence,
                        level=level,
                        valid_until=on + timedelta(days=valid),
                    )


@dataclass(frozen=True)
class Development:
    """K done by the day - L after it - N not done."""

    title: str
    agreed: date
    due: date
    outcome: str
    joint: bool = True


def develop(book: Book, actions: Sequence[Development]) -> None:
    for step, item in enumerate(actions):
        number = book.new_id("development")
        lead = book.active(item.agreed)[step % len(book.active(item.agreed))]
        book.write(
            "development_action.agreed",
            item.agreed,
            lead,
            action_id=number,
            title=item.title,
            due_on=item.due,
            joint=item.joint,
        )
        done = workday(item.due + timedelta(days={"K": -5, "L": 17, "N": 9999}[item.outcome]))
        if book.reached(done):
            book.write("development_action.completed", done, lead, action_id=number)


def rate(book: Book, on: date, about: str, by: str, ratings: str, *, own: bool = False) -> None:
    """One digit per respondent, spread over a few days."""
    for number, digit in enumerate(ratings, start=1):
        when = workday(on + timedelta(days=number))
        book.write(
            "behaviour.rated",
            when,
            by,
            own=own,
            about_party=about,
            by_party=by,
            respondent=f"b-{number:02}",
            rating=int(digit),
        )


@dataclass(frozen=True)
class Concern:
    """`days`: until it was closed, None while it is open."""

    raised: date
    by: str
    about: str
    description: str
    days: int | None = None
    outcome: str | None = None


def concern(book: Book, item: Concern) -> None:
    number = book.new_id("concern")
    book.write(
        "behaviour_concern.raised",
        item.raised,
        item.by,
        concern_id=number,
        by_party=item.by,
        about_party=item.about,
        description=item.description,
    )
    if item.days is not None and book.reached(on := workday(item.raised + timedelta(days=item.days))):
        book.write("behaviour_concern.closed", on, item.by, concern_id=number, outcome=item.outcome)
