"""Realised value (P8): claimed, shared out, verified by the other side. Rules: docs/principles.md A55 to A57, A60."""

from decimal import Decimal
from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from domain.errors import IsNotAllowedNow, IsOutOfRange
from domain.facts.fact import Aggregate, Entry, Fact, World
from domain.money import LARGEST_SUM, convert, minor
from domain.values import Amount, ItemId, Money, PartyId, SealedText, field

# Facts


class ValueRealised(Fact, frozen=True, kw_only=True, tag="value.realised"):
    """A party claims that an initiative gained so much; `shares`, in the same currency, say what each party got."""

    creates: ClassVar[bool] = True

    realisation_id: ItemId | None = None
    initiative_id: Annotated[UUID, field(column="ref", known="initiative")]
    money: Annotated[Money, field(column="amount")]
    shares: dict[
        Annotated[UUID, field(part="party", known="party")],
        Annotated[Amount, field(part="amount")],
    ]
    claimed_by: PartyId


class ValueVerified(Fact, frozen=True, kw_only=True, tag="value.verified"):
    """A party other than the claimant found the claim true."""

    realisation_id: ItemId
    by_party: PartyId


class ValueReversed(Fact, frozen=True, kw_only=True, tag="value.reversed"):
    """The gain proved not to be one."""

    realisation_id: ItemId
    reason: SealedText | None = None


# State


class Realisation(Struct, frozen=True, kw_only=True):
    """A realisation as its facts leave it."""

    claimed_by: UUID
    verified_by: frozenset[UUID] = frozenset()
    reversed: bool = False


# Decisions


def decide(state: Realisation | None, entry: Entry, world: World) -> Fact | None:
    fact = entry.fact
    if isinstance(fact, ValueRealised):
        _check_shares(fact)
        _refuse_beyond_the_largest_sum(fact, entry, world)
        return fact
    assert state is not None, "the register has checked that the item is known"
    if state.reversed:
        raise IsNotAllowedNow(f"The realisation was already reversed before this entry of {entry.on}.")
    if isinstance(fact, ValueVerified):
        if fact.by_party == state.claimed_by:
            raise IsNotAllowedNow(f"{fact.by_party} made the claim; another party verifies it.", "by_party")
        return None if fact.by_party in state.verified_by else fact
    return fact


def _check_shares(fact: ValueRealised) -> None:
    for party, amount in fact.shares.items():
        minor(amount, fact.money.currency, f"shares.{party}")
    total = sum(map(Decimal, fact.shares.values()))
    if total != Decimal(fact.money.amount):
        raise IsOutOfRange(f"The shares sum to {total}, not to {fact.money.amount}.", "shares")


def _refuse_beyond_the_largest_sum(fact: ValueRealised, entry: Entry, world: World) -> None:
    """All claims count for the bound of docs/principles.md A55, reversed ones too: a reversal may itself be voided."""
    total = convert(fact.money.amount, fact.money.rate, world.currency)
    for each in world.every(realisations, ValueRealised):
        assert isinstance(each.fact, ValueRealised)
        if each.position != entry.position:
            total += convert(each.fact.money.amount, each.fact.money.rate, world.currency)
    if total > LARGEST_SUM:
        raise IsOutOfRange(
            f"{fact.money.amount} {fact.money.currency} takes the sum of realised value above 4·10^14 minor units.",
            "money.amount",
        )


# State from facts


def evolve(state: Realisation | None, entry: Entry) -> Realisation:
    fact = entry.fact
    if isinstance(fact, ValueRealised):
        return Realisation(claimed_by=fact.claimed_by)
    assert state is not None
    if isinstance(fact, ValueVerified):
        return replace(state, verified_by=state.verified_by | {fact.by_party})
    return replace(state, reversed=True)


realisations = Aggregate(
    name="realisation",
    key="realisation_id",
    facts=(ValueRealised, ValueVerified, ValueReversed),
    decide=decide,
    evolve=evolve,
)
