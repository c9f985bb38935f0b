"""The scorecards as they stood, computed from the log alone in a fresh register. Source: docs/audit.md.

The stored texts up to a position are appended verbatim to an empty SQLite register in a temporary folder, and scored
there. Nothing of the live read models takes part, and neither does the vault.
"""

import json
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import current_thread, main_thread
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Connection, Engine

from domain.errors import IsMalformed, IsOutOfRange
from domain.facts import FACTS
from domain.store import reads
from domain.store.append import Store
from domain.store.engine import connect
from domain.store.migrate import migrate
from projections.journal import Journal
from projections.scorecards.asking import Relationship, every
from projections.scorecards.question import Question
from projections.scorecards.scorecard import Scorecard, digest_of
from projections.scorecards.service import scorecards

BATCH = 2000
SCORED_AT_ONCE = 50
SCORECARDS = "scorecards"
Progress = Callable[[int], object]


class Published(Struct, frozen=True, kw_only=True):
    """What was published of one relationship: the date and the knowledge it was scored for, and the digest."""

    relationship_id: UUID
    as_of: date
    known_at: int
    digest: str


class Replayed(Struct, frozen=True, kw_only=True):
    """One relationship: its scorecard from the log alone, and the digest that it is compared with.

    compared_with: None where there is nothing to compare with; `scorecard` is None where the log does not know the
    relationship then.
    """

    relationship_id: UUID
    alias: str | None
    name: str
    as_of: date
    known_at: int
    scorecard: Scorecard | None
    digest: str | None
    compared_with: str | None

    @property
    def is_same(self) -> bool:
        return self.digest is not None and self.digest == self.compared_with


@contextmanager
def replayed(live: Connection, position: int, progress: Progress = lambda _: None) -> Iterator[Engine]:
    """A register that holds the log up to a position and nothing else. It is gone when the block is left.

    progress: called with the number of events copied. Refuses with IsMalformed a text that is not as it was stored.
    """
    with _ended_in_order(), TemporaryDirectory(prefix="counterfoil-replay-") as folder:
        engine = connect(f"sqlite:///{Path(folder) / 'replay.db'}")
        try:
            migrate(engine)
            store = Store(engine, FACTS, [Journal().project])
            for done in range(0, position, BATCH):
                texts = reads.texts(live, done, min(BATCH, position - done))
                with store.append() as append:
                    append.put_stored([text for _, text in texts])
                progress(len(texts))
            yield engine
        finally:
            engine.dispose()


@contextmanager
def _ended_in_order() -> Iterator[None]:
    """Who is told to end does so as when interrupted, cleaning up. Only the main thread of a program can be told."""
    if current_thread() is not main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def compared_with_live(
    live: Connection, replay: Connection, position: int, as_of: date, wanted: UUID | None = None
) -> list[Replayed]:
    """Every relationship that the replayed log knows and that had begun by then, or the one wanted."""
    about = [r for r in every(replay) if r.registered_on <= as_of and wanted in (None, r.id)]
    questions = [Question(relationship_id=r.id, as_of=as_of, known_at=position) for r in about]
    ours, theirs = _cards(replay, questions), _cards(live, questions)
    return [_one(r, q, card, _digest(there)) for r, q, card, there in zip(about, questions, ours, theirs, strict=True)]


def compared_with_published(replay: Connection, published: Sequence[Published]) -> list[Replayed]:
    """What an audit pack publishes, each for its own date and knowledge."""
    known = {r.id: r for r in every(replay)}
    found = []
    for one in published:
        about = known.get(one.relationship_id)
        question = Question(relationship_id=one.relationship_id, as_of=one.as_of, known_at=one.known_at)
        card = _cards(replay, [question])[0] if about else None
        found.append(_one(about, question, card, one.digest))
    return found


def read_published(pack: Path) -> list[Published]:
    """The scorecards of an audit pack. Refuses with IsMalformed what is none, or bears another one's digest."""
    folder = pack / SCORECARDS
    found = [_published(path) for path in sorted(folder.glob("*.json"))]
    if not found:
        raise IsMalformed(f"{folder} holds no scorecards: {pack} is no audit pack.")
    return found


def only_moment(published: Sequence[Published], as_of: date | None, known_at: int | None) -> int:
    """The position that all of them are known at. Refuses with IsOutOfRange another date or position than theirs."""
    for one in published:
        if as_of not in (None, one.as_of) or known_at not in (None, one.known_at):
            said = f"The pack's scorecards are of {one.as_of} as known at position {one.known_at}"
            raise IsOutOfRange(f"{said}; another moment was asked for.")
    return max(one.known_at for one in published)


def _published(path: Path) -> Published:
    try:
        card = json.loads(path.read_text("utf-8"))
        stated = card.pop("digest")
        found = Published(
            relationship_id=UUID(card["relationship"]),
            as_of=date.fromisoformat(card["as_of"]),
            known_at=int(card["known_at"]),
            digest=stated,
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise IsMalformed(f"{path} is no scorecard.") from error
    if digest_of(card) != stated:
        raise IsMalformed(f"{path} bears the digest {stated}, and its content has another.")
    return found


def _cards(connection: Connection, questions: Sequence[Question]) -> list[Scorecard | None]:
    """Those of relationships that the register knows."""
    known = {r.id for r in every(connection)}
    asked = [q for q in questions if q.relationship_id in known]
    found: dict[UUID, Scorecard] = {}
    for start in range(0, len(asked), SCORED_AT_ONCE):
        some = asked[start : start + SCORED_AT_ONCE]
        found |= dict(zip((q.relationship_id for q in some), scorecards(connection, some), strict=True))
    return [found.get(q.relationship_id) for q in questions]


def _digest(card: Scorecard | None) -> str | None:
    return None if card is None else card.digest()


def _one(about: Relationship | None, question: Question, card: Scorecard | None, other: str | None) -> Replayed:
    return Replayed(
        relationship_id=question.relationship_id,
        alias=about.alias if about else None,
        name=about.name if about else str(question.relationship_id),
        as_of=question.as_of,
        known_at=question.known_at,
        scorecard=card,
        digest=_digest(card),
        compared_with=other,
    )
