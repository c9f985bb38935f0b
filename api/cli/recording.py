"""`counterfoil record`: facts from an interchange file."""

import re
from pathlib import Path
from typing import Annotated, Any

import typer

from api.cli.options import AsJson, services
from api.cli.output import complain, console, print_json, progress
from api.interchange import LineIsRefused, Report, record_file
from domain.errors import Refusal
from domain.store.engine import learn_of

ACTOR = "operator"
File = Annotated[
    Path,
    typer.Argument(metavar="FILE.ndjson", exists=True, dir_okay=False, readable=True, help="One fact a line, as JSON."),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Store nothing; list every refusal with its line.")]
Batch = Annotated[
    int | None, typer.Option("--batch", min=1, metavar="N", help="Commit every N lines instead of the whole file.")
]


def record(file: File, dry_run: DryRun = False, batch: Batch = None, as_json: AsJson = False) -> None:
    """Record facts in interchange form: all or nothing per file, or per batch.

    Recording a file again appends nothing twice, also when lines have been mended or added behind the recorded ones.
    """
    with services() as opened, progress(f"Recording {file.name}", file.stat().st_size) as (bar, task):
        try:
            report = record_file(
                opened.register,
                file,
                actor=ACTOR,
                batch=batch,
                dry_run=dry_run,
                progress=lambda size: bar.advance(task, size),
            )
        except LineIsRefused as refused:
            report = refused.before
            report.refused.append(refused)
        if not dry_run:
            learn_of(opened.engine, report.recorded)
    for each in report.refused:
        complain(str(each))
    if as_json:
        print_json(_as_object(report, dry_run))
    elif dry_run or not report.refused:
        console.print(_said(report, dry_run))
    else:
        complain(f"{report.lines} lines before it are recorded." if report.lines else "Nothing is recorded.")
    raise typer.Exit(1 if report.refused else 0)


def _as_object(report: Report, dry_run: bool) -> dict[str, Any]:
    counts = {name: getattr(report, name) for name in ("lines", "recorded", "unchanged", "replayed")}
    refused = [
        {"line": r.line, "code": _code(r.refusal), "field": r.refusal.field, "message": r.refusal.message}
        for r in report.refused
    ]
    return {**counts, "dry_run": dry_run, "refused": refused}


def _code(refusal: Refusal) -> str:
    """UNKNOWN_ID, as in GraphQL's RefusalCode."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", type(refusal).__name__).upper()


def _said(report: Report, dry_run: bool) -> str:
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
    return f"{report.recorded} of {report.lines} facts {verb}{''.join(f'; {text}' for text in rest)}."
