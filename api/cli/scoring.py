"""`counterfoil relationships` and `scorecard`."""

from msgspec import Struct
from sqlalchemy import Connection

from api.cli.options import (
    AsJson,
    AsOf,
    KnownAt,
    Party,
    PolicyVersion,
    Rel,
    View,
    looking,
    parse_date,
    parse_known_at,
    parse_party,
)
from api.cli.output import console, plain, print_json, table
from api.wiring import Services
from projections.directory import Standing, standings
from projections.indicators import PRINCIPLES
from projections.scorecards.asking import Relationship, ask, every, find
from projections.scorecards.scorecard import Scorecard, Trend
from projections.scorecards.service import scorecards

COLOURS = {"GREEN": "green", "AMBER": "yellow", "RED": "red", "NOT_RATED": "dim"}
_TITLES = {p.id: p.title for p in PRINCIPLES}


class Asked(Struct, frozen=True, kw_only=True):
    """What the options of `scorecard` and `explain` say."""

    rel: str
    as_of: str | None
    known_at: str | None
    policy: int | None
    view: str
    party: str | None


def answered(opened: Services, connection: Connection, asked: Asked) -> tuple[Relationship, Scorecard]:
    """Raises UnknownId and IsOutOfRange; wrong usage for what is no date or position."""
    as_of = parse_date(asked.as_of, "--as-of")
    party = parse_party(asked.party, asked.view, connection)
    about = find(connection, asked.rel)
    known_at = parse_known_at(asked.known_at, opened)
    question = ask(about, opened.clock(), opened.store.size(), as_of, known_at, party)
    return about, scorecards(connection, [question], asked.policy)[0]


def scorecard(
    rel: Rel,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    policy: PolicyVersion = None,
    view: View = "shared",
    party: Party = None,
    as_json: AsJson = False,
) -> None:
    """Show the scorecard of a relationship for any date, as known at any moment."""
    asked = Asked(rel=rel, as_of=as_of, known_at=known_at, policy=policy, view=view, party=party)
    with looking() as (opened, connection):
        about, card = answered(opened, connection, asked)
    if as_json:
        print_json({**card.as_object(), "digest": card.digest()})
    else:
        _show(about, card)


def _show(about: Relationship, card: Scorecard) -> None:
    console.print(f"[bold]{plain(about.name)}[/] as of {card.as_of}, as known at position {card.known_at}")
    restated = ", restated" if card.restated else ""
    console.print(
        f"Score [bold]{card.score or 'not rated'}[/] {_band(card.band)}  coverage {card.coverage}  "
        f"confidence {card.confidence}  trend {_trend(card.trend)}  policy {card.policy_version}{restated}"
    )
    if card.gates:
        console.print(f"Gates: {', '.join(card.gates)}")
    shown = table(None, "", "Principle", "Score ", "Band", "Coverage ", "Trend", "Weight ", "Contribution ")
    for p in card.principles:
        score, contribution = p.score or "-", p.contribution or "-"
        shown.add_row(
            p.principle, _TITLES[p.principle], score, _band(p.band), p.coverage, _trend(p.trend), p.weight, contribution
        )
    console.print(shown)
    console.print(f"digest {card.digest()}", style="dim")


def relationships(as_json: AsJson = False) -> None:
    """List every relationship with its score of today."""
    with looking() as (opened, connection):
        found = every(connection)
        size, now = opened.store.size(), opened.clock()
        started = [r for r in found if r.registered_on <= r.today(now)]
        questions = [ask(r, now, size) for r in started]
        cards = dict(zip(started, scorecards(connection, questions, explained=False), strict=True))
        stands = dict(zip(started, standings(connection, questions), strict=True))
    if as_json:
        print_json([_as_object(r, stands.get(r), cards.get(r)) for r in found])
        return
    shown = table(None, "Alias", "Name", "Form", "Score ", "Band", "Coverage ", "Confidence")
    for r in found:
        card = cards.get(r)
        told = (card.score or "-", _band(card.band), card.coverage, card.confidence) if card else ()
        shown.add_row(plain(r.alias or str(r.id)), plain(r.name), r.form, *told)
    console.print(shown)


def _as_object(about: Relationship, standing: Standing | None, card: Scorecard | None) -> dict[str, object]:
    """One that begins tomorrow has no standing and no score yet."""
    return {
        "relationship_id": str(about.id),
        "alias": about.alias,
        "name": about.name,
        "form": about.form,
        "currency": about.currency,
        "time_zone": about.time_zone,
        "registered_on": str(about.registered_on),
        "stage": standing.stage if standing else None,
        "tier": standing.tier if standing else None,
        "status": standing.status if standing else None,
        "parties": [str(party) for party in standing.parties] if standing else [],
        "as_of": str(card.as_of) if card else None,
        "score": card.score if card else None,
        "band": card.band if card else "NOT_RATED",
        "coverage": card.coverage if card else None,
        "confidence": card.confidence if card else None,
        "trend": {"direction": card.trend.direction, "delta": card.trend.delta} if card else None,
    }


def _band(band: str) -> str:
    return f"[{COLOURS[band]}]{band}[/]"


def _trend(trend: Trend) -> str:
    return trend.direction if trend.delta is None else f"{trend.direction} {trend.delta}"
