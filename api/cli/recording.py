"""`counterfoil record`: facts from an interchange file."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.options import AsJson, services
from api.cli.output import console, print_json, progress
from api.interchange import Report, record_file

File = Annotated[Path, typer.Argument(metavar="FILE.ndjson", exists=True, dir_okay=False, readable=True)]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Store nothing; list every refusal with its line.")]
Batch = Annotated[
    int | None, typer.Option("--batch", min=1, metavar="N", help="Commit every N lines instead of the whole file.")
]


def record(file: File, dry_run: DryRun = False, batch: Batch = None, as_json: AsJson = False) -> None:
    """Record facts in interchange form: all or nothing per file, or per batch.

    Recording the same file again appends nothing twice.
    """
    with services() as opened, progress(f"Recording {file.name}", file.stat().st_size) as (bar, task):
        report = record_file(
            opened.register,
            file,
            actor="operator",
            batch=batch,
            dry_run=dry_run,
            progress=lambda size: bar.advance(task, size),
        )
    _show(report, dry_run, as_json)
    raise typer.Exit(1 if report.refused else 0)


def _show(report: Report, dry_run: bool, as_json: bool) -> None:
    if as_json:
        refused = [{"line": r.line, "field": r.refusal.field, "message": r.refusal.message} for r in report.refused]
        counts = {name: getattr(report, name) for name in ("lines", "recorded", "unchanged", "replayed")}
        print_json({**counts, "dry_run": dry_run, "refused": refused})
        return
    for refusal in report.refused:
        console.print(str(refusal), style="red", highlight=False)
    verb = "could be recorded" if dry_run else "recorded"
    rest = [
        text
        for count, text in (
            (report.replayed, f"{report.replayed} were recorded before"),
            (report.unchanged, f"{report.unchanged} already held"),
            (len(report.refused), f"{len(report.refused)} refused"),
        )
        if count
    ]
    console.print(f"{report.recorded} of {report.lines} facts {verb}{''.join(f'; {text}' for text in rest)}.")
