"""`counterfoil relationships`, `scorecard`, `explain`, `due` and `events`: what the register says."""

import json
from typing import Annotated, Any

import typer
from projections.due import due as due_items
from rich.markup import escape
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
from api.cli.output import console, print_json, table
from api.wiring import Services
from domain.errors import unknown
from domain.facts import FACTS
from projections.indicators import INDICATORS, PRINCIPLES
from projections.scorecards.asking import ask, every, find
from projections.scorecards.policy import in_effect
from projections.scorecards.scorecard import IndicatorResult, Scorecard, fixed
from projections.scorecards.service import scorecards

COLOURS = {"GREEN": "green", "AMBER": "yellow", "RED": "red", "NOT_RATED": "dim"}
_BY_ID = {i.id: i for i in INDICATORS}
_TITLES = {p.id: p.title for p in PRINCIPLES}
Type = Annotated[str | None, typer.Option("--type", metavar="T", help="Events of this type alone.")]
After = Annotated[int, typer.Option("--after", min=0, metavar="POS", help="Events behind this position.")]
Limit = Annotated[int, typer.Option("--limit", min=1, max=10_000, metavar="N", help="At most so many.")]


def relationships(as_json: AsJson = False) -> None:
    """List every relationship with its score of today."""
    with looking() as (opened, connection):
        found = every(connection)
        size, now = opened.store.size(), opened.clock()
        started = [r for r in found if r.registered_on <= r.today(now)]
        cards = scorecards(connection, [ask(r, now, size) for r in started], explained=False)
    by_id = {card.relationship: card for card in cards}
    if as_json:
        print_json(
            [
                {
                    "relationship_id": str(r.id),
                    "alias": r.alias,
                    "name": r.name,
                    "form": r.form,
                    "registered_on": str(r.registered_on),
                    "score": card.score if (card := by_id.get(r.id)) else None,
                    "band": card.band if card else "NOT_RATED",
                }
                for r in found
            ]
        )
        return
    shown = table(None, "Alias", "Name", "Form", "Score ", "Band", "Coverage ", "Confidence")
    for r in found:
        card = by_id.get(r.id)
        if card is None:
            shown.add_row(r.alias or str(r.id), escape(r.name), r.form, "", "", "", "")
        else:
            shown.add_row(
                r.alias or str(r.id),
                escape(r.name),
                r.form,
                card.score or "-",
                _band(card.band),
                card.coverage,
                card.confidence,
            )
    console.print(shown)


def _card(
    opened: Services,
    connection: Connection,
    rel: str,
    as_of: str | None,
    known_at: str | None,
    policy: int | None,
    view: str,
    party: str | None,
) -> Scorecard:
    about = find(connection, rel)
    question = ask(
        about,
        opened.clock(),
        opened.store.size(),
        parse_date(as_of, "--as-of"),
        parse_known_at(known_at, opened),
        parse_party(party, view, connection),
    )
    return scorecards(connection, [question], policy)[0]


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
    with looking() as (opened, connection):
        card = _card(opened, connection, rel, as_of, known_at, policy, view, party)
        name = find(connection, rel).name
    if as_json:
        print_json({**card.as_object(), "digest": card.digest()})
        return
    console.print(f"[bold]{escape(name)}[/] as of {card.as_of}, as known at position {card.known_at}", highlight=False)
    restated = ", restated" if card.restated else ""
    console.print(
        f"Score [bold]{card.score or 'not rated'}[/] {_band(card.band)}  coverage {card.coverage}  "
        f"confidence {card.confidence}  trend {_trend(card.trend.direction, card.trend.delta)}  "
        f"policy {card.policy_version}{restated}",
        highlight=False,
    )
    if card.gates:
        console.print(f"Gates: {', '.join(card.gates)}", highlight=False)
    shown = table(None, "", "Principle", "Score ", "Band", "Coverage ", "Trend", "Weight ", "Contribution ")
    for p in card.principles:
        shown.add_row(
            p.principle,
            _TITLES[p.principle],
            p.score or "-",
            _band(p.band),
            p.coverage,
            _trend(p.trend.direction, p.trend.delta),
            p.weight,
            p.contribution or "-",
        )
    console.print(shown)
    console.print(f"digest {card.digest()}", highlight=False, style="dim")


