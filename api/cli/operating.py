"""`counterfoil rebuild` and `migrate`."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

import typer

from api.cli import on_spark
from api.cli.options import AsJson, services
from api.cli.output import complain, console, print_json, progress
from api.feed.freshness import rebuilt
from api.wiring import Services
from domain.store.engine import reading
from domain.store.migrate import is_current
from domain.store.migrate import migrate as bring_up_to_date
from projections.bi.follower import position
from projections.bi.sql import keep_up

Projection = Annotated[
    Literal["journal", "bi"] | None,
    typer.Option("--projection", metavar="NAME", help="Only journal, or only bi, the BI feed; default both."),
]
Engine = Annotated[
    Literal["local", "spark"],
    typer.Option("--engine", metavar="local|spark", help="spark: score every relationship on Apache Spark instead."),
]
Master = Annotated[
    str | None,
    typer.Option("--master", metavar="URL", help="Where Spark runs; default `local[*]`, on every core here."),
]
Out = Annotated[
    Path | None, typer.Option("--out", metavar="DIR", help="Spark's folder; default `spark` in COUNTERFOIL_DATA.")
]
Prepare = Annotated[bool, typer.Option("--prepare", help="Only write what Spark reads; `spark-submit` does the rest.")]


def rebuild(
    projection: Projection = None,
    engine: Engine = "local",
    master: Master = None,
    out: Out = None,
    prepare: Prepare = False,
    as_json: AsJson = False,
) -> None:
    """Make the read models anew from the log, beside the live ones, and switch. Readers are never without an answer.

    The BI feed is worked out anew where it was made before; of its rows those are written that come out otherwise.
    """
    if engine == "spark":
        _refuse("Spark makes no read models.", {"--projection": projection})
        if prepare:
            _refuse("Spark does not run when what it reads is only written.", {"--master": master})
        on_spark.rebuild(master, out, prepare=prepare, as_json=as_json)
        return
    _refuse("it is for --engine spark alone.", {"--master": master, "--out": out, "--prepare": prepare or None})
    said: dict[str, int] = {}
    with services() as opened:
        if projection != "bi":
            said |= _rebuild_journal(opened)
        if projection == "bi" or (projection is None and _has_a_feed(opened)):
            said |= _rebuild_feed(opened)
    if as_json:
        print_json(said)
        return
    if "events" in said:
        console.print(f"{said['events']} events, {said['events_per_second']} a second.")
    if "feed_position" in said:
        console.print(f"The BI feed: {said['feed_rows']} rows were different; up to position {said['feed_position']}.")


def _refuse(why: str, unused: Mapping[str, object]) -> None:
    """None of these options was given."""
    for option, value in unused.items():
        if value is not None:
            raise typer.BadParameter(why, param_hint=option)


def _rebuild_journal(opened: Services) -> dict[str, int]:
    from projections.rebuild import rebuild as rebuild_read_models  # noqa: PLC0415 - DuckDB takes long to import

    started = time.perf_counter()
    with progress("Reading the log", opened.store.size()) as (bar, read):
        written = bar.add_task("Writing the read models", total=opened.store.size())
        events = rebuild_read_models(
            opened.engine,
            lambda done, total: bar.update(written, completed=done, total=total),
            reads_log=lambda done, total: bar.update(read, completed=done, total=total),
        )
    rate = round(events / max(time.perf_counter() - started, 1e-6))
    return {"events": events, "events_per_second": rate}


def _rebuild_feed(opened: Services) -> dict[str, int]:
    with progress("Working out the BI feed", 1) as (bar, task):
        stand = rebuilt(opened, lambda done, total: bar.update(task, completed=done, total=total))
    return {"feed_position": stand.position, "feed_rows": stand.written}


def _has_a_feed(opened: Services) -> bool:
    with reading(opened.engine) as connection:
        return position(connection) is not None


def migrate(as_json: AsJson = False) -> None:
    """Bring the tables of the database to the form that this release needs."""
    with services(migrating=False) as opened:
        before = is_current(opened.engine)
        bring_up_to_date(opened.engine)
        problem = keep_up(opened.engine)
    if as_json:
        print_json({"changed": not before})
    else:
        console.print("The tables are up to date." if before else "The tables have been brought up to date.")
    if problem is not None:
        complain(problem)
