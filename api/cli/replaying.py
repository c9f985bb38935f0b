"""`counterfoil replay`."""

from base64 import b64encode
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer
from sqlalchemy import Connection

from api.cli.options import AsJson, looking, parse_date, parse_known_at
from api.cli.output import complain, console, plain, print_json, progress, table
from api.trail.replay import (
    Replayed,
    compared_with_live,
    compared_with_published,
    only_moment,
    read_published,
    replayed,
)
from domain.errors import IsMalformed, IsOutOfRange
from domain.store.engine import reading
from domain.store.head import size_of, tree_of
from domain.store.nodes import tree_at
from projections.scorecards.asking import find

KnownAt = Annotated[
    str | None, typer.Option("--known-at", metavar="POSITION|INSTANT", help="The log up to here alone.")
]
AsOf = Annotated[str | None, typer.Option("--as-of", metavar="DATE", help="The date scored.")]
Of = Annotated[str | None, typer.Option("--relationship", metavar="REL", help="Id or alias; default all known then.")]
Against = Annotated[
    Path | None,
    typer.Option(
        "--against",
        metavar="DIR",
        exists=True,
        file_okay=False,
        help="Compare with the scorecards of this audit pack; its date and position are the default.",
    ),
]
SHORT = 16


def replay(
    known_at: KnownAt = None,
    as_of: AsOf = None,
    relationship: Of = None,
    against: Against = None,
    as_json: AsJson = False,
) -> None:
    """Compute the scorecards anew from the log alone, as they stood then, and compare their digests.

    Each is compared with what the register says today for the same date and knowledge, or with an audit pack.
    """
    day = parse_date(as_of, "--as-of")
    if against is None and (day is None or known_at is None):
        raise typer.BadParameter("a replay needs its moment.", param_hint="--known-at and --as-of, or --against")
    with looking() as (opened, live):
        position = parse_known_at(known_at, opened)
        wanted = find(live, relationship).id if relationship else None
        published = read_published(against) if against else []
        if wanted and published:
            published = [one for one in published if one.relationship_id == wanted]
            if not published:
                raise IsMalformed(f"{against} holds no scorecard of {relationship}.")
        if published:
            position = only_moment(published, day, position)
        assert position is not None
        size = size_of(live)
        if position > size:
            raise IsOutOfRange(f"{position} is not a position of the log, which goes from 0 to {size}.", "known_at")
        with (
            progress("Replaying", position) as (bar, task),
            replayed(live, position, lambda events: bar.advance(task, events)) as engine,
            reading(engine) as fresh,
        ):
            root = _same_root(live, fresh, position)
            if published:
                found = compared_with_published(fresh, published)
            else:
                assert day is not None
                found = _live(live, fresh, position, day, wanted)
    same = all(one.is_same for one in found)
    if as_json:
        scored = [_as_object(one) for one in found]
        print_json({"known_at": position, "root": root, "same": same, "scorecards": scored})
    else:
        _show(found, position, against)
    for one in found:
        if not one.is_same:
            complain(f"{one.alias or one.name} differs: {one.digest or 'not known then'}, not {one.compared_with}.")
    raise typer.Exit(0 if same else 1)


def _live(live: Connection, fresh: Connection, position: int, day: date, wanted: UUID | None) -> list[Replayed]:
    found = compared_with_live(live, fresh, position, day, wanted)
    if wanted and not found:
        raise IsOutOfRange(f"The relationship {wanted} is not known at position {position} as of {day}.")
    return found


def _same_root(live: Connection, fresh: Connection, position: int) -> str:
    """The root of the log at that position. Refuses entries that do not lead to it."""
    root = tree_of(fresh).root
    if root != tree_at(live, position).root:
        raise IsMalformed(f"The {position} entries that are stored are not those of the log's tree: see verify.")
    return b64encode(root).decode()


def _as_object(one: Replayed) -> dict[str, Any]:
    return {
        "relationship_id": str(one.relationship_id),
        "alias": one.alias,
        "as_of": str(one.as_of),
        "known_at": one.known_at,
        "score": one.scorecard and one.scorecard.score,
        "digest": one.digest,
        "compared_with": one.compared_with,
        "same": one.is_same,
    }


def _show(found: Sequence[Replayed], position: int, against: Path | None) -> None:
    other = plain(str(against)) if against else "the register"
    if not found:
        console.print(f"No relationship had begun by then, as known at position {position}.")
        return
    console.print(f"From the log up to position {position} alone, beside {other}:")
    shown = table(None, "Relationship", "As of", "Score ", "Digest", "Compared with", "")
    for one in found:
        score = (one.scorecard and one.scorecard.score) or "-"
        verdict = "same" if one.is_same else "[red]DIFFERS[/]"
        digests = [(text or "-")[:SHORT] for text in (one.digest, one.compared_with)]
        shown.add_row(plain(one.alias or one.name), str(one.as_of), score, *map(plain, digests), verdict)
    console.print(shown)
