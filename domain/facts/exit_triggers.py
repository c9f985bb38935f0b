"""Exit triggers (P12): conditions under which the parties ask whether to part. Rules: docs/principles.md A73."""

from typing import Annotated, ClassVar, Literal

from msgspec import Struct

from domain.facts.fact import Aggregate, Entry, Fact, World
from domain.values import FreeText, ItemId, field

# Facts


class ExitTriggerDefined(Fact, frozen=True, kw_only=True, tag="exit_trigger.defined"):
    """The parties named a condition to watch."""

    creates: ClassVar[bool] = True

    trigger_id: ItemId | None = None
    condition: FreeText


class ExitTriggerObserved(Fact, frozen=True, kw_only=True, tag="exit_trigger.observed"):
    """The condition was met on that day; it may be met again."""

    trigger_id: ItemId


class ExitTriggerAssessed(Fact, frozen=True, kw_only=True, tag="exit_trigger.assessed"):
    """The parties decided what follows from the condition."""

    trigger_id: ItemId
    decision: Annotated[Literal["continue", "remedy", "exit"], field(column="code")]


# State


class ExitTrigger(Struct, frozen=True):
    """A trigger is defined; it can be observed and assessed at any time and any number of times."""


# Decisions


def decide(state: ExitTrigger | None, entry: Entry, world: World) -> Fact | None:
    return entry.fact


# State from facts


def evolve(state: ExitTrigger | None, entry: Entry) -> ExitTrigger:
    return ExitTrigger()


exit_triggers = Aggregate(
    name="exit_trigger",
    key="trigger_id",
    facts=(ExitTriggerDefined, ExitTriggerObserved, ExitTriggerAssessed),
    decide=decide,
    evolve=evolve,
)
