"""The exit itself (P12): rehearsed, invoked, completed. Read by no indicator (docs/principles.md A96)."""

from typing import Annotated, Literal

from msgspec import Struct

from domain.errors import IsNotAllowedNow
from domain.facts.fact import Aggregate, Entry, Fact, World
from domain.values import SealedText, ShortText, field

# Facts


class ExitRehearsed(Fact, frozen=True, kw_only=True, tag="exit.rehearsed"):
    """The parties tried out how they would part."""

    passed: Annotated[bool, field(column="flag")]


class ExitInvoked(Fact, frozen=True, kw_only=True, tag="exit.invoked"):
    """The parties began to part. The life-cycle stage is recorded apart (A96)."""

    reason: SealedText


class ExitCompleted(Fact, frozen=True, kw_only=True, tag="exit.completed"):
    """The parties have parted; `future_option`: what may bring them together again."""

    future_option: ShortText | None = None


# State


class Exit(Struct, frozen=True, kw_only=True):
    """How far the exit of a relationship has come."""

    stage: Literal["none", "invoked", "completed"] = "none"


# Decisions


def decide(state: Exit | None, entry: Entry, world: World) -> Fact | None:
    stage = state.stage if state else "none"
    if stage == "completed":
        raise IsNotAllowedNow(f"The exit was already completed before this entry of {entry.on}.")
    match entry.fact:
        case ExitInvoked() if stage == "invoked":
            raise IsNotAllowedNow(f"The exit was already invoked before this entry of {entry.on}.")
        case ExitCompleted() if stage == "none":
            raise IsNotAllowedNow(f"No exit was invoked by {entry.on}, so none is completed.")
    return entry.fact


# State from facts


def evolve(state: Exit | None, entry: Entry) -> Exit:
    match entry.fact:
        case ExitInvoked():
            return Exit(stage="invoked")
        case ExitCompleted():
            return Exit(stage="completed")
    return state or Exit()


exits = Aggregate(
    name="exit",
    key=None,
    facts=(ExitRehearsed, ExitInvoked, ExitCompleted),
    decide=decide,
    evolve=evolve,
)
