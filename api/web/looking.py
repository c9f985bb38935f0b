"""What a page is asked for: a date, a moment of knowledge and a policy, from the address and back into addresses."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from urllib.parse import quote, urlencode

from msgspec import Struct
from sqlalchemy import Connection

from domain.errors import IsMalformed
from domain.store.reads import position_at
from projections.scorecards.asking import Relationship

WHOLE_NUMBER = re.compile(r"[0-9]{1,18}")
_PLAIN = re.compile(r"[A-Za-z0-9_~-][A-Za-z0-9._~-]*")


class Look(Struct, frozen=True, kw_only=True):
    """None: today, everything recorded, the policy in effect. `asked`: as in the address, for links that keep it."""

    as_of: date | None = None
    known_at: int | None = None
    policy: int | None = None
    asked: tuple[tuple[str, str], ...] = ()

    @property
    def query(self) -> str:
        """The end of an address that keeps what was asked for, with its question mark; empty when nothing was."""
        return f"?{urlencode(self.asked)}" if self.asked else ""

    @property
    def asked_known_at(self) -> str:
        return dict(self.asked).get("known_at", "")


def parse(parameters: Mapping[str, str], connection: Connection) -> Look:
    """The look of an address. Raises IsMalformed with the offending value."""
    given = {name: text for name in ("as_of", "known_at", "policy") if (text := parameters.get(name, "").strip())}
    return Look(
        as_of=_day(given["as_of"]) if "as_of" in given else None,
        known_at=_position(given["known_at"], connection) if "known_at" in given else None,
        policy=_version(given["policy"]) if "policy" in given else None,
        asked=tuple(given.items()),
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise IsMalformed(f"{text[:100]!r} is not a date such as 2026-03-31.", "as_of") from error


def _position(text: str, connection: Connection) -> int:
    """A position, or the last one recorded at or before an instant (docs/principles.md A2)."""
    if WHOLE_NUMBER.fullmatch(text):
        return int(text)
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        message = f"{text[:100]!r} is neither a position nor an instant such as 2026-03-31T12:00:00Z."
        raise IsMalformed(message, "known_at") from error
    if instant.tzinfo is None:
        raise IsMalformed(f"{text!r} has no offset from UTC, such as Z at its end.", "known_at")
    return position_at(connection, instant)


def _version(text: str) -> int:
    if not WHOLE_NUMBER.fullmatch(text):
        raise IsMalformed(f"{text[:100]!r} is not the number of a policy version.", "policy")
    return int(text)


def address(about: Relationship) -> str:
    """The path of a relationship's page: by its alias where that can stand in a path, else by its id."""
    name = about.alias if about.alias and _PLAIN.fullmatch(about.alias) else str(about.id)
    return f"/relationships/{quote(name)}"
