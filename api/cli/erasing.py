"""`counterfoil erase`."""

from typing import Annotated, Literal
from uuid import UUID

import typer
from msgspec.structs import asdict

from api.cli.options import AsJson, parse_date, parse_party, services
from api.cli.output import complain, console, plain, print_json, progress
from api.trail.erasing import Erasure, find_person
from api.trail.erasing import erase as erase_person
from api.web.words import number_of
from api.wiring import Services
from domain.store.engine import reading

ACTOR = "operator"
Person = Annotated[str, typer.Argument(metavar="PERSON", help="Id, name or e-mail address, where one person has it.")]
Ground = Annotated[
    Literal["request", "retention", "other"],
    typer.Option("--ground", metavar="request|retention|other", help="Why: it is recorded."),
]
On = Annotated[str | None, typer.Option("--on", metavar="DATE", help="The day it holds from; default today.")]
By = Annotated[
    str | None, typer.Option("--by", metavar="ORG", help="On behalf of this organisation; default the operator.")
]
WithTexts = Annotated[
    bool, typer.Option("--with-texts", help="Erase the free texts of all entries that name the person as well.")
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
STEPS = 3


def erase(
    person: Person,
    ground: Ground,
    on: On = None,
    by: By = None,
    with_texts: WithTexts = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Erase a person's name, address and what was declared about them, for good. Every proof and score stands."""
    day = parse_date(on, "--on")
    with services() as opened:
        who = find_person(opened, person)
        behalf = _organisation(opened, by)
        if not (yes or _agreed(who)):
            complain("Nothing is erased.")
            raise typer.Exit(1)
        with progress("Erasing", STEPS) as (bar, task):
            done = erase_person(
                opened,
                who,
                ground,
                actor=ACTOR,
                on=day,
                on_behalf_of=behalf,
                with_texts=with_texts,
                progress=lambda steps: bar.advance(task, steps),
            )
    if as_json:
        print_json({name: _as_json(value) for name, value in asdict(done).items()})
    else:
        console.print(plain(_said(done)), soft_wrap=True)


def _organisation(opened: Services, text: str | None) -> UUID | None:
    if text is None:
        return None
    with reading(opened.engine) as connection:
        return parse_party(text, "own", connection)


def _agreed(who: UUID) -> bool:
    """What the terminal answers; no terminal is a no."""
    try:
        return typer.confirm(f"Erase {who} for good? Nobody can undo it", err=True)
    except typer.Abort:
        return False


def _as_json(value: object) -> object:
    return value if isinstance(value, bool | int) else str(value)


def _said(done: Erasure) -> str:
    first = (
        f"{done.person_id} is erased (position {done.position})"
        if done.recorded
        else f"{done.person_id} was erased on {done.on} (position {done.position}) already; nothing is recorded again"
    )
    texts = f", with the free texts of {number_of(done.texts, 'entry')}" if done.texts else ""
    kept = f" Free texts stay in {number_of(done.kept, 'entry')} about the person: --with-texts erases them too."
    return f"{first}{texts}.{kept if done.kept else ''}"
