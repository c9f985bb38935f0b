"""`counterfoil rescore`: what another scoring policy would make of every relationship."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated
from uuid import UUID

import msgspec
import typer

from api.cli.options import AsJson, AsOf, parse_date, services
from api.cli.output import console, plain, print_json, progress, table
from api.cli.scoring import COLOURS
from domain.errors import IsMalformed
from domain.store.engine import reading
from projections.bulk.rescoring import Move, Total, moves, summary
from projections.scorecards.asking import Relationship, ask, every
from projections.scorecards.policy import proposed
from projections.scorecards.scorecard import fixed

PolicyFile = Annotated[
    Path,
    typer.Option("--policy", metavar="FILE", help="JSON: the `changes` of a scoring policy, on top of the newest."),
]


def rescore(policy: PolicyFile, as_of: AsOf = None, as_json: AsJson = False) -> None:
    """Show who would move, and by how much, if the policy of FILE were published. Nothing is stored."""
    day = parse_date(as_of, "--as-of")
    changes = _read(policy)
    with services() as opened:
        with reading(opened.engine) as connection:
            wanted = proposed(connection, changes)
            now, size = opened.clock(), opened.store.size()
            known = {r.id: r for r in every(connection) if r.registered_on <= (day or r.today(now))}
        questions = [ask(r, now, size, day) for r in known.values()]
        with progress("Reading the log", size) as (bar, task):
            found = moves(opened.engine, size, questions, wanted, lambda read: bar.update(task, completed=read))
    if as_json:
        print_json(
            {"known_at": size, "summary": summary(found), "relationships": [_as_object(m, known) for m in found]}
        )
    else:
        _show(found, known)


def _read(path: Path) -> object:
    try:
        return msgspec.json.decode(path.read_bytes())
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise IsMalformed(f"{path} is not JSON: {str(error).rstrip('.')}.") from error


def _show(found: list[Move], known: Mapping[UUID, Relationship]) -> None:
    shown = table(None, "Relationship", "As of", "Score ", "Band", "New score ", "New band", "Move ")
    for move in found:
        if move.difference or move.changes_band:
            about = known[move.question.relationship_id]
            (old, new), moved = (_told(move.old), _told(move.new)), fixed(move.difference, 2) or "-"
            shown.add_row(plain(about.alias or about.name), str(move.question.as_of), *old, *new, moved)
    told = summary(found)
    if shown.row_count:
        console.print(shown)
    rated = "".join(f", {told[way]} {way.replace('_', ' ')}" for way in ("newly_rated", "no_longer_rated") if told[way])
    console.print(
        f"{len(found)} relationships: {told['up']} up, {told['down']} down, {told['unchanged']} unchanged{rated}; "
        f"{told['band_changes']} in another band. Nothing was stored."
    )


def _told(total: Total) -> tuple[str, str]:
    score, band = total
    return fixed(score, 2) or "-", f"[{COLOURS[band]}]{band}[/]"


def _as_object(move: Move, known: Mapping[UUID, Relationship]) -> dict[str, object]:
    about = known[move.question.relationship_id]
    return {
        "relationship_id": str(about.id),
        "alias": about.alias,
        "name": about.name,
        "as_of": str(move.question.as_of),
        "old": {"score": fixed(move.old[0], 2), "band": move.old[1]},
        "new": {"score": fixed(move.new[0], 2), "band": move.new[1]},
        "difference": fixed(move.difference, 2),
    }
