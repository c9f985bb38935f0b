"""`/`: every relationship with its twelve tiles."""

from collections import Counter
from datetime import date
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from api.web.looking import Look, address, parse
from api.web.site import Site
from domain.errors import IsMalformed, IsOutOfRange
from domain.store.engine import reading
from domain.store.head import size_of
from projections.directory import Filter, Order, Standing, organisations_by_id, relationships, standings
from projections.indicators import INDICATORS, PRINCIPLES
from projections.scorecards.asking import Relationship, ask
from projections.scorecards.policy import Policy, in_effect
from projections.scorecards.scorecard import Band, Scorecard
from projections.scorecards.service import scorecards

AT_ONCE = 50
ORDERS: dict[Order, str] = {"name": "by name", "alias": "by alias", "registered": "newest first"}
BANDS: tuple[Band, ...] = ("GREEN", "AMBER", "RED", "NOT_RATED")


class Entry(Struct, frozen=True, kw_only=True):
    """A relationship in the list; without a card when it was not registered on that day."""

    about: Relationship
    path: str
    parties: tuple[str, ...]
    standing: Standing | None
    card: Scorecard | None
    policy: Policy | None


def show(site: Site, request: Request) -> Response:
    now = site.services.clock()
    with reading(site.services.engine) as connection:
        size = size_of(connection)
        look = parse(request.query_params, connection)
        name = request.query_params.get("name", "").strip().replace("\x00", "")
        order = _order(request.query_params.get("order") or "name")
        page = relationships(
            connection,
            now.date(),
            Filter(name=name or None),
            order,
            descending=order == "registered",
            first=AT_ONCE,
            after=request.query_params.get("after") or None,
        )
        today = max((r.today(now) for r in page.rows), default=now.date())
        as_of = look.as_of or today
        if as_of > today:
            raise IsOutOfRange(f"{as_of} is after today, {today}.", "as_of")
        questions = {
            r.id: ask(r, now, size, min(as_of, r.today(now)), look.known_at)
            for r in page.rows
            if r.registered_on <= min(as_of, r.today(now))
        }
        asked = list(questions.values())
        cards = dict(zip(questions, scorecards(connection, asked, look.policy, explained=False), strict=True))
        standing = dict(zip(questions, standings(connection, asked), strict=True))
        parties = organisations_by_id(connection, {p for s in standing.values() for p in s.parties})
        policies = _policies(connection, cards, look)
    entries = [
        Entry(
            about=r,
            path=address(r),
            parties=tuple(parties[p].legal_name for p in standing[r.id].parties) if r.id in standing else (),
            standing=standing.get(r.id),
            card=cards.get(r.id),
            policy=policies[cards[r.id].as_of] if r.id in cards else None,
        )
        for r in page.rows
    ]
    counts = Counter(e.card.band for e in entries if e.card)
    return site.render(
        request,
        "register.html",
        entries=entries,
        counts=[(band, counts[band]) for band in BANDS],
        look=look,
        as_of=as_of,
        today=today,
        size=size,
        name=name,
        order=order,
        orders=ORDERS,
        next_page=page.cursors[-1] if page.has_more else None,
        principles=PRINCIPLES,
        total_indicators=len(INDICATORS),
    )


def _order(text: str) -> Order:
    found = next((order for order in ORDERS if order == text), None)
    if found is None:
        raise IsMalformed(f"{text[:50]!r} is no order of the list.", "order")
    return found


def _policies(connection: Connection, cards: dict[UUID, Scorecard], look: Look) -> dict[date, Policy]:
    """The policy of each date, for the names of the bands' edges."""
    dates = {(c.as_of, c.known_at) for c in cards.values()}
    return {as_of: in_effect(connection, as_of, known_at, look.policy)[0] for as_of, known_at in dates}
