"""Writes the pages and files of docs that describe code: the reference pages, and the starter kits of docs/bi.

python scripts/reference_pages.py [DIRECTORY]
"""

from __future__ import annotations

import sys
from pathlib import Path

from kits import dbt, superset
from references import command_line, facts, feed, graphql, indicators

DIRECTORY = Path(__file__).resolve().parent.parent / "docs"
PAGES = {
    "reference/events.md": facts.page,
    "reference/indicators.md": indicators.page,
    "reference/cli.md": command_line.page,
    "reference/graphql.md": graphql.page,
    "reference/bi.md": feed.page,
    "bi/dbt/models/sources.yml": dbt.sources,
    **{f"bi/superset/{name}": page for name, page in superset.PAGES.items()},
}


def write(directory: Path) -> None:
    for name, page in PAGES.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else DIRECTORY)
