"""Risks (P10): seen, owned, assessed and worked down until they are closed. Rules: docs/principles.md A65 to A69."""

from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from domain.errors import IdIsTaken, IsNotAllowedNow, IsOutOfOrder, unknown
from domain.facts.fact import Aggregate, Entry, Fact, World
from domain.values import (
    DueOn,
    FreeText,
    ItemId,
    Level5,
    Money,
    Parties,
    PartyId,
    PersonId,
    SealedText,
    ShortText,
    Title,
    field,
)

# Facts


class RiskIdentified(Fact, frozen=True, kw_only=True, tag="risk.identified"):
    """Something that may go wrong was entered in the register; `joint`: it concerns the parties together."""

    creates: ClassVar[bool] = True

    risk_id: ItemId | None = None
    title: Title
    category: Annotated[ShortText, field(column="code")]
    joint: Annotated[bool, field(column="flag")]
    owner_party: PartyId | None = None
    owner: PersonId | None = None


class RiskOwnerAssigned(Fact, frozen=True, kw_only=True, tag="risk.owner_assigned"):
    """A party, and a person of it when one is named, looks after the risk from now on."""

    risk_id: ItemId
    owner_party: PartyId
    owner: PersonId | None = None


class RiskAssessed(Fact, frozen=True, kw_only=True, tag="risk.assessed"):
    """How likely and how grave the risk was judged to be; `exposure` is shown and scored nowhere (A67)."""

    risk_id: ItemId
    probability: Annotated[Level5, field(column="number")]
    impact: Annotated[Level5, field(column="extra")]
    exposure: Annotated[Money, field(column="amount")] | None = None


class RiskTreatmentPlanned(Fact, frozen=True, kw_only=True, tag="risk.treatment_planned"):
    """A party is to do something about the risk by a day."""

    fills: ClassVar[tuple[str, ...]] = ("treatment_id",)

    risk_id: ItemId
    treatment_id: Annotated[UUID, field(column="ref")] | None = None
    action: FreeText
    due_on: DueOn
    owner_party: PartyId


class RiskTreatmentCompleted(Fact, frozen=True, kw_only=True, tag="risk.treatment_completed"):
    """The treatment was done on that day."""

    risk_id: ItemId
    treatment_id: Annotated[UUID, field(column="ref")]


class RiskReviewed(Fact, frozen=True, kw_only=True, tag="risk.reviewed"):
    """The risk was looked at again and its assessment left as it stands."""

    risk_id: ItemId


class RiskAccepted(Fact, frozen=True, kw_only=True, tag="risk.accepted"):
    """The parties named live with the risk, untreated, until a day."""

    risk_id: ItemId
    by_parties: Parties
    until: DueOn


class RiskMaterialised(Fact, frozen=True, kw_only=True, tag="risk.materialised"):
    """What was feared happened, as the issue named."""

    risk_id: ItemId
    issue_id: Annotated[UUID, field(column="ref", known="issue")] | None = None
    loss: Annotated[Money, field(column="amount")] | None = None


class RiskClosed(Fact, frozen=True, kw_only=True, tag="risk.closed"):
    """The risk is no risk any more."""

    risk_id: ItemId
    reason: SealedText | None = None


# State


class Risk(Struct, frozen=True, kw_only=True):
    """A risk as its facts leave it. `owner`: party and person; `acceptance`: by whom and until when, the last one."""

    owner: tuple[UUID | None, UUID | None]
    planned: frozenset[UUID] = frozenset()
    completed: frozenset[UUID] = frozenset()
    acceptance: tuple[frozenset[UUID], date] | None = None
    closed: bool = False


# Decisions


def decide(state: Risk | None, entry: Entry, world: World) -> Fact | None:
    fact = entry.fact
    if isinstance(fact, RiskIdentified):
        return fact
    assert state is not None, "the register has checked that the item is known"
    if state.closed:
        raise IsNotAllowedNow(f"The risk was already closed before this entry of {entry.on}.")
    match fact:
        case RiskOwnerAssigned():
            return None if state.owner == (fact.owner_party, fact.owner) else fact
        case RiskTreatmentPlanned(treatment_id=treatment) if treatment in state.planned:
            raise IdIsTaken(f"A treatment {treatment} of this risk is already planned.", "treatment_id")
        case RiskTreatmentCompleted(treatment_id=treatment):
            if treatment not in state.planned:
                raise unknown("treatment", treatment, "treatment_id")
            if treatment in state.completed:
                raise IsNotAllowedNow(f"The treatment {treatment} was already completed.", "treatment_id")
        case RiskAccepted():
            if fact.until < entry.on:
                raise IsOutOfOrder(f"Accepted on {entry.on} until {fact.until}, an earlier day.", "until")
            return None if state.acceptance == (frozenset(fact.by_parties), fact.until) else fact
    return fact


# State from facts


def evolve(state: Risk | None, entry: Entry) -> Risk:
    fact = entry.fact
    if isinstance(fact, RiskIdentified):
        return Risk(owner=(fact.owner_party, fact.owner))
    assert state is not None
    match fact:
        case RiskOwnerAssigned():
            return replace(state, owner=(fact.owner_party, fact.owner))
        case RiskTreatmentPlanned(treatment_id=UUID() as treatment):
            return replace(state, planned=state.planned | {treatment})
        case RiskTreatmentCompleted(treatment_id=treatment):
            return replace(state, completed=state.completed | {treatment})
        case RiskAccepted():
            return replace(state, acceptance=(frozenset(fact.by_parties), fact.until))
        case RiskClosed():
            return replace(state, closed=True)
    return state


risks = Aggregate(
    name="risk",
    key="risk_id",
    facts=(
        RiskIdentified,
        RiskOwnerAssigned,
        RiskAssessed,
        RiskTreatmentPlanned,
        RiskTreatmentCompleted,
        RiskReviewed,
        RiskAccepted,
        RiskMaterialised,
        RiskClosed,
    ),
    decide=decide,
    evolve=evolve,
)
