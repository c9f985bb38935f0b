"""An audited register with a kept checkpoint and an erased person, and what is read in its packs."""

import json
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any
from uuid import UUID

from api.interchange import record_file
from api.settings import Settings
from api.trail.erasing import erase
from api.trail.pack import Made, Wanted, begin, write
from api.wiring import Services, open_services
from audited import audited
from command_line import ASTER
from domain.store import reads
from domain.store.engine import reading
from interchange_files import wide
from interchange_files import write as write_lines

NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)
GONE = "00000000-0000-4000-8000-0000000000ed"
GONE_NAME = "Edeltraud Vanishing"


class Audited:
    """The register, the checkpoint that an auditor kept, and the size it covers."""

    def __init__(self, url: str, folder: Path) -> None:
        self.folder = folder
        self.services: Services = open_services(Settings(database_url=url, data=folder / "data"), lambda: NOW)
        record_file(self.services.register, write_lines(folder / "lines.ndjson", audited()), actor="tester")
        row = self.services.publisher.publish()
        assert row is not None
        self.old = (row.note or "").encode()
        self.old_size = row.size
        person = wide("person.registered", "2024-05-01", person_id=GONE, organisation_id=ASTER, name=GONE_NAME)
        record_file(self.services.register, write_lines(folder / "gone.ndjson", [person]), actor="tester")
        self.size = erase(self.services, UUID(GONE), "request", actor="tester").position

    @property
    def key(self) -> str:
        return str(self.services.log_keys().current.verifier)

    def pack(self, name: str, **wanted: Any) -> Made:
        """Writes a pack into the folder of that name."""
        asked = Wanted(**wanted)
        pack = begin(self.services, asked)
        return write(self.services, pack, asked, self.folder / name, lambda _: None)

    def entries(self) -> list[tuple[int, dict[str, Any]]]:
        """Every entry of the log, by its position."""
        with reading(self.services.engine) as connection:
            texts = reads.texts(connection, 0, self.size)
        return [(position, json.loads(text)) for position, text in texts]


@contextmanager
def an_audited(url: str, folder: Path) -> Iterator[Audited]:
    found = Audited(url, folder)
    try:
        yield found
    finally:
        found.services.close()


def files(folder: Path) -> dict[str, bytes]:
    """Everything in a folder, by its path below it."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def sections(html: str) -> dict[str, str]:
    """What each section of a report says, by its title; that of a relationship has the sections that belong to it."""
    found: dict[str, str] = {}
    for part in re.split(r"<h2>", html)[1:]:
        title, _, rest = part.partition("</h2>")
        found[unescape(title)] = " ".join(unescape(re.sub(r"<[^>]*>", " ", rest)).split())
    return found


def printed(pdf: bytes) -> str:
    """Every text of a PDF in a core font, without blanks: lines are broken and justified at them."""
    found: list[bytes] = []
    for stream in re.findall(rb"stream\n(.*?)\nendstream", pdf, re.DOTALL):
        try:
            content = zlib.decompress(stream)
        except zlib.error:
            continue
        found += re.findall(rb"\(((?:[^()\\]|\\.)*)\)", content, re.DOTALL)
    texts = (re.sub(rb"\\(.)", rb"\1", text, flags=re.DOTALL).decode("latin-1") for text in found)
    return "".join("".join(texts).split())
