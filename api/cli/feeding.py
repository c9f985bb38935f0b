"""`counterfoil export`."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.options import AsJson, parse_party, services
from api.cli.output import console, plain, print_json, progress
from api.feed.exporting import PACKAGE
from api.feed.exporting import export as write
from api.feed.formats import Format
from domain.store.engine import reading
from projections.bi.catalogue import TABLES

Folder = Annotated[Path, typer.Argument(metavar="DIR", file_okay=False, help="The folder of the files.")]
FormatOption = Annotated[Format, typer.Option("--format", help="The form of the files.")]
After = Annotated[
    int | None, typer.Option("--after", metavar="POS", min=0, help="Only what changed since; default everything.")
]
For = Annotated[
    str | None, typer.Option("--party", metavar="ORG", help="Only what that organisation may see; default everything.")
]


def export(
    folder: Folder, format: FormatOption = "parquet", after: After = None, party: For = None, as_json: AsJson = False
) -> None:
    """Write the BI feed: a file for each table of the star schema, and datapackage.json, which describes them.

    The position that is printed is the --after of the next export, which then holds the changes alone.
    """
    counts: dict[str, int] = {}
    with services() as opened:
        with reading(opened.engine) as connection:
            organisation = parse_party(party, "own" if party is not None else "shared", connection)
        with progress("Exporting", len(TABLES)) as (bar, task):

            def done(table: str, rows: int) -> None:
                counts[table] = rows
                bar.advance(task)

            position = write(opened, folder, format, after, organisation, done)
    if as_json:
        print_json({"position": position, "after": after, "format": format, "rows": counts})
    else:
        rows = sum(counts.values())
        console.print(
            f"{rows} rows of {len(counts)} tables in {plain(str(folder))}, described in {PACKAGE}; "
            f"up to position {position}.",
            soft_wrap=True,
        )
