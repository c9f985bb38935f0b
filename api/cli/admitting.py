"""`counterfoil sql-access`."""

from typing import Annotated

import typer

from api.cli.options import AsJson, find_organisation, services
from api.cli.output import console, print_json
from domain.store.engine import reading
from projections.bi.sql import admit, dismiss
from projections.bi.views import SCHEMA

Role = Annotated[str, typer.Argument(metavar="ROLE", help="Role of PostgreSQL; made where there is none yet.")]
Organisation = Annotated[
    str | None, typer.Option("--organisation", metavar="ORG", help="Id or alias of the organisation that it reads for.")
]
Revoke = Annotated[bool, typer.Option("--revoke", help="Take the access away; the role itself stays.")]
LONGEST_NAME = 63  # bytes: PostgreSQL cuts what is longer


def sql_access(role: Role, organisation: Organisation = None, revoke: Revoke = False, as_json: AsJson = False) -> None:
    """Let a role of PostgreSQL read the feed by SQL, as one organisation may see it. Doing it again changes nothing."""
    if not role or "\0" in role or len(role.encode()) > LONGEST_NAME:
        raise typer.BadParameter(f"a role's name has 1 to {LONGEST_NAME} bytes.", param_hint="ROLE")
    if revoke == (organisation is not None):
        raise typer.BadParameter("either --organisation ORG or --revoke is needed.", param_hint="--organisation")
    with services() as opened:
        if organisation is None:
            dismiss(opened.engine, role)
            said = {"role": role, "organisation": None}
            lines = [f"{role} has no access any more; an administrator may drop the role."]
        else:
            with reading(opened.engine) as connection:
                party = find_organisation(organisation, connection)
            made = admit(opened.engine, role, party)
            said = {"role": role, "organisation": str(party)}
            lines = [f"{role} reads the schema {SCHEMA} for {organisation}."]
            if made:
                lines.append("It has no password yet: an administrator sets one with \\password in psql.")
    if as_json:
        print_json(said)
    else:
        console.print("\n".join(lines), soft_wrap=True, markup=False)
