"""The command line in this process: the program's own `run` over a register in a folder, and a story to read there."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from api.cli import output, program
from interchange_files import OPENING, Line, fact, promise, wide


class Said(NamedTuple):
    """What a command left behind."""

    status: int
    out: str
    err: str


Cli = Callable[..., Said]
ASTER, BIRCH = "00000000-0000-4000-8000-00000000000a", "00000000-0000-4000-8000-00000000000b"
WINGS = "00000000-0000-4000-8000-0000000000ff"
STORY_SIZE = 15


def over(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    """Runs commands over the register in the folder; the first makes it."""
    monkeypatch.chdir(folder)
    monkeypatch.setenv("COUNTERFOIL_DATABASE_URL", f"sqlite:///{folder / 'register.db'}")
    monkeypatch.setenv("COUNTERFOIL_DATA", str(folder))
    monkeypatch.setattr(output.console, "width", 160)

    def cli(*arguments: object) -> Said:
        capsys.readouterr()
        status = program.run([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return Said(status, said.out, said.err)

    return cli


def story() -> list[Line]:
    """Aster and Birch in Wings since 2024-01-02: promises kept, late and open; sealed texts; a risk of Birch's own."""
    aster, birch, ada, wings = OPENING
    changes: dict[str, Any] = {"indicators": {"TC1": {"min_n": 2}}}
    action = {"title": "Count twice", "origin": "review", "owner_party": "birch", "due_on": "2024-02-20"}
    return [
        _with(aster, organisation_id=ASTER, alias="aster"),
        _with(birch, organisation_id=BIRCH, alias="birch"),
        ada,
        _with(wings, relationship_id=WINGS, alias="wings"),
        wide("scoring_policy.published", policy_version=1, effective_from="2024-06-01", reason="Few", changes=changes),
        fact("lifecycle.stage_entered", stage=5, gate="proceed"),
        promise("kept"),
        fact("commitment.fulfilled", "2024-02-10", commitment_id="kept"),
        promise("late"),
        fact("commitment.fulfilled", "2024-02-11", commitment_id="late"),
        promise("open", due_on="2024-03-01", title="An [open] promise"),
        fact("improvement_action.raised", **action) | {"note": "Said by telephone"},
        fact("behaviour_concern.raised", by_party="aster", about_party="birch", description="Shouting in the dock"),
        _own(fact("risk.identified", ref="sale", title="Sale", category="x", joint=False, owner_party="birch")),
        _own(fact("risk.assessed", risk_id="sale", probability=5, impact=5)),
    ]


def _with(line: Line, **more: str) -> Line:
    return {**line, "data": {**line["data"], **more}}


def _own(line: Line) -> Line:
    return {**line, "visibility": "own", "on_behalf_of": "birch"}
