"""Relationships: who works with whom, and everything that is asked of one of them."""

from datetime import date, datetime
from enum import Enum
from typing import Annotated
from uuid import UUID

import strawberry

from api.graphql.schema.connections import Connection, size_of
from api.graphql.schema.context import Info
from api.graphql.schema.enums import (
    Direction,
    Interval,
    LifecycleStage,
    RelationshipForm,
    RelationshipStatus,
    RelationshipTier,
    View,
)
from api.graphql.schema.events import Event, EventFilter, events_page
from api.graphql.schema.fields import described
from api.graphql.schema.ids import global_id, optional_key
from api.graphql.schema.items.actions import ACTIONS
from api.graphql.schema.items.commitments import COMMITMENTS
from api.graphql.schema.items.due import DueItem, due_item_of
from api.graphql.schema.items.initiatives import INITIATIVES
from api.graphql.schema.items.issues import ISSUES
from api.graphql.schema.items.objectives import OBJECTIVES
from api.graphql.schema.items.risks import RISKS
from api.graphql.schema.items.shares import SHARES
from api.graphql.schema.loaders import Asked, DueWanted, EntriesWanted
from api.graphql.schema.node import Node
from api.graphql.schema.organisations import Organisation, known_organisations
from api.graphql.schema.questions import known_at_position, question
from api.graphql.schema.scalars import BigInt
from api.graphql.schema.scorecards import Scorecard, scorecard_of
from api.graphql.schema.trends import dates
from projections.directory import Filter, Standing
from projections.entries import EntryFilter
from projections.pages import DEFAULT
from projections.scorecards import asking


@strawberry.type(description="Two or more organisations that keep one register of their relationship.")
class Relationship(Node):
    uuid: strawberry.ID = strawberry.field(description="The id as it stands in facts and files.")
    alias: str | None
    name: str
    form: RelationshipForm
    currency: str = strawberry.field(description="ISO 4217.")
    time_zone: str = strawberry.field(description="IANA; business dates are calendar dates there.")
    registered_on: date
    about: strawberry.Private[asking.Relationship]

    @described("The life-cycle stage today.")
    async def stage(self, info: Info) -> LifecycleStage:
        return LifecycleStage((await self._standing(info)).stage)

    @strawberry.field
    async def tier(self, info: Info) -> RelationshipTier | None:
        tier = (await self._standing(info)).tier
        return None if tier is None else RelationshipTier(tier)

    @strawberry.field
    async def status(self, info: Info) -> RelationshipStatus:
        return RelationshipStatus((await self._standing(info)).status)

    @described("The parties active today.")
    async def parties(self, info: Info) -> list[Organisation]:
        return await known_organisations(info, (await self._standing(info)).parties)

    async def _standing(self, info: Info) -> Standing:
        return await info.context.load.standings.load(await question(info, self.about))

    @described("As at a date (default: today), as known at a position or an instant (default: everything).")
    async def scorecard(
        self,
        info: Info,
        as_of: date | None = None,
        known_at: BigInt | None = None,
        known_at_time: datetime | None = None,
        policy_version: int | None = None,
        view: View | None = View.SHARED,
        party: strawberry.ID | None = None,
    ) -> Scorecard:
        position = await known_at_position(info, known_at, known_at_time)
        asked = Asked(await question(info, self.about, as_of, position, view, party), policy_version)
        return scorecard_of(await info.context.load.scorecards.load(asked), self, asked)

    @described("One scorecard for every step from a date on, 100 at most; a private view needs its party.")
    async def trend(
        self,
        info: Info,
        from_: Annotated[date, strawberry.argument(name="from")],
        to: date,
        every: Interval | None = Interval.MONTH,
        view: View | None = View.SHARED,
        party: strawberry.ID | None = None,
    ) -> list[Scorecard]:
        days = dates(from_, to, every or Interval.MONTH)
        await question(info, self.about, to, None, view, party)  # the last day can be asked for as well
        asked = [Asked(await question(info, self.about, day, None, view, party)) for day in days]
        cards = await info.context.load.scorecards.load_many(asked)
        return [scorecard_of(card, self, each) for card, each in zip(cards, asked, strict=True)]

    commitments = COMMITMENTS
    risks = RISKS
    initiatives = INITIATIVES
    shares = SHARES
    objectives = OBJECTIVES
    issues = ISSUES
    actions = ACTIONS

    @strawberry.field
    async def events(
        self,
        info: Info,
        first: int | None = DEFAULT,
        after: str | None = None,
        filter: EventFilter | None = None,
    ) -> Connection[Event]:
        wanted = EntryFilter() if filter is None else filter.wanted()
        asked = EntriesWanted(self.about.id, wanted, size_of(first), after)
        return events_page(await info.context.load.entries.load(asked), after)

    @described("What is not done yet, up to a day if given, by due date.")
    async def due(self, info: Info, until: date | None = None) -> list[DueItem]:
        asked = DueWanted(await question(info, self.about), until)
        return [due_item_of(found) for found in await info.context.load.due.load(asked)]


def relationship_of(about: asking.Relationship) -> Relationship:
    return Relationship(
        id=global_id("Relationship", about.id),
        uuid=strawberry.ID(str(about.id)),
        alias=about.alias,
        name=about.name,
        form=RelationshipForm(about.form),
        currency=about.currency,
        time_zone=about.time_zone,
        registered_on=about.registered_on,
        about=about,
    )


async def relationship(info: Info, key: UUID) -> Relationship | None:
    found = await info.context.load.relationships.load(key)
    return None if found is None else relationship_of(found)


# What is asked for


@strawberry.enum
class RelationshipOrderField(Enum):
    NAME = "name"
    REGISTERED = "registered"
    ALIAS = "alias"


@strawberry.input(description="How relationships are listed.")
class RelationshipOrder:
    field: RelationshipOrderField = RelationshipOrderField.NAME
    direction: Direction = Direction.ASC


@strawberry.input(description="Which relationships are listed; what is left out lets everything through.")
class RelationshipFilter:
    name: str | None = strawberry.field(default=None, description="A part of the name, in any case.")
    alias: str | None = None
    forms: list[RelationshipForm] | None = None
    currency: str | None = None
    party: strawberry.ID | None = strawberry.field(default=None, description="A party today.")
    stages: list[LifecycleStage] | None = strawberry.field(default=None, description="The stage today.")
    tiers: list[RelationshipTier] | None = None

    def wanted(self) -> Filter:
        """Raises UserError for what is no id."""
        return Filter(
            name=self.name,
            alias=self.alias,
            forms=tuple(form.value for form in self.forms or ()),
            currency=self.currency,
            party=optional_key(self.party, "Organisation"),
            stages=tuple(stage.value for stage in self.stages or ()),
            tiers=tuple(tier.value for tier in self.tiers or ()),
        )
