"""How the commands print: tables for people, JSON for machines, progress on a terminal alone."""

import json
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table

console = Console(highlight=False)
errors = Console(stderr=True, highlight=False)
LONGEST_CELL = 100
_ID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def print_json(value: Any) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def print_json_list(values: Iterable[Any]) -> None:
    """As `print_json` of the list, each of whose elements is printed before the next is asked for."""
    before = "["
    for value in values:
        sys.stdout.write(f"{before}\n{_indented(value)}")
        before = ","
    sys.stdout.write("[]\n" if before == "[" else "\n]\n")


def _indented(value: Any) -> str:
    return "\n".join(f"  {line}" for line in json.dumps(value, ensure_ascii=False, indent=2).splitlines())


def plain(text: str) -> str:
    """Text of the register's users, for `console.print`: neither markup nor control characters act in it."""
    return escape(_CONTROL.sub("\N{REPLACEMENT CHARACTER}", text))


def cell(data: dict[str, Any]) -> str:
    """What an entry says, in a cell: its fields but for ids, cut where it is long. Everything is in the JSON."""
    said = [f"{name} {_short(value)}" for name, value in data.items() if not _is_id(value)]
    text = ", ".join(said)
    return plain(text if len(text) <= LONGEST_CELL else f"{text[: LONGEST_CELL - 1]}…")


def _short(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _is_id(value: Any) -> bool:
    if isinstance(value, list):
        return bool(value) and all(map(_is_id, value))
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def complain(line: str) -> None:
    """One line on standard error, however long."""
    sys.stderr.write(f"{line}\n")


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
