"""What a test reads in a page of docs/: its tables, and its blocks of commands."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
_CELL = re.compile(r"(?<!\\)\|")


class Table(NamedTuple):
    """A table under its nearest heading (without the signs of its level)."""

    heading: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Block(NamedTuple):
    """A fenced block; `line` is that of its first line in the page."""

    kind: str
    line: int
    text: str


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def tables(text: str) -> Iterator[Table]:
    heading, rows = "", []
    for line in [*text.splitlines(), ""]:
        if line.startswith("|"):
            cells = _CELL.split(line.strip().strip("|"))
            rows.append(tuple(cell.strip().replace("\\|", "|") for cell in cells))
            continue
        if rows:
            yield Table(heading, rows[0], tuple(rows[2:]))
            rows = []
        if line.startswith("#"):
            heading = line.lstrip("# ")


def blocks(text: str) -> Iterator[Block]:
    kind: str | None = None
    held: list[str] = []
    start = 0
    for number, line in enumerate(text.splitlines(), 1):
        if not line.startswith("```"):
            held.append(line)
        elif kind is None:
            kind, held, start = line[3:].strip(), [], number + 1
        else:
            yield Block(kind, start, "\n".join(held))
            kind = None