def explain(
    rel: Rel,
    indicator: Annotated[str, typer.Argument(metavar="INDICATOR", help="Id of the indicator, for example TC1.")],
    as_of: AsOf = None,
    known_at: KnownAt = None,
    policy: PolicyVersion = None,
    view: View = "shared",
    party: Party = None,
    as_json: AsJson = False,
) -> None:
    """Show how one number came about: its arithmetic, the entries counted and the ones left out."""
    if indicator not in _BY_ID:
        raise unknown("indicator", indicator)
    with looking() as (opened, connection):
        card = _card(opened, connection, rel, as_of, known_at, policy, view, party)
        result = next(i for p in card.principles for i in p.indicators if i.id == indicator)
        setting = in_effect(connection, card.as_of, card.known_at, policy)[0].indicators[indicator]
    definition = _BY_ID[indicator]
    counted = [_entry(opened, position) for position in result.counted]
    excluded = [{**_entry(opened, position), "reason": reason} for position, reason in result.excluded]
    floor, target = fixed(setting.floor, 4), fixed(setting.target, 4)
    if as_json:
        rule = {"title": definition.title, "formula": definition.formula, "unit": definition.unit}
        plain = {name: getattr(result, name) for name in result.__struct_fields__[:-2]}
        print_json(
            {
                **plain,
                **rule,
                "floor": floor,
                "target": target,
                "window_days": setting.window,
                "as_of": str(card.as_of),
                "known_at": card.known_at,
                "counted": counted,
                "excluded": excluded,
            }
        )
        return
    console.print(f"[bold]{indicator} {escape(definition.title)}[/]: {result.status}", highlight=False)
    console.print(escape(definition.formula), style="dim", highlight=False)
    console.print(_arithmetic(result, str(floor), str(target)), highlight=False)
    for title, entries in (("Counted", counted), ("Left out", excluded)):
        if entries:
            shown = table(title, "Position ", "On", "Type", "Reason", "Data")
            for e in entries:
                data = json.dumps(e["data"], ensure_ascii=False)
                shown.add_row(str(e["position"]), e["on"], e["type"], e.get("reason", ""), escape(data[:100]))
            console.print(shown)


def _arithmetic(result: IndicatorResult, floor: str, target: str) -> str:
    if result.value is None:
        return "There is no value."
    quotient = f" = {result.numerator} / {result.denominator}" if result.numerator and result.denominator else ""
    score = f"; score {result.score}" if result.score is not None else "; not scored"
    return f"value {result.value}{quotient}; floor {floor}, target {target}{score}"


def _entry(opened: Services, position: int) -> dict[str, Any]:
    text = opened.store.envelopes(position - 1, 1)[0][1]
    stored = json.loads(text)
    return {name: stored[name] for name in ("position", "event_id", "type", "on", "on_behalf_of", "data")}


def due(
    rel: Rel,
    until: Annotated[str | None, typer.Option("--until", metavar="DATE", help="Due on or before this date.")] = None,
    as_json: AsJson = False,
) -> None:
    """List what has been promised and is not done yet, by due date."""
    with looking() as (opened, connection):
        about = find(connection, rel)
        question = ask(about, opened.clock(), opened.store.size())
        items = due_items(connection, [question], parse_date(until, "--until"))
    if as_json:
        print_json([{name: _text(getattr(i, name)) for name in i.__struct_fields__} for i in items])
        return
    shown = table(None, "Due", "Days ", "Kind", "Title")
    for item in items:
        late = item.days_left < 0
        shown.add_row(
            str(item.due_on),
            f"[red]{item.days_left}[/]" if late else str(item.days_left),
            item.kind,
            escape(item.title or ""),
        )
    console.print(shown)


def events(
    relationship: Annotated[str | None, typer.Option("--relationship", metavar="REL", help="Id or alias.")] = None,
    type: Type = None,
    after: After = 0,
    limit: Limit = 100,
    as_json: AsJson = False,
) -> None:
    """Show the history, oldest first."""
    if type is not None and type not in FACTS:
        raise unknown("event type", type)
    with looking() as (opened, connection):
        rel = find(connection, relationship).id if relationship else None
        found = opened.store.events(after, limit, rel, type)
        stored = [json.loads(opened.store.envelopes(e.position - 1, 1)[0][1]) for e in found]
    if as_json:
        print_json(stored)
        return
    shown = table(None, "Position ", "On", "Recorded at", "Type", "Data")
    for e in stored:
        data = json.dumps(e["data"], ensure_ascii=False)
        shown.add_row(str(e["position"]), e["on"], e["recorded_at"], e["type"], escape(data[:100]))
    console.print(shown)


def _text(value: Any) -> Any:
    return value if value is None or isinstance(value, int | str | bool) else str(value)


def _band(band: str) -> str:
    return f"[{COLOURS[band]}]{band}[/]"


def _trend(direction: str, delta: str | None) -> str:
    return direction if delta is None else f"{direction} {delta}"
