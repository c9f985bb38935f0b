"""Development actions (P6): what is done to raise the skills for joint work, and by when (CB3)."""

from typing import Annotated, ClassVar

from msgspec import Struct

from domain.errors import IsNotAllowedNow
from domain.facts.fact import Aggregate, Entry, Fact, World
from domain.values import DueOn, ItemId, Title, field

# Facts


class DevelopmentActionAgreed(Fact, frozen=True, kw_only=True, tag="development_action.agreed"):
    """Skills are to be developed by a day; `joint`: by the parties together."""

    creates: ClassVar[bool] = True

    action_id: ItemId | None = None
    title: Title
    due_on: DueOn
    joint: Annotated[bool, field(column="flag")]


class DevelopmentActionCompleted(Fact, frozen=True, kw_only=True, tag="development_action.completed"):
    """The action was done on that day."""

    action_id: ItemId


# State


class DevelopmentAction(Struct, frozen=True, kw_only=True):
    """A development action as its facts leave it."""

    completed: bool = False


# Decisions


def decide(state: DevelopmentAction | None, entry: Entry, world: World) -> Fact | None:
    if isinstance(entry.fact, DevelopmentActionCompleted) and state is not None and state.completed:
        raise IsNotAllowedNow(f"The action had already been completed by {entry.on}.")
    return entry.fact


# State from facts


def evolve(state: DevelopmentAction | None, entry: Entry) -> DevelopmentAction:
    return DevelopmentAction(completed=isinstance(entry.fact, DevelopmentActionCompleted))


development_actions = Aggregate(
    name="development_action",
    key="action_id",
    facts=(DevelopmentActionAgreed, DevelopmentActionCompleted),
    decide=decide,
    evolve=evolve,
)
