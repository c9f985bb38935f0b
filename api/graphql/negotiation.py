"""Which media type is asked for and which is sent (RFC 9110, sections 8.3 and 12.5.1)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

JSON = "application/json"
GRAPHQL_RESPONSE = "application/graphql-response+json"
HTML = "text/html"


class MediaRange(NamedTuple):
    """One entry of an Accept header; `place` is its place in the header."""

    name: str
    charset: str
    quality: float
    place: int

    def covers(self, offer: str) -> bool:
        """Whether the entry allows `offer`, which is always sent as UTF-8."""
        return self.charset in {"", "utf-8"} and self.name in {offer, offer.partition("/")[0] + "/*", "*/*"}

    @property
    def precision(self) -> int:
        return 2 - self.name.count("*")


def content_type(header: str) -> tuple[str, str]:
    """The media type and the charset of a Content-Type header, in lower case, each empty where it is not given."""
    name, parameters = _parts(header)
    return name, parameters.get("charset", "")


def preferred(accept: str, offers: Sequence[str]) -> str | None:
    """The offer the client wants most, or None where it takes none of them.

    Between equals the one named first in the header wins, then the one offered first. An empty header takes anything.
    """
    if not accept.strip():
        return offers[0]
    ranges = tuple(_ranges(accept))
    wanted = []
    for rank, offer in enumerate(offers):
        closest = max((each for each in ranges if each.covers(offer)), key=_closeness, default=None)
        if closest is not None and closest.quality > 0:
            wanted.append((-closest.quality, closest.place, rank, offer))
    return min(wanted)[-1] if wanted else None


def _closeness(entry: MediaRange) -> tuple[int, int]:
    return entry.precision, -entry.place


def _ranges(accept: str) -> Iterator[MediaRange]:
    for place, entry in enumerate(accept.split(",")):
        name, parameters = _parts(entry)
        quality = _quality(parameters.get("q", "1"))
        if "/" in name and quality is not None:
            yield MediaRange(name, parameters.get("charset", ""), quality, place)


def _quality(text: str) -> float | None:
    try:
        quality = float(text)
    except ValueError:
        return None
    return quality if 0 <= quality <= 1 else None


def _parts(entry: str) -> tuple[str, dict[str, str]]:
    name, *rest = (part.strip() for part in entry.lower().split(";"))
    parameters: dict[str, str] = {}
    for part in rest:
        key, _, value = part.partition("=")
        parameters.setdefault(key.strip(), value.strip().strip('"'))
    return name, parameters
