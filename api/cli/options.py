"""Options that several commands share."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import typer
from sqlalchemy import Connection, select

from api.settings import load_settings
from api.wiring import Services, open_services
from domain.errors import IsMalformed, unknown
from domain.store.engine import reading
from projections.schema import organisation

Rel = Annotated[str, typer.Argument(metavar="REL", help="Id or alias of the relationship.")]
AsOf = Annotated[str | None, typer.Option("--as-of", metavar="DATE", help="The date scored; default today.")]
KnownAt = Annotated[
    str | None, typer.Option("--known-at", metavar="POS|INSTANT", help="What was known then; default everything.")
]
PolicyVersion = Annotated[int | None, typer.Option("--policy", metavar="N", help="Score by this policy version.")]
View = Annotated[str, typer.Option("--view", metavar="shared|own", help="shared, or own with --party.")]
Party = Annotated[str | None, typer.Option("--party", metavar="ORG", help="Id or alias of the party of an own view.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]


@contextmanager
def services() -> Iterator[Services]:
    """The services over the configured database, its tables up to date."""
    opened = open_services(load_settings())
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
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is not a date such as 2026-03-31.", param_hint=option) from error


def parse_known_at(text: str | None, opened: Services) -> int | None:
    """The position, or the last one recorded at or before an instant with its offset from UTC."""
    if text is None or text.isdigit():
        return None if text is None else int(text)
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is neither a position nor an instant.", param_hint="--known-at") from error
    if instant.tzinfo is None:
        raise typer.BadParameter(f"{text!r} has no offset from UTC, such as Z.", param_hint="--known-at")
    return opened.store.position_at(instant)


def parse_party(text: str | None, view: str, connection: Connection) -> UUID | None:
    """The party of an own view; None in the shared one."""
    if view not in ("shared", "own"):
        raise typer.BadParameter(f"{view!r} is neither shared nor own.", param_hint="--view")
    if view == "shared":
        return None
    if text is None:
        raise IsMalformed("The own view needs a party: --party.", "party")
    same = (organisation.c.organisation_id == text.lower()) | (organisation.c.alias == text)
    found = connection.execute(select(organisation.c.organisation_id).where(same)).scalar()
    if found is None:
        raise unknown("organisation", text)
    return UUID(found)
