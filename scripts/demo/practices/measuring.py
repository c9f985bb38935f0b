"""Health checks, reviews and improvement actions (docs/principles.md P11)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from demo.book import Book, workday

QUESTIONS: tuple[tuple[str, str, str], ...] = (
    ("plan", "P1", "We both work from the same joint plan."),
    ("values", "P2", "The way our partner acts fits the charter we signed."),
    ("candour", "P2", "Bad news reaches us early and without polish."),
    ("goals", "P3", "I can say what the joint objectives mean for my own unit."),
    ("sponsors", "P4", "Both sponsors clear the way when we ask them."),
    ("decisions", "P5", "Decisions are taken at the table and carried out afterwards."),
    ("skills", "P6", "The people our partner puts on the joint teams know their trade."),
    ("word", "P7", "Our partner keeps its word."),
    ("benefit", "P8", "What we gain together is shared as agreed."),
    ("sharing", "P9", "We get the information we need when we need it."),
)


@dataclass(frozen=True)
class Voice:
    """A party in a round: how many were invited and answered, and its mood in tenths of the scale (42 = 4.2)."""

    invited: int
    answered: int
    mood: int
    comments: Sequence[str] = ()


def health_check(
    book: Book,
    opened: date,
    voices: Mapping[str, Voice],
    *,
    days: int = 21,
    questions: Sequence[tuple[str, str, str]] = QUESTIONS,
    consensus: Mapping[str, int] | None = None,
    close: bool = True,
    prefix: str = "n",
) -> str:
    """A round from opening to closing; every answer is spread around the mood of its party."""
    check = book.new_id("check")
    lead = next(iter(voices))
    book.write(
        "health_check.opened",
        opened,
        lead,
        check_id=check,
        questions=[{"key": key, "principle": principle, "text": text} for key, principle, text in questions],
        invited={party: voice.invited for party, voice in voices.items()},
    )
    for party, voice in voices.items():
        for number in range(1, voice.answered + 1):
            _answer(book, check, party, voice, number, opened, days, questions, prefix)
    closed = workday(opened + timedelta(days=days))
    if close and book.reached(closed):
        book.write("health_check.closed", closed, lead, check_id=check)
        for key, rating in (consensus or {}).items():
            on = workday(closed + timedelta(days=12))
            book.write("consensus.agreed", on, lead, check_id=check, question=key, rating=rating)
    return check


def _answer(
    book: Book,
    check: str,
    party: str,
    voice: Voice,
    number: int,
    opened: date,
    days: int,
    questions: Sequence[tuple[str, str, str]],
    prefix: str,
) -> None:
    on = workday(opened + timedelta(days=1 + book.number(2, days - 3, "answer", check, party, number)))
    if not book.reached(on):
        return
    answers: dict[str, int] = {}
    for key, _, _ in questions:
        leaning = book.number(-3, 3, "leaning", party, key) + book.number(-6, 6, "person", check, party, number, key)
        answers[key] = max(1, min(5, (voice.mood + leaning + 5) // 10))
    again = max(0, min(10, (voice.mood - 12) // 4 + book.number(0, 3, "again", check, party, number)))
    book.write(
        "health_check.answered",
        max(on, opened),
        party,
        check_id=check,
        party=party,
        respondent=f"{prefix}-{number:02}",
        answers=answers,
        recommend=again,
        comment=voice.comments[number - 1] if number <= len(voice.comments) else None,
    )


@dataclass(frozen=True)
class Action:
    """An improvement: `done` days after (or before) its due date, None when it is not done; found effective or not."""

    title: str
    origin: str
    indicator: str | None
    owner: str
    raised: date
    due: date
    done: int | None = None
    effective: bool | None = None
    verified: int = 60


def improve(book: Book, actions: Sequence[Action]) -> None:
    for item in actions:
        number = book.new_id("improvement")
        book.write(
            "improvement_action.raised",
            item.raised,
            item.owner,
            action_id=number,
            title=item.title,
            origin=item.origin,
            indicator=item.indicator,
            owner_party=item.owner,
            due_on=item.due,
        )
        if item.done is None or not book.reached(done := workday(item.due + timedelta(days=item.done))):
            continue
        book.write("improvement_action.completed", done, item.owner, action_id=number)
        judged = workday(done + timedelta(days=item.verified))
        if item.effective is not None and book.reached(judged):
            judge = (book.others(item.owner, judged) or [item.owner])[0]
            book.write("improvement_action.verified", judged, judge, action_id=number, effective=item.effective)


def review(book: Book, on: date, by: str, kind: str, days: int, findings: str) -> None:
    """A review of the `days` days before it."""
    book.write(
        "review.held",
        on,
        by,
        review_id=book.new_id("review"),
        kind=kind,
        period_from=on - timedelta(days=days),
        period_to=on - timedelta(days=1),
        findings=findings,
    )
