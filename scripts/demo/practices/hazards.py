"""The joint risk register and the issues of the relationship (docs/principles.md P10, P5, P4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from demo.book import Book, money, workday
from demo.practices.foundation import MANAGER, SPONSOR


@dataclass(frozen=True)
class Treatment:
    """K completed before the day - L after it - N not at all."""

    action: str
    due: date
    outcome: str
    owner: str


@dataclass(frozen=True)
class Risk:
    """`ratings`: probability and impact as two digits, spread over the dates; where none changes it is a review."""

    title: str
    category: str
    found: date
    ratings: str
    by: str
    owner: str | None = None
    every: int = 90
    until: date | None = None
    treatments: Sequence[Treatment] = ()
    closed: date | None = None
    why_closed: str | None = None
    accepted: tuple[date, date] | None = None
    exposure: tuple[str, str, str | None] | None = None
    owner_later: date | None = None
    own: bool = False


def risk(book: Book, item: Risk) -> str:
    """Gives the id, for issues that were foreseen."""
    number = book.new_id("risk")
    owner_now = None if item.owner_later else item.owner
    book.write(
        "risk.identified",
        item.found,
        item.by,
        own=item.own,
        risk_id=number,
        title=item.title,
        category=item.category,
        joint=not item.own,
        owner_party=owner_now,
        owner=seat.person if owner_now and (seat := book.seat(owner_now, MANAGER, item.found)) else None,
    )
    if item.owner_later:
        book.write(
            "risk.owner_assigned", item.owner_later, item.by, own=item.own, risk_id=number, owner_party=item.owner
        )
    _assess(book, item, number)
    for plan in item.treatments:
        _treat(book, item, number, plan)
    if item.accepted:
        on, until = item.accepted
        book.write("risk.accepted", on, item.by, risk_id=number, by_parties=book.active(on), until=until)
    if item.closed:
        book.write("risk.closed", item.closed, item.by, own=item.own, risk_id=number, reason=item.why_closed)
    return number


def _assess(book: Book, item: Risk, number: str) -> None:
    ratings = item.ratings.split()
    last = min(date_ for date_ in (item.until, item.closed, book.end) if date_)
    first = item.found + timedelta(days=5)
    dates = list(book.every(first, last - timedelta(days=1), item.every, item.title))
    rated = -1
    for step, on in enumerate(dates):
        by = item.by if item.own else book.active(on)[step % len(book.active(on))]
        rating = step * len(ratings) // len(dates)
        if rating != rated:
            rated = rating
            exposure = money(*item.exposure) if item.exposure and step == 0 else None
            book.write(
                "risk.assessed",
                on,
                by,
                own=item.own,
                risk_id=number,
                probability=int(ratings[rating][0]),
                impact=int(ratings[rating][1]),
                exposure=exposure,
            )
        else:
            book.write("risk.reviewed", on, by, own=item.own, risk_id=number)


def _treat(book: Book, item: Risk, number: str, plan: Treatment) -> None:
    made = workday(max(item.found + timedelta(days=6), plan.due - timedelta(days=75)))
    if not book.reached(made):
        return
    treatment = book.new_id("treatment")
    book.write(
        "risk.treatment_planned",
        made,
        item.by,
        own=item.own,
        risk_id=number,
        treatment_id=treatment,
        action=plan.action,
        due_on=plan.due,
        owner_party=plan.owner,
    )
    done = workday(plan.due + timedelta(days={"K": -4, "L": 16, "N": 9999}[plan.outcome]))
    if book.reached(done) and not (item.closed and done > item.closed):
        book.write(
            "risk.treatment_completed",
            done,
            plan.owner if not item.own else item.by,
            own=item.own,
            risk_id=number,
            treatment_id=treatment,
        )


@dataclass(frozen=True)
class Issue:
    """`days`: until it was resolved, None while it is open. `answered`: days until the escalation was acknowledged."""

    raised: date
    severity: int
    title: str
    by: str
    days: int | None = None
    outcome: str | None = None
    risk: str | None = None
    level: str | None = None
    escalated: int = 2
    answered: int | None = None
    reopened: int | None = None
    again: int | None = None
    loss: tuple[str, str, str | None] | None = None
    materialised: bool = False
    own: bool = False


def issue(book: Book, item: Issue) -> str:
    """Raised, escalated, acknowledged, resolved and reopened, as far as these days have come."""
    number = book.new_id("issue")

    def after(days: int) -> date:
        return item.raised + timedelta(days=days)

    def fact(type: str, on: date, by: str, /, **data: Any) -> None:
        if book.reached(on):
            book.write("issue." + type, on, by, own=item.own, issue_id=number, **data)

    other = (book.others(item.by, item.raised) or [item.by])[0]
    fact(
        "raised",
        item.raised,
        item.by,
        by_party=item.by,
        severity=item.severity,
        title=item.title,
        linked_risk=item.risk,
    )
    if item.risk and item.materialised:
        loss = money(*item.loss) if item.loss else None
        book.write("risk.materialised", item.raised, item.by, risk_id=item.risk, issue_id=number, loss=loss)
    if item.level:
        fact("escalated", after(item.escalated), item.by, level=item.level)
        if item.answered is not None and book.reached(on := after(item.escalated + item.answered)):
            sponsor = book.seat(other, SPONSOR, on) if item.level == "strategic" else None
            who = sponsor.person if sponsor else book.holder(other, MANAGER, on)
            fact("acknowledged", on, other, level=item.level, by=who)
    if item.days is not None:
        fact("resolved", after(item.days), item.by if item.severity > 2 or item.own else other, outcome=item.outcome)
        if item.reopened is not None:
            fact("reopened", after(item.days + item.reopened), item.by)
            if item.again is not None:
                fact("resolved", after(item.days + item.reopened + item.again), other, outcome=item.outcome)
    return number
