"""Initiatives (P8): ideas for value beyond the deal, decided, targeted, stopped. Rules: docs/principles.md A55–A59."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from domain.errors import IsNotAllowedNow, IsOutOfOrder, IsOutOfRange
from domain.facts.fact import Aggregate, Entry, Fact, World
from domain.money import LARGEST_SUM, convert, minor
from domain.values import Amount, DueOn, FromDay, ItemId, Money, PartyId, Percent, SealedText, Title, field

ValueType = Literal["cost", "revenue", "risk", "quality", "innovation", "sustainability", "social", "other"]


class Phase(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be gained in addition by a day, in the currency of the target."""

    by: Annotated[date, field(part="day")]
    amount: Annotated[Amount, field(part="amount")]


# Facts


class InitiativeProposed(Fact, frozen=True, kw_only=True, tag="initiative.proposed"):
    """A party brought an idea and said what it may be worth."""

    creates: ClassVar[bool] = True

    initiative_id: ItemId | None = None
    by_party: PartyId
    title: Title
    value_type: Annotated[ValueType, field(column="code")]
    expected: Annotated[Money, field(column="amount")]


class InitiativeApproved(Fact, frozen=True, kw_only=True, tag="initiative.approved"):
    """The parties set a target for the idea, and how to share the gain. A later approval replaces this one."""

    initiative_id: ItemId
    target: Annotated[Money, field(column="amount")]
    start_on: FromDay
    target_by: DueOn
    agreed_share: (
        dict[
            Annotated[UUID, field(part="party", known="party")],
            Annotated[Percent, field(part="amount")],
        ]
        | None
    ) = None
    phasing: tuple[Phase, ...] = ()


class InitiativeRejected(Fact, frozen=True, kw_only=True, tag="initiative.rejected"):
    """The proposal was turned down."""

    initiative_id: ItemId
    reason: SealedText | None = None


class InitiativeStopped(Fact, frozen=True, kw_only=True, tag="initiative.stopped"):
    """Nothing more is to be expected; an approved target is frozen on that day."""

    initiative_id: ItemId
    reason: SealedText | None = None


# State


class Initiative(Struct, frozen=True, kw_only=True):
    """An initiative as its facts leave it. `approved`: the last approval."""

    approved: InitiativeApproved | None = None
    end: Literal["open", "rejected", "stopped"] = "open"


# Decisions


def decide(state: Initiative | None, entry: Entry, world: World) -> Fact | None:
    fact = entry.fact
    if isinstance(fact, InitiativeProposed):
        return fact
    assert state is not None, "the register has checked that the item is known"
    if state.end == "stopped" or (state.end == "rejected" and not isinstance(fact, InitiativeApproved)):
        raise IsNotAllowedNow(f"The initiative was already {state.end} before this entry of {entry.on}.")
    match fact:
        case InitiativeApproved():
            _check_plan(fact)
            _refuse_beyond_the_largest_sum(fact, entry, world)
            return None if state.approved == fact else fact
        case InitiativeRejected() if state.approved is not None:
            raise IsNotAllowedNow("An approved initiative is stopped, not rejected.")
    return fact


def _check_plan(fact: InitiativeApproved) -> None:
    if fact.start_on > fact.target_by:
        raise IsOutOfOrder(f"It starts on {fact.start_on}, after {fact.target_by}.", "target_by")
    if fact.agreed_share is not None:
        shared = sum(map(Decimal, fact.agreed_share.values()))
        if shared != 100:
            raise IsOutOfRange(f"The agreed shares sum to {shared}, not to 100.", "agreed_share")
    if fact.phasing:
        _check_phasing(fact.phasing, fact.target)


def _check_phasing(phasing: Sequence[Phase], target: Money) -> None:
    for n, phase in enumerate(phasing):
        if minor(phase.amount, target.currency, f"phasing[{n}].amount") == 0:
            raise IsOutOfRange(f"The amount {phase.amount} is not above 0.", f"phasing[{n}].amount")
    total = sum(Decimal(phase.amount) for phase in phasing)
    if total != Decimal(target.amount):
        raise IsOutOfRange(f"The phasing sums to {total}, not to the target {target.amount}.", "phasing")


def _refuse_beyond_the_largest_sum(fact: InitiativeApproved, entry: Entry, world: World) -> None:
    """The sum of the approvals in force stays within docs/principles.md A55, from this entry's place on."""
    others = [each for each in world.every(initiatives, InitiativeApproved) if each.position != entry.position]
    targets: dict[UUID, int] = {}
    for each in sorted([*others, entry], key=lambda each: each.place):
        assert isinstance(each.fact, InitiativeApproved)
        money = each.fact.target
        targets[each.fact.initiative_id] = convert(money.amount, money.rate, world.currency)
        if each.place >= entry.place and sum(targets.values()) > LARGEST_SUM:
            raise IsOutOfRange(
                f"{fact.target.amount} {fact.target.currency} takes the sum of targets above 4·10^14 minor units.",
                "target.amount",
            )


# State from facts


def evolve(state: Initiative | None, entry: Entry) -> Initiative:
    fact = entry.fact
    if isinstance(fact, InitiativeProposed):
        return Initiative()
    assert state is not None
    match fact:
        case InitiativeApproved():
            return Initiative(approved=fact)
        case InitiativeRejected():
            return replace(state, end="rejected")
    assert isinstance(fact, InitiativeStopped)
    return replace(state, end="stopped")


initiatives = Aggregate(
    name="initiative",
    key="initiative_id",
    facts=(InitiativeProposed, InitiativeApproved, InitiativeRejected, InitiativeStopped),
    decide=decide,
    evolve=evolve,
)
