"""From arguments to what is asked of the register: which date, which knowledge, whose view.

Source: docs/principles.md A2, A93, A95. What cannot be asked is a UserError.
"""

from datetime import date, datetime, timedelta
from uuid import UUID

from strawberry import ID

from api.graphql.errors import UserError
from api.graphql.schema.context import Info
from api.graphql.schema.enums import View
from api.graphql.schema.ids import key_of
from domain.errors import Refusal
from projections.scorecards.asking import Relationship, ask
from projections.scorecards.question import Question


async def question(
    info: Info,
    about: Relationship,
    as_of: date | None = None,
    known_at: int | None = None,
    view: View | None = View.SHARED,
    party: ID | None = None,
) -> Question:
    """The relationship as at `as_of`, by default today or the later day of its registration."""
    now, size = info.context.now, await info.context.size()
    key = await _party(info, party) if view is View.OWN else None
    if as_of is None and about.today(now) < about.registered_on:
        now += timedelta(days=1)  # no registration lies further ahead
    try:
        return ask(about, now, size, as_of, known_at, key)
    except Refusal as refusal:
        raise UserError(refusal.message) from refusal


async def _party(info: Info, party: ID | None) -> UUID:
    if party is None:
        raise UserError("The own view needs a party.")
    key = key_of(party, "Organisation")
    if await info.context.load.organisations.load(key) is None:
        raise UserError(f"No organisation {key} is known here.")
    return key


async def known_at_position(info: Info, position: int | None, instant: datetime | None) -> int | None:
    """The position that `knownAt` or `knownAtTime` means, None where neither is given."""
    if position is not None and instant is not None:
        raise UserError("Give knownAt or knownAtTime, not both.")
    return position if instant is None else await info.context.load.positions_at.load(instant)
