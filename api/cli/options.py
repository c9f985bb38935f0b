"""Options that several commands share, and what they mean."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
import typer
from sqlalchemy import Connection

from api.settings import load_settings
from api.wiring import Services, open_services
from domain.errors import unknown
from domain.store.engine import reading
from projections.directory import organisation_by_alias, organisations_by_id

Rel = Annotated[str, typer.Argument(metavar="REL", help="Id or alias of the relationship.")]
AsOf = Annotated[str | None, typer.Option("--as-of", metavar="DATE", help="The date scored; default today.")]
KnownAt = Annotated[
    str | None, typer.Option("--known-at", metavar="POS|INSTANT", help="What was known then; default everything.")
]
PolicyVersion = Annotated[int | None, typer.Option("--policy", metavar="N", help="Score by this policy version.")]
View = Annotated[
    Literal["shared", "own"], typer.Option("--view", metavar="shared|own", help="shared, or own with --party.")
]
Party = Annotated[str | None, typer.Option("--party", metavar="ORG", help="Id or alias of the party of an own view.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]


@contextmanager
def services(*, migrating: bool = True) -> Iterator[Services]:
    """The services over the configured database, its tables up to date unless told otherwise."""
    opened = open_services(load_settings(), migrating=migrating)
    try:
        yield opened
    finally:
        opened.close()


@contextmanager
def looking() -> Iterator[tuple[Services, Connection]]:
    """The services with one read transaction."""
    with services() as opened, reading(opened.engine) as connection:
        yield opened, connection


def parse_date(text: str | None, option: str) -> date | None:
    """The date, None when none was given. Wrong usage otherwise."""
    try:
        return None if text is None else msgspec.convert(text, date)
    except msgspec.ValidationError as error:
        raise typer.BadParameter(f"{text!r} is not a date such as 2026-03-31.", param_hint=option) from error


def parse_known_at(text: str | None, opened: Services) -> int | None:
    """The position, or the last one recorded at or before an instant. Wrong usage where it is neither."""
    if text is None or (text.isascii() and text.isdigit()):
        return None if text is None else int(text[:20])
    try:
        instant = datetime.fromisoformat(text)
        if instant.tzinfo is None:
            raise typer.BadParameter(f"{text!r} has no offset from UTC, such as Z.", param_hint="--known-at")
        return opened.store.position_at(instant.astimezone(UTC))
    except (ValueError, OverflowError) as error:
        raise typer.BadParameter(f"{text!r} is neither a position nor an instant.", param_hint="--known-at") from error


def parse_party(text: str | None, view: str, connection: Connection) -> UUID | None:
    """The party of an own view; None in the shared one. Raises UnknownId; wrong usage when it is missing."""
    if view == "shared":
        return None
    if text is None:
        raise typer.BadParameter("an own view needs its party: --party ORG.", param_hint="--view")
    return find_organisation(text, connection)


def find_organisation(text: str, connection: Connection) -> UUID:
    """The organisation of that id or alias. Raises UnknownId."""
    found = organisation_by_alias(connection, text)
    if found is not None:
        return found.id
    key = as_id(text)
    if key is None or key not in organisations_by_id(connection, [key]):
        raise unknown("organisation", text)
    return key


def as_id(text: str) -> UUID | None:
    try:
        return msgspec.convert(text, UUID)
    except msgspec.ValidationError:
        return None
