"""`counterfoil rebuild --engine spark`: every relationship scored by Apache Spark, as Parquet."""

from pathlib import Path

from api.cli.options import services
from api.cli.output import console, print_json
from api.settings import load_settings

EVERY_CORE = "local[*]"


def rebuild(master: str | None, out: Path | None, *, prepare: bool, as_json: bool) -> None:
    """The folder holds the journal, and without `prepare` the scorecards of every relationship as of its today."""
    from projections.spark import rebuild as spark  # noqa: PLC0415 - Arrow takes long to import

    folder = out or load_settings().data / "spark"
    with services() as opened:
        if prepare:
            done = spark.prepare(opened.engine, folder, opened.clock())
        else:
            done = spark.rebuild(opened.engine, folder, opened.clock(), master or EVERY_CORE)
    if as_json:
        print_json({"events": done.events, "relationships": done.relationships, "folder": str(folder)})
    else:
        what = "ready to be scored" if prepare else "scored"
        console.print(f"{done.events} events, {done.relationships} relationships {what} in {folder}.")
