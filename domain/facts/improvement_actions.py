"""Improvement actions (P11): raised, completed, verified. Rules: docs/principles.md A72, A75."""

from typing import Annotated, ClassVar

from msgspec import Struct
from msgspec.structs import replace

from domain.errors import IsNotAllowedNow
from domain.facts.fact import Aggregate, Entry, Fact, World
from domain.values import DueOn, ItemId, PartyId, PersonId, ShortText, Title, field

# Facts


class ImprovementActionRaised(Fact, frozen=True, kw_only=True, tag="improvement_action.raised"):
    """A party is to improve something by a day; `indicator` is the one that it should move, for example TC1."""

    creates: ClassVar[bool] = True

    action_id: ItemId | None = None
    title: Title
    origin: Annotated[ShortText, field(column="code")]
    indicator: Annotated[ShortText, field(column="label")] | None = None
    owner_party: PartyId
    owner: PersonId | None = None
    due_on: DueOn


class ImprovementActionCompleted(Fact, frozen=True, kw_only=True, tag="improvement_action.completed"):
    """The action was done on that day."""

    action_id: ItemId


class ImprovementActionVerified(Fact, frozen=True, kw_only=True, tag="improvement_action.verified"):
    """It was checked whether the completed action worked; the last check counts."""

    action_id: ItemId
    effective: Annotated[bool, field(column="flag")]


# State


class ImprovementAction(Struct, frozen=True, kw_only=True):
    """An improvement action as its facts leave it."""

    completed: bool = False
    effective: bool | None = None


# Decisions


def decide(state: ImprovementAction | None, entry: Entry, world: World) -> Fact | None:
    fact = entry.fact
    if isinstance(fact, ImprovementActionRaised):
        return fact
    assert state is not None, "the register has checked that the item is known"
    if isinstance(fact, ImprovementActionCompleted) and state.completed:
        raise IsNotAllowedNow(f"The action had already been completed by {entry.on}.")
    if isinstance(fact, ImprovementActionVerified) and not state.completed:
        raise IsNotAllowedNow(f"The action had not been completed by {entry.on}: nothing is there to verify.")
    return fact


# State from facts


def evolve(state: ImprovementAction | None, entry: Entry) -> ImprovementAction:
    state = state or ImprovementAction()
    match entry.fact:
        case ImprovementActionCompleted():
            return replace(state, completed=True)
        case ImprovementActionVerified(effective=effective):
            return replace(state, effective=effective)
        case _:
            return state


improvement_actions = Aggregate(
    name="improvement_action",
    key="action_id",
    facts=(ImprovementActionRaised, ImprovementActionCompleted, ImprovementActionVerified),
    decide=decide,
    evolve=evolve,
)
