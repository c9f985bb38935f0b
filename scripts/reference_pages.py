"""Writes the reference pages of docs/reference from the code that they describe.

python scripts/reference_pages.py [DIRECTORY]
"""

from __future__ import annotations

import sys
from pathlib import Path

from references import command_line, facts, graphql, indicators

DIRECTORY = Path(__file__).resolve().parent.parent / "docs" / "reference"
PAGES = {
    "events.md": facts.page,
    "indicators.md": indicators.page,
    "cli.md": command_line.page,
    "graphql.md": graphql.page,
}


def write(directory: Path) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    for name, page in PAGES.items():
        (directory / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else DIRECTORY)
