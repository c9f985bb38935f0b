"""Fails when schema.graphql breaks what clients of the last committed one rely on, unless the changelog says so.

python scripts/schema_changes.py            the file here against that of the last commit (or of the one before it)
python scripts/schema_changes.py OLD NEW    two files

A break is allowed once CHANGELOG.md has the heading "### Breaking" under "## [Unreleased]".
"""

import subprocess
import sys
from pathlib import Path

from graphql import build_schema, find_breaking_changes

ROOT = Path(__file__).resolve().parent.parent
NAME = "schema.graphql"


def committed(revision: str) -> str | None:
    """The file of a commit, None where there is none."""
    shown = subprocess.run(["git", "show", f"{revision}:{NAME}"], cwd=ROOT, capture_output=True, text=True, check=False)
    return shown.stdout if shown.returncode == 0 else None


def before(new: str) -> str | None:
    """The last committed file that is another one than `new`."""
    return next((old for revision in ("HEAD", "HEAD~1") if (old := committed(revision)) not in (None, new)), None)


def is_announced(changelog: str) -> bool:
    unreleased = changelog.partition("## [Unreleased]")[2].partition("\n## ")[0]
    return "### Breaking" in unreleased


def main(arguments: list[str]) -> int:
    if arguments:
        old, new = (Path(name).read_text(encoding="utf-8") for name in arguments)
    else:
        new = (ROOT / NAME).read_text(encoding="utf-8")
        old = before(new) or new
    breaks = find_breaking_changes(build_schema(old), build_schema(new))
    for change in breaks:
        print(f"{NAME}: {change.description}", file=sys.stderr)
    if not breaks or (not arguments and is_announced((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))):
        return 0
    print('Undo these changes, or name them under "### Breaking" in CHANGELOG.md.', file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
