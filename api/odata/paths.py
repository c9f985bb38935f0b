"""Which table, or which row of it, an address under /odata names."""

import re
from collections.abc import Mapping

from msgspec import Struct

from api.odata.filters import parse
from api.odata.refusals import ODataRefusal, not_found, not_supported
from api.odata.values import stored
from projections.bi.catalogue import table_named
from projections.bi.columns import Stored
from projections.bi.tables import FeedTable

LONGEST_PATH = 2000
_PATH = re.compile(r"(?P<name>\w+)(?:\((?P<key>.*)\))?(?P<rest>/.*)?", re.DOTALL)
_PART = re.compile(r"\s*(?:(?P<name>\w+)\s*=\s*)?(?P<value>'(?:[^']|'')*'|[^',=\s]+)\s*(?P<end>,|$)")


class Resource(Struct, frozen=True, kw_only=True):
    """A table; `key`: of the one row that is asked for; `counted`: asked for is how many rows there are."""

    table: FeedTable
    key: Mapping[str, Stored] | None
    counted: bool


def resource(path: str) -> Resource:
    """Raises ODataRefusal."""
    found = _PATH.fullmatch(path) if len(path) <= LONGEST_PATH else None
    table = None if found is None else table_named(found["name"])
    if found is None or table is None:
        raise not_found(f"There is no {path[:100]!r} here; the service document lists the tables.")
    key = None if found["key"] is None else _key(table, found["key"])
    if found["rest"] not in (None, "/", "/$count"):
        raise not_supported("An address behind that of a table or a row")
    counted = found["rest"] == "/$count"
    if counted and key is not None:
        raise ODataRefusal("One row is not counted.")
    return Resource(table=table, key=key, counted=counted)


def _key(table: FeedTable, text: str) -> dict[str, Stored]:
    """`'x'` for a key of one field, else `a='x',b=2`."""
    written: dict[str, str] = {}
    place = 0
    if text.endswith(","):
        raise _wrong(table)
    while place < len(text):
        part = _PART.match(text, place)
        name = None if part is None else part["name"] or (table.key[0] if len(table.key) == 1 else None)
        if part is None or name is None or name in written:
            raise _wrong(table)
        written[name] = part["value"]
        place = part.end()
    if sorted(written) != sorted(table.key):
        raise _wrong(table)
    fields = {field.name: field for field in table.fields}
    return {name: stored(fields[name], parse(value)) for name, value in written.items()}


def _wrong(table: FeedTable) -> ODataRefusal:
    return ODataRefusal(f"A row of {table.name} is named by {', '.join(table.key)}.")
