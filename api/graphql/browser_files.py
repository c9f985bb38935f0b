"""The third-party files of the GraphiQL page: which ones, and how they get here from their npm packages.

Names, versions and hashes are read off the page that the installed Strawberry ships, so that none is kept here. The
files are never committed; `scripts/assets` runs this module.
"""

from __future__ import annotations

import base64
import hashlib
import re
import sys
import tarfile
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from strawberry.http.ides import get_graphql_ide_html

VENDOR = Path(__file__).parents[1] / "web" / "static" / "vendor"
NOT_NEEDED = frozenset({"js-cookie"})  # our endpoint ignores cookies

_REFERENCE = re.compile(
    r"""(?:src|href)="\w+://[^/"]+/(?P<package>(?:@[^/"]+/)?[^@/"]+)@(?P<version>[^/"]+)/(?P<path>[^"]+)"
    \s+integrity="(?P<integrity>[^"]+)\"""",
    re.VERBOSE,
)


class BrowserFile(NamedTuple):
    """One file of one package; `integrity` as in the HTML attribute, `sha384-` and base64."""

    package: str
    version: str
    path: str
    integrity: str

    @property
    def folder(self) -> str:
        """Its package's folder, below the vendor folder: `scope-name-version`, as npm names the archive."""
        return f"{self.package.removeprefix('@').replace('/', '-')}-{self.version}"

    @property
    def place(self) -> str:
        return f"{self.folder}/{self.path}"


def pinned() -> list[BrowserFile]:
    """The files our page needs, in the order in which they are loaded."""
    found = (BrowserFile(**match.groupdict()) for match in _REFERENCE.finditer(get_graphql_ide_html()))
    return [file for file in found if file.package not in NOT_NEEDED]


def are_present(vendor: Path) -> bool:
    return all((vendor / file.place).is_file() for file in pinned())


def unpack(files: Iterable[BrowserFile], archives: Path, vendor: Path) -> None:
    """Each file lies in `vendor`, with its package's licence, taken from the archives `npm pack` made.

    ValueError where a file is not the one its hash was made of; then `vendor` is left as it was.
    """
    contents: dict[str, bytes] = {}
    for file in files:
        with tarfile.open(archives / f"{file.folder}.tgz") as archive:
            content = _member(archive, file.path)
            if content is None or not _is_intact(content, file.integrity):
                raise ValueError(f"{file.path} of {file.package} {file.version} is not the file its hash was made of.")
            contents[file.place] = content
            licence = _member(archive, "LICENSE")
            if licence is not None:
                contents[f"{file.folder}/LICENSE"] = licence
    for place, content in contents.items():
        target = vendor / place
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def _member(archive: tarfile.TarFile, path: str) -> bytes | None:
    try:
        stream = archive.extractfile(f"package/{path}")
    except KeyError:
        return None
    return stream.read() if stream else None


def _is_intact(content: bytes, integrity: str) -> bool:
    algorithm, _, expected = integrity.partition("-")
    return base64.b64encode(hashlib.new(algorithm, content).digest()).decode() == expected


def main(arguments: list[str]) -> int:
    """`present`: status 0 where nothing is missing. `list`: the packages. `unpack DIRECTORY`: from archives there."""
    match arguments:
        case ["present"]:
            return 0 if are_present(VENDOR) else 1
        case ["list"]:
            sys.stdout.write("\n".join(sorted({f"{file.package}@{file.version}" for file in pinned()})) + "\n")
            return 0
        case ["unpack", archives]:
            unpack(pinned(), Path(archives), VENDOR)
            return 0
        case _:
            return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
