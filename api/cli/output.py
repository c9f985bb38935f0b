"""How the commands print: tables for people, JSON for machines, progress on a terminal alone."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table

console = Console()
errors = Console(stderr=True)


def print_json(value: Any) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def table(title: str | None, *columns: str) -> Table:
    """A table whose numeric columns (names ending in a blank) are set to the right."""
    made = Table(title=title, title_justify="left", header_style="bold", box=None, pad_edge=False)
    for name in columns:
        made.add_column(name.rstrip(), justify="right" if name.endswith(" ") else "left")
    return made


@contextmanager
def progress(what: str, total: int) -> Iterator[tuple[Progress, TaskID]]:
    """A bar on standard error while the block runs; silent when that is no terminal."""
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeRemainingColumn(),
        console=errors,
        disable=not sys.stderr.isatty(),
    )
    with bar:
        yield bar, bar.add_task(what, total=total)
