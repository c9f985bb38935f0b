"""Commitments (P7): what one party promised to others by a day. Rules: docs/principles.md A9 to A16, A34, A99."""

from datetime import date
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from domain.errors import IsNotAllowedNow, IsOutOfOrder
from domain.facts.fact import Aggregate, Entry, Fact, World
from domain.values import (
    AgreedBy,
    AskedOn,
    DisputeOutcome,
    DueOn,
    Effect,
    FromDay,
    Hundredths,
    ItemId,
    Parties,
    PartyId,
    SealedText,
    ShortText,
    Title,
    WithdrawalEffect,
    field,
)

# Facts


class CommitmentMade(Fact, frozen=True, kw_only=True, tag="commitment.made"):
    """A party promised something to others by a day."""

    creates: ClassVar[bool] = True

    commitment_id: ItemId | None = None
    by_party: PartyId
    to_parties: Parties
    title: Title
    due_on: DueOn
    weight: Hundredths = "1"
    origin: ShortText | None = None


class CommitmentAccepted(Fact, frozen=True, kw_only=True, tag="commitment.accepted"):
    """A beneficiary took note of the promise."""

    commitment_id: ItemId
    party: PartyId


class CommitmentRescheduled(Fact, frozen=True, kw_only=True, tag="commitment.rescheduled"):
    """The parties moved, or tried to move, the day on which a commitment falls due."""

    register_sets: ClassVar[tuple[str, ...]] = ("from_due_on", "effect")

    commitment_id: ItemId
    new_due_on: DueOn
    requested_on: AskedOn
    agreed_by: AgreedBy
    reason: SealedText | None = None
    from_due_on: FromDay | None = None
    effect: Annotated[Effect, field(column="code")] | None = None


class CommitmentFulfilled(Fact, frozen=True, kw_only=True, tag="commitment.fulfilled"):
    """The promise was kept on that day."""

    commitment_id: ItemId


class CommitmentFulfilmentConfirmed(Fact, frozen=True, kw_only=True, tag="commitment.fulfilment_confirmed"):
    """A party agreed that the promise was kept."""

    commitment_id: ItemId
    party: PartyId


class CommitmentFulfilmentDisputed(Fact, frozen=True, kw_only=True, tag="commitment.fulfilment_disputed"):
    """A party said that the promise was not kept."""

    commitment_id: ItemId
    party: PartyId
    reason: SealedText


class CommitmentDisputeSettled(Fact, frozen=True, kw_only=True, tag="commitment.dispute_settled"):
    """The dispute ended: upheld (not fulfilled after all) or rejected (the fulfilment stands)."""

    commitment_id: ItemId
    outcome: Annotated[DisputeOutcome, field(column="code")]


class CommitmentBroken(Fact, frozen=True, kw_only=True, tag="commitment.broken"):
    """The promise was declared broken."""

    commitment_id: ItemId
    reason_code: ShortText


class CommitmentWithdrawn(Fact, frozen=True, kw_only=True, tag="commitment.withdrawn"):
    """The parties released, or tried to release, the promise."""

    register_sets: ClassVar[tuple[str, ...]] = ("effect",)

    commitment_id: ItemId
    agreed_by: AgreedBy
    effect: Annotated[WithdrawalEffect, field(column="code")] | None = None


# State


class Commitment(Struct, frozen=True, kw_only=True):
    """A commitment as its facts leave it. `due_on` is the scored due date."""

    made_on: date
    by_party: UUID
    to_parties: tuple[UUID, ...]
    due_on: date
    end: Literal["open", "fulfilled", "broken", "withdrawn"] = "open"
    fulfilled_on: date | None = None
    in_dispute: bool = False
    accepted_by: frozenset[UUID] = frozenset()
    confirmed_by: frozenset[UUID] = frozenset()
    disputed_by: frozenset[UUID] = frozenset()


# Decisions


