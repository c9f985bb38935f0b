"""An OData client as the standard describes one: it reads `$metadata`, follows next links, and knows nothing of us."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from xml.etree import ElementTree as ET

import httpx
import msgspec

from domain.store import tokens
from domain.store.engine import writing
from rebuilding import history, with_refs
from recording import Recorded
from serving import NOW, Served
from telling import tell

EDM = "{http://docs.oasis-open.org/odata/ns/edm}"
Row = dict[str, Any]


class Client:
    """Reads with a token. Numbers come as they are written: decimals as Decimal."""

    def __init__(self, served: Served, token: str) -> None:
        self._served = served
        self._token = token

    def get(self, path: str, headers: dict[str, str] | None = None, **options: object) -> httpx.Response:
        """`filter="a eq 1"` is `$filter=a eq 1`."""
        query = urlencode({f"${name}": str(value) for name, value in options.items()})
        address = path if path.startswith("http") else f"/odata/{path}"
        sent = {"Authorization": f"Bearer {self._token}", **(headers or {})}
        return self._served.send("GET", f"{address}?{query}" if query else address, headers=sent)

    def json(self, path: str, headers: dict[str, str] | None = None, **options: object) -> Any:
        answer = self.get(path, headers, **options)
        assert answer.status_code == 200, answer.text
        return msgspec.json.Decoder(float_hook=Decimal).decode(answer.content)

    def pages(self, path: str, size: int | None = None, **options: object) -> Iterator[list[Row]]:
        """Every page, as the next links lead."""
        headers = {} if size is None else {"Prefer": f"odata.maxpagesize={size}"}
        content = self.json(path, headers, **options)
        yield content["value"]
        while "@odata.nextLink" in content:
            content = self.json(content["@odata.nextLink"], headers)
            yield content["value"]

    def rows(self, path: str, size: int | None = None, **options: object) -> list[Row]:
        return [row for page in self.pages(path, size, **options) for row in page]

    def refusal(self, path: str, headers: dict[str, str] | None = None, **options: object) -> tuple[int, str, str]:
        """Status, code and sentence of an answer that is none."""
        answer = self.get(path, headers, **options)
        assert answer.headers["odata-version"] == "4.0"
        error = answer.json()["error"]
        return answer.status_code, error["code"], error["message"]

    def types(self) -> dict[str, dict[str, dict[str, str]]]:
        """By entity set: the attributes of every property of its type, by name."""
        root = ET.fromstring(self.get("$metadata").content)
        kinds = {kind.attrib["Name"]: kind for kind in root.iter(f"{EDM}EntityType")}
        return {
            one.attrib["Name"]: {
                each.attrib["Name"]: dict(each.attrib)
                for each in kinds[one.attrib["EntityType"].rpartition(".")[2]].iter(f"{EDM}Property")
            }
            for one in root.iter(f"{EDM}EntitySet")
        }


@contextmanager
def told(database_url: str, folder: Path) -> Iterator[Served]:
    """The application over the history of `rebuilding`."""
    served = Served(database_url, folder)
    try:
        tell(Recorded(served.services.register), *with_refs(history()))
        yield served
    finally:
        served.close()


def operator(served: Served) -> Client:
    return Client(served, served.services.token)


def reader(served: Served, organisation: str) -> Client:
    """Reads for an organisation with a new token of its own."""
    with writing(served.services.engine) as connection:
        text, _ = tokens.create(connection, UUID(organisation), None, NOW)
    return Client(served, text)
