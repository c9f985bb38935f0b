"""The system query options of a request. Names that do not begin with `$` are the client's own and mean nothing."""

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, quote

from msgspec import Struct

from api.odata.paging import Order
from api.odata.refusals import ODataRefusal, not_supported
from api.odata.values import field_named
from projections.bi.columns import Field
from projections.bi.tables import FeedTable
from projections.bi.views import shown

LONGEST_QUERY = 16 * 1024
PAGE = 5000
LARGEST = 2**31 - 1
PLAIN = "'(),"
"""What stays as it is in the query of an address, beside letters and digits."""
KNOWN = ("$filter", "$orderby", "$select", "$top", "$skip", "$count", "$skiptoken", "$format")
UNSUPPORTED = ("$apply", "$compute", "$deltatoken", "$expand", "$id", "$index", "$levels", "$schemaversion", "$search")


class Options(Struct, frozen=True, kw_only=True):
    """`given`: the options as they were sent, by name; `select`: the fields shown, in the table's order."""

    given: Mapping[str, str]
    select: tuple[Field, ...]
    order: tuple[Order, ...]
    filter: str | None
    top: int | None
    skip: int
    count: bool
    token: str | None


def given(raw: bytes) -> dict[str, str]:
    """The options in the query of an address. Raises ODataRefusal."""
    if len(raw) > LONGEST_QUERY:
        raise ODataRefusal(f"The query is longer than {LONGEST_QUERY} bytes.")
    try:
        pairs = parse_qsl(raw.decode("ascii"), keep_blank_values=True, errors="strict")
    except ValueError as error:
        raise ODataRefusal("The query is not percent-encoded UTF-8.") from error
    found: dict[str, str] = {}
    for name, value in pairs:
        if name.startswith("@"):
            raise not_supported("A parameter alias")
        if not name.startswith("$"):
            continue
        if name in UNSUPPORTED:
            raise not_supported(name)
        if name not in KNOWN:
            raise ODataRefusal(f"There is no option {name[:40]}.")
        if name in found:
            raise ODataRefusal(f"{name} is given more than once.")
        found[name] = value
    return found


def options(table: FeedTable, given: Mapping[str, str]) -> Options:
    """What they mean for a table. Raises ODataRefusal."""
    return Options(
        given=given,
        select=_select(table, given.get("$select")),
        order=_order(table, given.get("$orderby")),
        filter=given.get("$filter"),
        top=None if "$top" not in given else _whole("$top", given["$top"]),
        skip=_whole("$skip", given.get("$skip", "0")),
        count=_is_true("$count", given.get("$count", "false")),
        token=given.get("$skiptoken"),
    )


def further(options: Options, token: str, told: int) -> str:
    """The query of the page that begins behind the token, when `told` rows of `$top` have been told."""
    again = {name: value for name, value in options.given.items() if name not in ("$skip", "$skiptoken")}
    if options.top is not None:
        again["$top"] = str(options.top - told)
    again["$skiptoken"] = token
    return "&".join(f"{name}={quote(value, safe=PLAIN)}" for name, value in again.items())


def page_size(prefer: str) -> int | None:
    """What the header `Prefer` asks for; None where it says nothing about it."""
    found = re.search(r"(?:^|[,;\s])(?:odata\.)?maxpagesize\s*=\s*\"?(\d{1,9})", prefer, re.IGNORECASE)
    return int(found[1]) or None if found else None


def _select(table: FeedTable, text: str | None) -> tuple[Field, ...]:
    fields = shown(table)
    names = {name.strip() for name in text.split(",")} if text else {"*"}
    if "*" in names:
        names |= {field.name for field in fields}
    for name in names - {"*"}:
        field_named(table, name)
    return tuple(field for field in fields if field.name in names)


def _order(table: FeedTable, text: str | None) -> tuple[Order, ...]:
    found: dict[str, Order] = {}
    for part in text.split(",") if text else ():
        name, *direction = part.split()[:3] or [""]
        if direction not in ([], ["asc"], ["desc"]):
            raise ODataRefusal(f"{part.strip()[:100]!r} is no column with asc or desc behind it.")
        found.setdefault(name, Order(field_named(table, name), direction == ["desc"]))
    return tuple(found.values())


def _whole(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 10 and int(text) <= LARGEST):
        raise ODataRefusal(f"{name} must be a whole number from 0 to {LARGEST}.")
    return int(text)


def _is_true(name: str, text: str) -> bool:
    if text not in ("true", "false"):
        raise ODataRefusal(f"{name} must be true or false.")
    return text == "true"
