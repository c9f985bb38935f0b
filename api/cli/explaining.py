"""`counterfoil explain`: how one number came about."""

import json
from typing import Annotated, Any

import typer
from sqlalchemy import Connection, select

from api.cli.options import AsJson, AsOf, KnownAt, Party, PolicyVersion, Rel, View, looking
from api.cli.output import cell, console, plain, print_json, table
from api.cli.scoring import Asked, answered
from api.cli.texts import opened
from domain.store.schema import event
from domain.store.vault import Vault
from projections.indicators import INDICATORS, PRINCIPLES
from projections.scorecards.policy import in_effect
from projections.scorecards.scorecard import IndicatorResult, fixed

AT_ONCE = 500
SHOWN = ("position", "event_id", "type", "on", "on_behalf_of", "visibility", "data")
_BY_ID = {i.id: i for i in INDICATORS}
_PRINCIPLE_OF = {i.id: p.id for p in PRINCIPLES for i in p.indicators}
Id = Annotated[str, typer.Argument(metavar="INDICATOR", help="Id of the indicator, for example TC1.")]
Entries = list[dict[str, Any]]


def explain(
    rel: Rel,
    indicator: Id,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    policy: PolicyVersion = None,
    view: View = "shared",
    party: Party = None,
    as_json: AsJson = False,
) -> None:
    """Show how one number came about: its arithmetic, the entries counted and the ones left out."""
    name = indicator.upper()
    if name not in _BY_ID:
        raise typer.BadParameter(f"{indicator!r} is none of the {len(_BY_ID)}, such as TC1.", param_hint="INDICATOR")
    asked = Asked(rel=rel, as_of=as_of, known_at=known_at, policy=policy, view=view, party=party)
    with looking() as (services, connection):
        _, card = answered(services, connection, asked)
        result = next(i for p in card.principles for i in p.indicators if i.id == name)
        setting = in_effect(connection, card.as_of, card.known_at, policy)[0].indicators[name]
        counted, excluded = _entries(connection, services.vault, result)
    definition = _BY_ID[name]
    floor, target = fixed(setting.floor, 4) or "", fixed(setting.target, 4) or ""
    if as_json:
        asked_for = ("relationship", "as_of", "known_at", "policy_version", "restated", "view", "party")
        card_said, said = card.as_object(), {n: getattr(result, n) for n in result.__struct_fields__[:-2]}
        print_json(
            {
                **{part: card_said[part] for part in asked_for},
                "principle": _PRINCIPLE_OF[name],
                **said,
                "title": definition.title,
                "formula": definition.formula,
                "unit": definition.unit,
                "floor": floor,
                "target": target,
                "window_days": setting.window,
                "min_n": setting.min_n,
                "counted": counted,
                "excluded": excluded,
            }
        )
        return
    console.print(f"[bold]{name} {plain(definition.title)}[/]: {result.status}")
    console.print(plain(definition.formula), style="dim")
    console.print(_arithmetic(result, floor, target))
    for title, entries in (("Counted", counted), ("Left out", excluded)):
        _show(title, entries)


def _entries(connection: Connection, vault: Vault, result: IndicatorResult) -> tuple[Entries, Entries]:
    """The counted entries and the ones left out, as they were recorded, each with its texts."""
    positions = sorted({*result.counted, *(position for position, _ in result.excluded)})
    stored: dict[int, dict[str, Any]] = {}
    for start in range(0, len(positions), AT_ONCE):
        wanted = select(event.c.envelope).where(event.c.position.in_(positions[start : start + AT_ONCE]))
        envelopes = [json.loads(text) for text in connection.execute(wanted).scalars()]
        texts = opened(connection, vault, [envelope["data"] for envelope in envelopes])
        for envelope, data in zip(envelopes, texts, strict=True):
            stored[envelope["position"]] = {**{part: envelope[part] for part in SHOWN}, "data": data}
    excluded = [{**stored[position], "reason": reason} for position, reason in result.excluded]
    return [stored[position] for position in result.counted], excluded


def _arithmetic(result: IndicatorResult, floor: str, target: str) -> str:
    if result.value is None:
        return "There is no value."
    quotient = f" = {result.numerator} / {result.denominator}" if result.numerator and result.denominator else ""
    score = f"; score {result.score}" if result.score is not None else "; not scored"
    return f"value {result.value}{quotient}; floor {floor}, target {target}{score}"


def _show(title: str, entries: Entries) -> None:
    if not entries:
        return
    shown = table(title, "Position ", "On", "Type", "Reason", "Data")
    for e in entries:
        shown.add_row(str(e["position"]), e["on"], e["type"], e.get("reason", ""), cell(e["data"]))
    console.print(shown)
