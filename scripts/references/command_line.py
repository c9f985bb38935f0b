"""docs/reference/cli.md: every command of the program, from its function."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any, get_type_hints

from typer import Typer
from typer.models import ArgumentInfo, OptionInfo

from api.cli.program import app
from references.markdown import page_of, sentence, table

INTRODUCTION = """
Every command explains itself with `--help`. `--json` prints JSON for machines; progress is shown on a terminal
alone. The exit status is 0 when it is done, 1 when something was refused or a check failed (said on standard
error), 2 for wrong usage. Which register a command works on is a matter of [settings](../operations.md#settings).
"""


def page() -> str:
    return page_of("Command line", INTRODUCTION, *(section(name, command) for name, command in commands(app)))


def commands(typer: Typer, before: str = "counterfoil") -> Iterator[tuple[str, Callable[..., Any]]]:
    for command in typer.registered_commands:
        assert command.callback is not None
        yield f"{before} {command.name or command.callback.__name__.replace('_', '-')}", command.callback
    for group in typer.registered_groups:
        assert group.typer_instance is not None
        yield from commands(group.typer_instance, f"{before} {group.name or group.typer_instance.info.name}")


def section(name: str, command: Callable[..., Any]) -> str:
    hints = get_type_hints(command, include_extras=True)
    usage, rows = [name], []
    for parameter in inspect.signature(command).parameters.values():
        information = next(m for m in hints[parameter.name].__metadata__ if isinstance(m, ArgumentInfo | OptionInfo))
        written, asked = spelling(parameter, information)
        usage.append(asked)
        rows.append([f"`{written}`", meaning(information)])
    parts = [f"## {name}", f"```text\n{' '.join(usage)}\n```", sentence(command.__doc__)]
    if rows:
        parts.append(table(["", "meaning"], rows))
    return "\n\n".join(parts)


def spelling(parameter: inspect.Parameter, information: ArgumentInfo | OptionInfo) -> tuple[str, str]:
    """How the parameter is written, and how it stands in the usage line."""
    required = parameter.default is inspect.Parameter.empty
    if isinstance(information, ArgumentInfo):
        written = information.metavar or parameter.name.upper()
        return written, written if required else f"[{written}]"
    declared = (information.default, *(information.param_decls or ()), f"--{parameter.name.replace('_', '-')}")
    flag = next(name for name in declared if isinstance(name, str))
    written = flag if isinstance(parameter.default, bool) else f"{flag} {information.metavar or parameter.name.upper()}"
    return written, written if required else f"[{written}]"


def meaning(information: ArgumentInfo | OptionInfo) -> str:
    bounds = [
        f"{name} {value}" for name, value in (("from", information.min), ("to", information.max)) if value is not None
    ]
    return " ".join([sentence(information.help), *([f"({' '.join(bounds)})"] if bounds else [])]).strip()
