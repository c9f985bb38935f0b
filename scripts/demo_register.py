"""Writes the demo register: the NDJSON files of api/demo, the same bytes on every machine.

python scripts/demo_register.py [DIRECTORY]
"""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path

from demo.book import Book
from demo.cast import register_wide
from demo.checks import problems
from demo.scenarios import STORIES

DIRECTORY = Path(__file__).resolve().parent.parent / "api" / "demo"


def _plain(value: object) -> str:
    assert isinstance(value, date), value
    return value.isoformat()


def lines(book: Book) -> str:
    """The book in interchange form, one fact a line."""
    return "".join(
        json.dumps(entry.line(book.relationship_id), ensure_ascii=False, default=_plain) + "\n"
        for entry in book.in_order()
    )


def main(directory: Path) -> int:
    """Writes every file, or none when a story could not be recorded: then the reasons, and exit status 1."""
    books = [register_wide(), *(tell() for tell in STORIES)]
    wrong = [problem for book in books for problem in problems(book)]
    if wrong:
        print("\n".join(wrong), file=sys.stderr)
        return 1
    directory.mkdir(parents=True, exist_ok=True)
    for number, book in enumerate(books):
        name = f"{number:02}_{book.alias.replace('-', '_')}.ndjson"
        (directory / name).write_text(lines(book), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else DIRECTORY))
