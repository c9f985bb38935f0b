"""`counterfoil token create`, `list` and `revoke`: who else may read the feed."""

from typing import Annotated

import typer
from sqlalchemy import Connection

from api.cli.options import AsJson, find_organisation, looking, services
from api.cli.output import console, plain, print_json, table
from domain.store import tokens
from domain.store.engine import reading, writing
from domain.store.instants import format_instant
from domain.store.tokens import Token
from projections.directory import organisations_by_id

app = typer.Typer(
    name="token",
    help="Tokens with which organisations read the feed: each sees what its own organisation may.",
    no_args_is_help=True,
)
Organisation = Annotated[
    str, typer.Option("--organisation", metavar="ORG", help="Id or alias of the organisation that it reads for.")
]
Name = Annotated[str | None, typer.Option("--name", metavar="TEXT", help="What it is for, to tell it from others.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="Its id, as `counterfoil token list` shows it.")]


@app.command()
def create(organisation: Organisation, name: Name = None, as_json: AsJson = False) -> None:
    """Make a token that reads the feed for one organisation. It is shown once."""
    with services() as opened:
        with reading(opened.engine) as connection:
            reader = find_organisation(organisation, connection)
        with writing(opened.engine) as connection:
            text, made = tokens.create(connection, reader, name, opened.clock())
    if as_json:
        print_json({"token": text, **_shown(made)})
    else:
        console.print(f"token: {text}", soft_wrap=True, markup=False)
        console.print(
            f"Keep it: it is not shown again. `counterfoil token revoke {made.id}` ends it.",
            soft_wrap=True,
            markup=False,
        )


@app.command(name="list")
def list_tokens(as_json: AsJson = False) -> None:
    """List the tokens of organisations, by their last four characters."""
    with looking() as (_, connection):
        found = tokens.every(connection)
        names = _names(connection, found)
    if as_json:
        print_json([_shown(one) for one in found])
        return
    rows = table(None, "id", "token", "organisation", "name", "made", "revoked")
    for one in found:
        revoked = "" if one.revoked_at is None else f"{one.revoked_at:%Y-%m-%d}"
        who, what = plain(names[one.id]), plain(one.name or "")
        rows.add_row(one.id, f"…{plain(one.last_four)}", who, what, f"{one.created_at:%Y-%m-%d}", revoked)
    console.print(rows)


@app.command()
def revoke(id: Id, as_json: AsJson = False) -> None:
    """End a token: from now on it opens nothing. Revoking it again changes nothing."""
    with services() as opened, writing(opened.engine) as connection:
        ended = tokens.revoke(connection, id, opened.clock())
    if as_json:
        print_json(_shown(ended))
    else:
        console.print(f"The token {ended.id} (…{ended.last_four}) is revoked.", markup=False)


def _names(connection: Connection, found: list[Token]) -> dict[str, str]:
    known = organisations_by_id(connection, [one.organisation_id for one in found])
    shown = {key: one.alias or one.legal_name for key, one in known.items()}
    return {one.id: shown.get(one.organisation_id, str(one.organisation_id)) for one in found}


def _shown(one: Token) -> dict[str, str | None]:
    return {
        "id": one.id,
        "last_four": one.last_four,
        "organisation": str(one.organisation_id),
        "name": one.name,
        "created_at": format_instant(one.created_at),
        "revoked_at": None if one.revoked_at is None else format_instant(one.revoked_at),
    }
