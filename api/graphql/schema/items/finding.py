"""Finding one item by its id, in whichever relationship it is."""

from typing import Any
from uuid import UUID

from msgspec import Struct

from api.graphql.schema.context import Info
from api.graphql.schema.items.actions import Action
from api.graphql.schema.items.commitments import Commitment
from api.graphql.schema.items.initiatives import Initiative
from api.graphql.schema.items.issues import Issue
from api.graphql.schema.items.item import Item, shown
from api.graphql.schema.items.objectives import Objective
from api.graphql.schema.items.risks import Risk
from api.graphql.schema.items.shares import Share
from api.graphql.schema.loaders import ItemsWanted
from api.graphql.schema.questions import question
from domain.facts.commitments import commitments
from domain.facts.development_actions import development_actions
from domain.facts.fact import Aggregate
from domain.facts.improvement_actions import improvement_actions
from domain.facts.initiatives import initiatives
from domain.facts.issues import issues
from domain.facts.objectives import objectives
from domain.facts.risks import risks
from domain.facts.shares import shares
from domain.session import stream_id
from projections.items.actions import ACTION
from projections.items.commitments import COMMITMENT
from projections.items.initiatives import INITIATIVE
from projections.items.issues import ISSUE
from projections.items.listing import Family, Wanted
from projections.items.objectives import OBJECTIVE
from projections.items.risks import RISK
from projections.items.shares import SHARE
from projections.scorecards.question import Question


class Finder(Struct, frozen=True):
    """Finds items of one type; their entries lie in streams of these aggregates."""

    kind: type[Item]
    family: Family[Any]
    aggregates: tuple[Aggregate[Any], ...]

    async def find(self, info: Info, key: UUID) -> Item | None:
        """The item as it is known today to the party that alone sees it, if there is one."""
        asked = await self._question(info, key)
        if asked is None:
            return None
        page = await info.context.load.items.load(ItemsWanted(asked, self.family, Wanted(item=key), 1, None))
        return next(iter(await shown(info, self.kind, page.rows)), None)

    async def _question(self, info: Info, key: UUID) -> Question | None:
        streams = await info.context.load.streams.load_many([stream_id(each, key) for each in self.aggregates])
        first = next((stream[0] for stream in streams if stream), None)
        if first is None or first.relationship_id is None:
            return None
        about = await info.context.load.relationships.load(first.relationship_id)
        assert about is not None
        asked = await question(info, about)
        party = first.on_behalf_of if first.visibility == "own" else None
        return Question(relationship_id=about.id, as_of=asked.as_of, known_at=asked.known_at, party=party)


FINDERS = {
    finder.kind.__name__: finder
    for finder in (
        Finder(Commitment, COMMITMENT, (commitments,)),
        Finder(Risk, RISK, (risks,)),
        Finder(Initiative, INITIATIVE, (initiatives,)),
        Finder(Share, SHARE, (shares,)),
        Finder(Objective, OBJECTIVE, (objectives,)),
        Finder(Issue, ISSUE, (issues,)),
        Finder(Action, ACTION, (improvement_actions, development_actions)),
    )
}
