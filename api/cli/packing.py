"""`counterfoil audit-pack`."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.options import AsJson, parse_date, services
from api.cli.output import console, plain, print_json, progress
from api.trail.pack import Made, Wanted, begin, must_be_free, write
from api.web.words import number_of
from domain.log.verify import DoesNotVerify, VerifierKey, parse_key

Out = Annotated[Path, typer.Option("--out", metavar="DIR", help="A new or empty directory for the pack.")]
OfRel = Annotated[
    str | None,
    typer.Option("--relationship", metavar="REL", help="Id or alias; the pack then holds no other's entries."),
]
From = Annotated[str | None, typer.Option("--from", metavar="DATE", help="Where the period begins; default all.")]
To = Annotated[str | None, typer.Option("--to", metavar="DATE", help="Where it ends, and the date scored; today.")]
Key = Annotated[
    list[str] | None,
    typer.Option("--key", metavar="VKEY", help="Check the pack with this key of the log instead of its own; repeat."),
]
OpenTexts = Annotated[bool, typer.Option("--open-texts", help="Show names of people and free texts in clear.")]


def audit_pack(
    out: Out,
    relationship: OfRel = None,
    from_: From = None,
    to: To = None,
    key: Key = None,
    open_texts: OpenTexts = False,
    as_json: AsJson = False,
) -> None:
    """Write all that an auditor needs: the log with its proofs, scorecards, keys, a report, and how to verify it.

    A pack of the whole register holds every entry, those included that a party keeps for itself.
    """
    wanted = Wanted(
        relationship=relationship,
        from_on=parse_date(from_, "--from"),
        to_on=parse_date(to, "--to"),
        keys=tuple(_key(text) for text in key or ()),
        open_texts=open_texts,
    )
    with services() as opened:
        must_be_free(out)
        pack = begin(opened, wanted)
        with progress("Writing the pack", pack.work) as (bar, task):
            made = write(opened, pack, wanted, out, lambda done: bar.advance(task, done))
    _say(made, out, as_json)


def _key(text: str) -> VerifierKey:
    try:
        return parse_key(text)
    except DoesNotVerify as error:
        raise typer.BadParameter(str(error).rstrip("."), param_hint="--key") from error


def _say(made: Made, out: Path, as_json: bool) -> None:
    at = made.checkpoint
    if as_json:
        told = {
            "directory": str(out),
            "size": at.size,
            "final": at.final,
            "entries": made.entries,
            "scorecards": len(made.scope.relationships),
            "files": made.files,
        }
        print_json(told)
        return
    state = "final" if at.final else "provisional: cosignatures are missing"
    held = f"{number_of(made.entries, 'entry')} and {number_of(len(made.scope.relationships), 'scorecard')}"
    said = f"{out}: {held}, as known at position {at.size}; the checkpoint is {state}."
    console.print(plain(said), soft_wrap=True)
