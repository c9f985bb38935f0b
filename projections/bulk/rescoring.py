"""What if: the scores of many relationships under the policy in effect, and under another."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct
from sqlalchemy import Engine

from projections.scorecards.policy import Policy
from projections.scorecards.question import Question
from projections.scorecards.scorecard import Band

if TYPE_CHECKING:
    from projections.bulk.scoring import Scoring

Total = tuple[int | None, Band]
"""A score x 10^2, and its band."""


class Move(Struct, frozen=True, kw_only=True):
    """A relationship's score under either policy, x 10^2."""

    question: Question
    old: Total
    new: Total

    @property
    def difference(self) -> int | None:
        """None where it is rated under neither policy, or under one alone."""
        return None if self.old[0] is None or self.new[0] is None else self.new[0] - self.old[0]

    @property
    def changes_band(self) -> bool:
        return self.old[1] != self.new[1]


def moves(
    engine: Engine,
    size: int,
    questions: Sequence[Question],
    policy: Policy,
    progress: Callable[[int], None] = lambda _: None,
) -> list[Move]:
    """One for each question about the first `size` events: those that move most first. Nothing is stored.

    progress: told up to which position the log has been read.
    """
    if not questions:
        return []
    from projections.bulk.opening import bulk  # noqa: PLC0415 - DuckDB takes long to import

    with bulk(engine, size, progress=progress) as scoring:
        scoring.ask(questions)
        old, new = _totals(scoring, None), _totals(scoring, policy)
    found = [Move(question=question, old=old[n], new=new[n]) for n, question in enumerate(questions)]
    return sorted(found, key=_size, reverse=True)


def summary(found: Iterable[Move]) -> Counter[str]:
    """How many moved which way, and how many changed their band."""
    told: Counter[str] = Counter(up=0, down=0, unchanged=0, newly_rated=0, no_longer_rated=0, band_changes=0)
    for move in found:
        told[_way(move)] += 1
        told["band_changes"] += move.changes_band
    return told


def _way(move: Move) -> str:
    old, new = move.old[0], move.new[0]
    if old == new:
        return "unchanged"
    if old is None or new is None:
        return "newly_rated" if old is None else "no_longer_rated"
    return "up" if new > old else "down"


def _size(move: Move) -> tuple[int, bool]:
    return abs(move.difference or 0), move.changes_band


def _totals(scoring: "Scoring", policy: Policy | None) -> dict[int, Total]:
    found: dict[int, Total] = {}
    for _ in scoring.batches(policy=policy, explained=False):
        rows = scoring.duck.execute("SELECT q // 2, o_score, o_band FROM result WHERE seq = 0").fetchall()
        found.update({n: (score, band) for n, score, band in rows})
    return found