def decide(state: Commitment | None, entry: Entry, world: World) -> Fact | None:
    fact = entry.fact
    if isinstance(fact, CommitmentMade):
        return fact
    assert state is not None, "the register has checked that the item is known"
    match fact:
        case CommitmentAccepted(party=party):
            if state.end in ("broken", "withdrawn"):
                raise IsNotAllowedNow(f"The commitment was already {state.end} before {entry.on}.")
            return None if party in state.accepted_by else fact
        case CommitmentRescheduled():
            return _reschedule(state, fact, entry, world)
        case CommitmentFulfilled():
            _refuse_after_the_end(state, entry)
            return fact
        case CommitmentFulfilmentConfirmed(party=party):
            _refuse_unless_fulfilled(state, "confirmed")
            return None if party in state.confirmed_by else fact
        case CommitmentFulfilmentDisputed(party=party):
            _refuse_unless_fulfilled(state, "disputed")
            return None if party in state.disputed_by else fact
        case CommitmentDisputeSettled():
            if not state.in_dispute:
                raise IsNotAllowedNow("No dispute of this commitment is open.")
            return fact
        case CommitmentBroken():
            _refuse_after_the_end(state, entry)
            return fact
        case CommitmentWithdrawn():
            return _withdraw(state, fact, entry, world)
    raise AssertionError(fact)


def _reschedule(state: Commitment, fact: CommitmentRescheduled, entry: Entry, world: World) -> Fact:
    _refuse_after_the_end(state, entry)
    if fact.new_due_on < entry.on:
        raise IsOutOfOrder(f"Rescheduled on {entry.on} to {fact.new_due_on}, an earlier day.", "new_due_on")
    if fact.requested_on > entry.on:
        raise IsOutOfOrder(f"Requested on {fact.requested_on}, after {entry.on}.", "requested_on")
    beneficiaries = world.active(entry.on).intersection(state.to_parties)
    agreed = beneficiaries <= {*fact.agreed_by, entry.on_behalf_of}
    effect: Effect = "moves_due_date"
    if entry.on > state.due_on:
        effect = "late_replan"
    elif not agreed:
        effect = "not_agreed"
    return replace(fact, from_due_on=state.due_on, effect=effect)


def _withdraw(state: Commitment, fact: CommitmentWithdrawn, entry: Entry, world: World) -> Fact:
    _refuse_after_the_end(state, entry)
    concerned = world.active(entry.on).intersection({state.by_party, *state.to_parties})
    effect: WithdrawalEffect = "effective"
    if entry.on > state.due_on:
        effect = "late"
    elif not concerned <= {*fact.agreed_by, entry.on_behalf_of}:
        effect = "not_agreed"
    return replace(fact, effect=effect)


def _refuse_after_the_end(state: Commitment, entry: Entry) -> None:
    if state.end != "open":
        raise IsNotAllowedNow(f"The commitment was already {state.end} before {entry.on}.")


def _refuse_unless_fulfilled(state: Commitment, what: str) -> None:
    if state.fulfilled_on is None:
        raise IsNotAllowedNow(f"Only a fulfilment can be {what}, and the commitment is not fulfilled.")


# State from facts


def evolve(state: Commitment | None, entry: Entry) -> Commitment:
    fact = entry.fact
    if isinstance(fact, CommitmentMade):
        return Commitment(made_on=entry.on, by_party=fact.by_party, to_parties=fact.to_parties, due_on=fact.due_on)
    assert state is not None
    match fact:
        case CommitmentAccepted(party=party):
            return replace(state, accepted_by=state.accepted_by | {party})
        case CommitmentRescheduled(effect="moves_due_date"):
            return replace(state, due_on=fact.new_due_on)
        case CommitmentFulfilled():
            return replace(state, end="fulfilled", fulfilled_on=entry.on)
        case CommitmentFulfilmentConfirmed(party=party):
            return replace(state, confirmed_by=state.confirmed_by | {party})
        case CommitmentFulfilmentDisputed(party=party):
            return replace(state, in_dispute=True, disputed_by=state.disputed_by | {party})
        case CommitmentDisputeSettled(outcome="upheld"):
            reopened = replace(state, end="open") if state.end == "fulfilled" else state
            return replace(
                reopened, fulfilled_on=None, in_dispute=False, confirmed_by=frozenset(), disputed_by=frozenset()
            )
        case CommitmentDisputeSettled():
            return replace(state, in_dispute=False, disputed_by=frozenset())
        case CommitmentBroken():
            return replace(state, end="broken")
        case CommitmentWithdrawn(effect="effective"):
            return replace(state, end="withdrawn")
    return state


commitments = Aggregate(
    name="commitment",
    key="commitment_id",
    facts=(
        CommitmentMade,
        CommitmentAccepted,
        CommitmentRescheduled,
        CommitmentFulfilled,
        CommitmentFulfilmentConfirmed,
        CommitmentFulfilmentDisputed,
        CommitmentDisputeSettled,
        CommitmentBroken,
        CommitmentWithdrawn,
    ),
    decide=decide,
    evolve=evolve,
)
