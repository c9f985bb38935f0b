"""`/relationships/{alias or id}`: one scorecard, with the arithmetic of every number on it."""

import json
from datetime import date
from urllib.parse import quote

from msgspec import Struct
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from api.web import charts, figures
from api.web.looking import Look, address, parse
from api.web.site import Site
from domain.errors import unknown
from domain.store.engine import reading
from domain.store.head import size_of
from projections.directory import Standing, organisations_by_id, standings
from projections.indicators import PRINCIPLES, Principle
from projections.indicators.definition import Indicator
from projections.scorecards.asking import Relationship, ask, find
from projections.scorecards.policy import Policy, Setting, in_effect, versions
from projections.scorecards.question import Question
from projections.scorecards.scorecard import IndicatorResult, PrincipleScore, Scorecard
from projections.scorecards.service import scorecards

MONTHS = 12


class Measured(Struct, frozen=True, kw_only=True):
    """An indicator on the page: what it is, what came out, how it is scored, and the steps between."""

    indicator: Indicator
    result: IndicatorResult
    setting: Setting
    working: figures.Working
    scale: charts.Scale


class Scored(Struct, frozen=True, kw_only=True):
    """A principle on the page."""

    principle: Principle
    score: PrincipleScore
    indicators: tuple[Measured, ...]


class Subject(Struct, frozen=True, kw_only=True):
    """A relationship as looked at: who, how it stands, and by which policy it is scored."""

    about: Relationship
    path: str
    look: Look
    question: Question
    standing: Standing
    parties: tuple[str, ...]
    policy: Policy
    size: int
    today: date


def show(site: Site, request: Request) -> Response:
    with reading(site.services.engine) as connection:
        subject = subject_of(site, request, connection)
        look = subject.look
        card = scorecards(connection, [subject.question], look.policy, explained=True)[0]
        history = past(connection, subject)
        policies = versions(connection, subject.question.known_at)
    return site.render(
        request,
        "relationship.html",
        subject=subject,
        card=card,
        principles=_scored(card, subject),
        history=history_of(history, subject.policy),
        policies=policies,
        sums=figures.overall_sums(card),
        held=card.band == "AMBER" and figures.scaled(card.score or "0.00") >= subject.policy.green_from,
        graphiql=_graphiql(subject, card),
        command=_command(subject, card),
    )


def subject_of(site: Site, request: Request, connection: Connection) -> Subject:
    """What the address asks for. Raises UnknownId, IsMalformed, IsOutOfRange."""
    name = request.path_params["rel"]
    if "\x00" in name:
        raise unknown("relationship", name.replace("\x00", "\ufffd"))
    about = find(connection, name)
    look = parse(request.query_params, connection)
    now, size = site.services.clock(), size_of(connection)
    question = ask(about, now, size, look.as_of, look.known_at)
    standing = standings(connection, [question])[0]
    organisations = organisations_by_id(connection, standing.parties)
    return Subject(
        about=about,
        path=address(about),
        look=look,
        question=question,
        standing=standing,
        parties=tuple(organisations[p].legal_name for p in standing.parties),
        policy=in_effect(connection, question.as_of, question.known_at, look.policy)[0],
        size=size,
        today=about.today(now),
    )


def past(connection: Connection, subject: Subject) -> list[Scorecard]:
    """The scorecards of the same day in the months before, oldest first, with the same knowledge and policy."""
    q = subject.question
    days = [day for day in charts.months_back(q.as_of, MONTHS) if day >= subject.about.registered_on]
    asked = [Question(relationship_id=q.relationship_id, as_of=day, known_at=q.known_at) for day in days]
    return scorecards(connection, asked, subject.policy.version, explained=False)


def history_of(cards: list[Scorecard], policy: Policy) -> charts.History:
    return charts.history([(c.as_of, c.score, c.band) for c in cards], *figures.bands(policy))


def measured(indicator: Indicator, result: IndicatorResult, subject: Subject, weights: int) -> Measured:
    setting = subject.policy.indicators[indicator.id]
    return Measured(
        indicator=indicator,
        result=result,
        setting=setting,
        working=figures.working(result, indicator, setting, weights, subject.standing.stage),
        scale=charts.scale(result.value, setting.floor, setting.target),
    )


def _scored(card: Scorecard, subject: Subject) -> list[Scored]:
    found = []
    for principle, score in zip(PRINCIPLES, card.principles, strict=True):
        weights = figures.weights(score.indicators)
        pairs = zip(principle.indicators, score.indicators, strict=True)
        indicators = tuple(measured(i, r, subject, weights) for i, r in pairs)
        found.append(Scored(principle=principle, score=score, indicators=indicators))
    return found


def _command(subject: Subject, card: Scorecard) -> str:
    name = subject.about.alias or subject.about.id
    policy = f" --policy {card.policy_version}" if card.restated else ""
    return f"counterfoil scorecard {name} --as-of {card.as_of} --known-at {card.known_at}{policy} --json"


def _graphiql(subject: Subject, card: Scorecard) -> str:
    """The address of GraphiQL with the question of this page written into it."""
    about = subject.about
    which = f"alias: {json.dumps(about.alias)}" if about.alias else f'id: "{about.id}"'
    policy = f", policyVersion: {card.policy_version}" if card.restated else ""
    query = f"""{{
  relationship({which}) {{
    name
    scorecard(asOf: "{card.as_of}", knownAt: "{card.known_at}"{policy}) {{
      score
      band
      digest
      principles {{ principle {{ title }} score band coverage }}
    }}
  }}
}}"""
    return f"/graphql?query={quote(query)}"
