"""Joint objectives and their measurements (docs/principles.md P3), value initiatives and what they yielded (P8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from demo.book import Book, document, identity, money, workday


@dataclass(frozen=True)
class Objective:
    """Measured every so many days on the way from baseline to `reached`, until `last`."""

    title: str
    measure: str
    unit: str
    baseline: str
    target: str
    reached: str
    agreed: date
    due: date
    owner: str
    own: dict[str, str]
    endorsed: Sequence[str]
    every: int = 90
    last: date | None = None
    later_links: dict[str, str] = field(default_factory=dict)


def objective(book: Book, aim: Objective) -> str:
    """Agreed, linked, endorsed and measured; gives the id for revisions."""
    goal = book.new_id("objective")
    book.write(
        "objective.agreed",
        aim.agreed,
        aim.owner,
        objective_id=goal,
        title=aim.title,
        measure=aim.measure,
        unit=aim.unit,
        baseline=aim.baseline,
        target=aim.target,
        due_on=aim.due,
        owner_party=aim.owner,
        links=[{"party": party, "own_objective": text} for party, text in aim.own.items()] or None,
    )
    for party, text in aim.later_links.items():
        on = workday(aim.agreed + timedelta(days=16))
        book.write("objective.linked", on, party, objective_id=goal, party=party, own_objective=text)
    for number, party in enumerate(aim.endorsed):
        on = workday(aim.agreed + timedelta(days=4 + 5 * number))
        book.write("objective.endorsed", on, party, objective_id=goal, party=party)
    last = min(aim.last or aim.due, book.end, aim.due)
    days = [
        d for d in book.every(aim.agreed + timedelta(days=aim.every), last, aim.every, aim.title) if book.reached(d)
    ]
    for step, on in enumerate(days, start=1):
        value = _between(aim.baseline, aim.reached, step, len(days))
        book.write("objective.measured", on, aim.owner, objective_id=goal, value=value)
    return goal


def _between(start: str, end: str, step: int, steps: int) -> str:
    places = Decimal(1).scaleb(-max(_places(start), _places(end)))
    first, last = Decimal(start), Decimal(end)
    return str((first + (last - first) * step / steps).quantize(places, ROUND_HALF_UP))


def _places(text: str) -> int:
    return len(text.partition(".")[2])


@dataclass(frozen=True)
class Gain:
    """Value claimed by one party, split by party; verified so many days later by another, or not."""

    on: date
    amount: str
    split: dict[str, str]
    claimed_by: str
    verified_by: str | None = None
    after: int = 15
    reversed_after: int | None = None
    reversal: str | None = None


@dataclass(frozen=True)
class Initiative:
    """An idea and what became of it: approved with a target, rejected, stopped, or still open."""

    title: str
    by: str
    value_type: str
    proposed: date
    expected: str
    currency: str
    rate: str | None = None
    approved: date | None = None
    target: str | None = None
    start: date | None = None
    target_by: date | None = None
    share: dict[str, str] | None = None
    phasing: Sequence[tuple[date, str]] = ()
    rejected: date | None = None
    stopped: date | None = None
    reason: str | None = None
    gains: Sequence[Gain] = ()


def initiative(book: Book, idea: Initiative) -> None:
    """Writes the idea down with its decision and its gains."""
    number = book.new_id("initiative")
    book.write(
        "initiative.proposed",
        idea.proposed,
        idea.by,
        initiative_id=number,
        by_party=idea.by,
        title=idea.title,
        value_type=idea.value_type,
        expected=money(idea.expected, idea.currency, idea.rate),
    )
    if idea.approved:
        book.write(
            "initiative.approved",
            idea.approved,
            idea.by,
            initiative_id=number,
            target=money(idea.target or idea.expected, idea.currency, idea.rate),
            start_on=idea.start or idea.approved,
            target_by=idea.target_by,
            agreed_share=idea.share,
            phasing=[{"by": on, "amount": amount} for on, amount in idea.phasing] or None,
        )
    for serial, gain in enumerate(idea.gains):
        _gain(book, idea, number, serial, gain)
    for end, on in (("rejected", idea.rejected), ("stopped", idea.stopped)):
        if on:
            book.write("initiative." + end, on, book.active(on)[0], initiative_id=number, reason=idea.reason)


def _gain(book: Book, idea: Initiative, number: str, serial: int, gain: Gain) -> None:
    realisation = identity(number, serial)
    book.write(
        "value.realised",
        gain.on,
        gain.claimed_by,
        realisation_id=realisation,
        initiative_id=number,
        money=money(gain.amount, idea.currency, idea.rate),
        shares=gain.split,
        claimed_by=gain.claimed_by,
    )
    verified = workday(gain.on + timedelta(days=gain.after))
    if gain.verified_by and book.reached(verified):
        sheet = document(f"Settlement sheet: {idea.title}, {gain.on}", "text/csv")
        by = gain.verified_by
        book.write("value.verified", verified, by, realisation_id=realisation, by_party=by, evidence=[sheet])
    if gain.reversed_after:
        on = workday(gain.on + timedelta(days=gain.reversed_after))
        book.write("value.reversed", on, gain.claimed_by, realisation_id=realisation, reason=gain.reversal)
