"""Whole answers, kept until the position they were given at is passed (docs/design.md 8).

Leave the cache out of `GraphQLView`, or give it no room, and every query is executed.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from inspect import isawaitable
from typing import Any, NamedTuple

import msgspec

from api.graphql.incoming import GraphQLRequest

ENTRY_OVERHEAD = 512  # bytes, about what the key's tuple, the entry and its place in the order take

Of = Callable[[Any], Hashable | Awaitable[Hashable]]
Key = tuple[Hashable, ...]


class Answer(NamedTuple):
    """A body as it was sent, and the strong entity tag of it in its media type."""

    body: bytes
    etag: str


class AnswerCache:
    """Answers to queries, the least recently used dropped first once they take more than `max_bytes`.

    `principal` and `position` are functions of the request's context. `principal` is everything about the asker that an
    answer may depend on, roles included. `position` is everything else that it may depend on: the position of the last
    event, and today's date where a query has that as a default. `keeps` is asked after the execution: what depends on
    more than these is not kept.
    """

    def __init__(
        self,
        *,
        principal: Of,
        position: Of,
        keeps: Callable[[Any], bool] = lambda _: True,
        max_bytes: int = 32 * 1024 * 1024,
    ) -> None:
        self._principal = principal
        self._position = position
        self.keeps = keeps
        self._max_bytes = max_bytes
        self._bytes = 0
        self._answers: OrderedDict[Key, Answer] = OrderedDict()
        self._at: Hashable = None

    async def key(self, request: GraphQLRequest, context: Any, media_type: str) -> Key:
        """What the answer depends on. To be asked before execution, so that an answer is never older than its key.

        Once the position is passed, every answer given before is forgotten: it may hold what has been erased since.
        """
        position = await _settled(self._position(context))
        if position != self._at:
            self._answers.clear()
            self._bytes, self._at = 0, position
        return (
            request.document,
            msgspec.json.encode(request.variables, order="deterministic"),
            request.operation_name,
            media_type,
            await _settled(self._principal(context)),
            position,
        )

    def find(self, key: Key) -> Answer | None:
        answer = self._answers.get(key)
        if answer is not None:
            self._answers.move_to_end(key)
        return answer

    def keep(self, key: Key, answer: Answer) -> None:
        """The answer is found under its key from now on, unless it is passed already or does not fit at all."""
        size = _size(key, answer)
        if size > self._max_bytes or self._at not in (None, key[-1]):
            return
        replaced = self._answers.pop(key, None)
        if replaced is not None:
            self._bytes -= _size(key, replaced)
        self._answers[key] = answer
        self._bytes += size
        while self._bytes > self._max_bytes:
            self._bytes -= _size(*self._answers.popitem(last=False))


def entity_tag(body: bytes, media_type: str) -> str:
    """A strong entity tag (RFC 9110, section 8.8.3): it differs where the bytes or their media type differ."""
    digest = hashlib.blake2b(media_type.encode(), digest_size=16)
    digest.update(b"\0")
    digest.update(body)
    return f'"{digest.hexdigest()}"'


def is_current(if_none_match: str, etag: str) -> bool:
    """Whether the client already holds what `etag` stands for (RFC 9110, section 13.1.2: weak comparison)."""
    named = [each.strip().removeprefix("W/") for each in if_none_match.split(",")]
    return etag in named or "*" in named


def _size(key: Key, answer: Answer) -> int:
    return ENTRY_OVERHEAD + len(answer.body) + sum(len(part) for part in key if isinstance(part, (str, bytes)))


async def _settled(value: Hashable | Awaitable[Hashable]) -> Hashable:
    return await value if isawaitable(value) else value
