"""Exit triggers and the obligations of parting (docs/principles.md P12)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from demo.book import Book, workday


@dataclass(frozen=True)
class Trigger:
    """`seen`: days on which it was observed, with the days until it was assessed (None: not yet) and the decision."""

    defined: date
    by: str
    condition: str
    seen: Sequence[tuple[date, int | None, str]] = field(default_factory=tuple)


def trigger(book: Book, item: Trigger) -> None:
    number = book.new_id("trigger")
    book.write("exit_trigger.defined", item.defined, item.by, trigger_id=number, condition=item.condition)
    for on, days, decision in item.seen:
        book.write("exit_trigger.observed", on, item.by, trigger_id=number)
        if days is not None and book.reached(assessed := workday(on + timedelta(days=days))):
            judge = (book.others(item.by, assessed) or [item.by])[0]
            book.write("exit_trigger.assessed", assessed, judge, trigger_id=number, decision=decision)


@dataclass(frozen=True)
class Obligation:
    """`done`: days after (or before) the due date, None when it is open."""

    party: str
    title: str
    due: date
    done: int | None = None


def obligations(book: Book, added: date, owed: Sequence[Obligation]) -> None:
    for item in owed:
        number = book.new_id("obligation")
        book.write(
            "exit_obligation.added",
            added,
            item.party,
            obligation_id=number,
            party=item.party,
            title=item.title,
            due_on=item.due,
        )
        if item.done is not None and book.reached(on := workday(item.due + timedelta(days=item.done))):
            book.write("exit_obligation.discharged", on, item.party, obligation_id=number)
