"""Exit obligations (P12): what a party still owes when the parties part. Rules: docs/principles.md A74, A75, A101."""

from typing import ClassVar

from msgspec import Struct

from domain.errors import IsNotAllowedNow
from domain.facts.fact import Aggregate, Entry, Fact, World
from domain.values import DueOn, ItemId, PartyId, Title

# Facts


class ExitObligationAdded(Fact, frozen=True, kw_only=True, tag="exit_obligation.added"):
    """A party is to do something by a day so that the exit is fair."""

    creates: ClassVar[bool] = True

    obligation_id: ItemId | None = None
    party: PartyId
    title: Title
    due_on: DueOn


class ExitObligationDischarged(Fact, frozen=True, kw_only=True, tag="exit_obligation.discharged"):
    """The obligation was met on that day."""

    obligation_id: ItemId


# State


class ExitObligation(Struct, frozen=True, kw_only=True):
    """An obligation as its facts leave it."""

    discharged: bool = False


# Decisions


def decide(state: ExitObligation | None, entry: Entry, world: World) -> Fact | None:
    if isinstance(entry.fact, ExitObligationDischarged):
        assert state is not None, "the register has checked that the item is known"
        if state.discharged:
            raise IsNotAllowedNow(f"The obligation was already discharged before this entry of {entry.on}.")
    return entry.fact


# State from facts


def evolve(state: ExitObligation | None, entry: Entry) -> ExitObligation:
    return ExitObligation(discharged=isinstance(entry.fact, ExitObligationDischarged))


exit_obligations = Aggregate(
    name="exit_obligation",
    key="obligation_id",
    facts=(ExitObligationAdded, ExitObligationDischarged),
    decide=decide,
    evolve=evolve,
)
