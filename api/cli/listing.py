"""`counterfoil due` and `events`."""

import json
from collections.abc import Iterator
from itertools import islice
from typing import Annotated, Any
from uuid import UUID

import typer
from sqlalchemy import Connection, select

from api.cli.options import AsJson, looking, parse_date
from api.cli.output import cell, console, plain, print_json, print_json_list, table
from api.cli.texts import opened
from domain.facts import FACTS
from domain.store.schema import event
from projections.due import due as due_items
from projections.scorecards.asking import ask, every, find

AT_ONCE = 500
OneRel = Annotated[str | None, typer.Argument(metavar="REL", help="Id or alias of a relationship; default all.")]
Until = Annotated[str | None, typer.Option("--until", metavar="DATE", help="Due on or before this date.")]
OfRel = Annotated[str | None, typer.Option("--relationship", metavar="REL", help="Id or alias.")]
Type = Annotated[str | None, typer.Option("--type", metavar="T", help="Events of this type alone.")]
After = Annotated[int, typer.Option("--after", min=0, metavar="POS", help="Events behind this position.")]
Limit = Annotated[int | None, typer.Option("--limit", min=1, metavar="N", help="At most so many; default all.")]


def due(rel: OneRel = None, until: Until = None, as_json: AsJson = False) -> None:
    """List what has been promised and is not done yet, by due date, as of today."""
    by = parse_date(until, "--until")
    with looking() as (services, connection):
        now, size = services.clock(), services.store.size()
        about = every(connection) if rel is None else [find(connection, rel)]
        started = [r for r in about if r.registered_on <= r.today(now)]
        items = due_items(connection, [ask(r, now, size) for r in started], by)
        texts = services.vault.open_many(connection, [i.sealed_title for i in items if i.sealed_title])
    aliases = {r.id: r.alias for r in about}
    titles = [texts.get(i.sealed_title) if i.sealed_title else i.title for i in items]
    if as_json:
        print_json(
            [
                {
                    "kind": i.kind,
                    "relationship_id": str(i.relationship_id),
                    "alias": aliases[i.relationship_id],
                    "item": str(i.item),
                    "position": i.position,
                    "title": title,
                    "party": i.party and str(i.party),
                    "due_on": str(i.due_on),
                    "days_left": i.days_left,
                }
                for i, title in zip(items, titles, strict=True)
            ]
        )
        return
    shown = table(None, "Due", "Days ", "Relationship", "Kind", "Title")
    for i, title in zip(items, titles, strict=True):
        days = f"[red]{i.days_left}[/]" if i.days_left < 0 else str(i.days_left)
        alias = plain(aliases[i.relationship_id] or str(i.relationship_id))
        shown.add_row(str(i.due_on), days, alias, i.kind, plain(title or ""))
    console.print(shown)


def events(
    relationship: OfRel = None, type: Type = None, after: After = 0, limit: Limit = None, as_json: AsJson = False
) -> None:
    """Show the history, oldest first. With --json every event is as it is stored."""
    if type is not None and type not in FACTS:
        raise typer.BadParameter(f"{type!r} is no event type, such as commitment.made.", param_hint="--type")
    with looking() as (services, connection):
        rel = find(connection, relationship).id if relationship else None
        stored = islice(_stored(connection, rel, type, after), limit)
        if as_json:
            print_json_list(stored)
            return
        while some := list(islice(stored, AT_ONCE)):
            shown = table(None, "Position ", "On", "Recorded at", "Type", "Data")
            texts = opened(connection, services.vault, [e["data"] for e in some])
            for e, data in zip(some, texts, strict=True):
                shown.add_row(str(e["position"]), e["on"], e["recorded_at"], e["type"], cell(data))
            console.print(shown)


def _stored(connection: Connection, rel: UUID | None, type: str | None, after: int) -> Iterator[dict[str, Any]]:
    """The envelopes behind the position, read by so many at a time."""
    wanted = select(event.c.position, event.c.envelope).order_by(event.c.position).limit(AT_ONCE)
    if rel is not None:
        wanted = wanted.where(event.c.relationship_id == str(rel))
    if type is not None:
        wanted = wanted.where(event.c.type == type)
    while rows := connection.execute(wanted.where(event.c.position > after)).all():
        for _, text in rows:
            yield json.loads(text)
        after = rows[-1].position
