"""Lessons (P9): what was learned together, and where it was put to use. Scored by IK5, within 180 days."""

from typing import ClassVar

from msgspec import Struct

from domain.facts.fact import Aggregate, Entry, Fact, World
from domain.values import Data, FreeText, ItemId, Title

# Facts


class LessonRecorded(Fact, frozen=True, kw_only=True, tag="lesson.recorded"):
    """Something worth knowing next time was written down."""

    creates: ClassVar[bool] = True

    lesson_id: ItemId | None = None
    title: Title


class LessonApplied(Fact, frozen=True, kw_only=True, tag="lesson.applied"):
    """The lesson was put to use; it may be, in many places. Version 1 called the place `where`."""

    schema_version: ClassVar[int] = 2

    lesson_id: ItemId
    where_applied: FreeText

    @classmethod
    def upcast(cls, data: Data, version: int) -> Data:
        assert version == 1
        return {"where_applied" if name == "where" else name: value for name, value in data.items()}


# State


class Lesson(Struct, frozen=True, kw_only=True):
    """A lesson as its facts leave it: the places where it is known to be applied."""

    applied: frozenset[str] = frozenset()


# Decisions


def decide(state: Lesson | None, entry: Entry, world: World) -> Fact | None:
    fact = entry.fact
    if isinstance(fact, LessonApplied):
        assert state is not None, "the register has checked that the item is known"
        return None if fact.where_applied in state.applied else fact
    return fact


# State from facts


def evolve(state: Lesson | None, entry: Entry) -> Lesson:
    fact = entry.fact
    if isinstance(fact, LessonApplied):
        assert state is not None
        return Lesson(applied=state.applied | {fact.where_applied})
    return Lesson()


lessons = Aggregate(name="lesson", key="lesson_id", facts=(LessonRecorded, LessonApplied), decide=decide, evolve=evolve)
