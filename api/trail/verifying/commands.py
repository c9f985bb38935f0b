"""The commands against the events that came of them. Source: docs/events.md 1.

What a command asked for is kept as a keyed hash that nothing else repeats, and a command that appended nothing leaves
no trace in the log: neither can be checked.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from api.trail.verifying.findings import AT_ONCE, Findings, rows
from api.trail.verifying.log import Read
from domain.store.prepared import Prepared
from domain.store.schema import command, event

IDS_AT_ONCE = 500
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)
_HEX = re.compile("[0-9a-f]{64}")
_named = select(command.c.command_id, command.c.first_position, command.c.last_position, command.c.recorded_at).where(
    command.c.command_id.in_(bindparam("wanted", expanding=True))
)
_count = Prepared(select(func.count()).where(command.c.first_position.is_not(None)))
_every = Prepared(
    select(command)
    .where(command.c.command_id > bindparam("after"))
    .order_by(command.c.command_id)
    .limit(bindparam("most"))
)
_command_of = select(event.c.position, event.c.envelope).where(
    event.c.position.in_(bindparam("wanted", expanding=True))
)


class Run:
    """Neighbouring events of one command."""

    def __init__(self, read: Read) -> None:
        self.command_id = read.envelope["command_id"]
        self.first = self.last = read.position
        self.recorded_at = read.recorded_at


class Commands:
    """Takes the events in as the log is read."""

    def __init__(self, connection: Connection, findings: Findings) -> None:
        self._connection = connection
        self._findings = findings
        self._open: Run | None = None
        self._found = 0

    def check(self, read: Sequence[Read]) -> None:
        """The commands of these events, but for the last one, of which there may be more."""
        done: list[Run] = []
        run = self._open
        for each in read:
            if run is not None and each.envelope.get("command_id") == run.command_id:
                run.last = each.position
                continue
            if run is not None:
                done.append(run)
            run = Run(each)
        self._open = run
        self._compare(done)

    def finish(self) -> None:
        """The last command; and that there are no others."""
        if self._open is not None:
            self._compare([self._open])
        [(count,)] = rows(self._connection, _count)
        self._check_each(counted=count == self._found)

    def _compare(self, runs: Sequence[Run]) -> None:
        stored: dict[str, Sequence[Any]] = {}
        for start in range(0, len(runs), IDS_AT_ONCE):
            wanted = [run.command_id for run in runs[start : start + IDS_AT_ONCE]]
            stored.update((row[0], row[1:]) for row in self._connection.execute(_named, {"wanted": wanted}).all())
        for run in runs:
            row = stored.get(run.command_id)
            self._found += row is not None
            if row is None:
                self._tell(run, "is not among the commands")
            elif tuple(row) != (run.first, run.last, run.recorded_at):
                self._tell(run, "is stored with other positions or another instant")

    def _tell(self, run: Run, why: str) -> None:
        said = f"The command {run.command_id!r} of the positions {run.first} to {run.last} {why}."
        self._findings.add("command", run.first, said)

    def _check_each(self, *, counted: bool) -> None:
        """What can be said of a command by itself; and where there are too many, which of them no event names."""
        after = ""
        while some := rows(self._connection, _every, after=after, most=AT_ONCE):
            named: Mapping[int, str] = {} if counted else self._texts_at([row[2] for row in some if row[2] is not None])
            for command_id, content, first, last, recorded_at in some:
                is_possible = (
                    (first is None) == (last is None)
                    and _HEX.fullmatch(str(content))
                    and _INSTANT.fullmatch(str(recorded_at))
                )
                if not is_possible:
                    self._findings.add("command", first, f"The command {command_id!r} is not stored as commands are.")
                elif not counted and first is not None and command_id not in named.get(first, ""):
                    self._findings.add("command", first, f"No event comes of the command {command_id!r}.")
            after = some[-1][0]

    def _texts_at(self, positions: Sequence[int]) -> Mapping[int, str]:
        found: dict[int, str] = {}
        for start in range(0, len(positions), IDS_AT_ONCE):
            wanted = {"wanted": positions[start : start + IDS_AT_ONCE]}
            found.update((position, text) for position, text in self._connection.execute(_command_of, wanted))
        return found
