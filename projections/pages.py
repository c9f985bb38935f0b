"""Keyset pages: where a list goes on is named by the last row's place in its order, never by a count of rows.

Source: docs/design.md 8.
"""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import Generic, TypeVar

import msgspec
from msgspec import Struct

from domain.errors import IsMalformed, IsOutOfRange

LARGEST = 100
DEFAULT = 20
Row = TypeVar("Row")
Key = tuple[str | int, ...]


class Page(Struct, Generic[Row], frozen=True):
    """Some rows of a list, each with the cursor of its place; `has_more`: others follow."""

    rows: tuple[Row, ...]
    cursors: tuple[str, ...]
    has_more: bool


def paged(rows: Sequence[Row], keys: Sequence[Key], first: int) -> Page[Row]:
    """The page of the first `first` rows, where one key more was looked for to see whether the list goes on."""
    return Page(tuple(rows[:first]), tuple(cursor(key) for key in keys[:first]), len(keys) > first)


def size(first: int) -> int:
    """`first`, where a page can have so many rows. Raises IsOutOfRange."""
    if not 0 <= first <= LARGEST:
        raise IsOutOfRange(f"A page has 0 to {LARGEST} rows, not {first}.", "first")
    return first


def cursor(key: Key) -> str:
    """The key as opaque text."""
    return urlsafe_b64encode(msgspec.json.encode(key)).decode().rstrip("=")


def place(text: str, *kinds: type[str] | type[int]) -> Key:
    """The key in a cursor that this module made, its values being of these kinds. Raises IsMalformed."""
    try:
        key: Key = msgspec.json.decode(urlsafe_b64decode(f"{text}=="), type=tuple[str | int, ...])
    except (msgspec.MsgspecError, binascii.Error, ValueError):
        key = ()
    if [type(value) for value in key] != list(kinds) or any(isinstance(v, int) and abs(v) >= 2**62 for v in key):
        raise IsMalformed(f"{text[:100]!r} is no cursor of this list.", "after")
    return key
