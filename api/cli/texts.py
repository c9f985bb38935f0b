"""Stored entries with their sealed texts opened, as people read them."""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection

from domain.store.vault import Vault
from domain.values import Sealed

ERASED = "(erased)"


def opened(connection: Connection, vault: Vault, values: Iterable[Any]) -> list[Any]:
    """The values with the text in the place of every sealed one."""
    given = list(values)
    texts = vault.open_many(connection, _sealed(given))
    return [_with(value, texts) for value in given]


def _sealed(value: Any) -> Iterator[Sealed]:
    if (found := _as_sealed(value)) is not None:
        yield found
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _sealed(each)


def _with(value: Any, texts: dict[Sealed, str]) -> Any:
    if (found := _as_sealed(value)) is not None:
        return texts.get(found, ERASED)
    if isinstance(value, dict):
        return {key: _with(each, texts) for key, each in value.items()}
    if isinstance(value, list):
        return [_with(each, texts) for each in value]
    return value


def _as_sealed(value: Any) -> Sealed | None:
    if isinstance(value, dict) and value.keys() == {"$sealed", "sha256"}:
        return Sealed(subject=value["$sealed"], sha256=value["sha256"])
    return None
