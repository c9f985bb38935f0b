"""The program `counterfoil`: its commands, and one clear line for whatever goes wrong.

Exit status 0: done; 1: refused, or a check failed; 2: wrong usage. Source: docs/contract.md 3.
"""

import os
import sys
import uuid
from collections.abc import Callable
from contextlib import suppress
from typing import NoReturn

import structlog
import typer

from api.cli import (
    admitting,
    archiving,
    checkpointing,
    demo,
    doctor,
    erasing,
    explaining,
    feeding,
    listing,
    operating,
    packing,
    recording,
    replaying,
    rescoring,
    scoring,
    serving,
    tokens,
    verifying,
    witnessing,
)
from api.cli.failures import told
from api.cli.output import complain
from api.observing import configure_logs
from api.settings import WrongSettings, load_settings

NAME = "counterfoil"
app = typer.Typer(
    name=NAME,
    help="One register for two partner organisations: what they promised, risked, shared and gained.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
COMMANDS: tuple[Callable[..., None], ...] = (
    serving.serve,
    demo.demo,
    recording.record,
    scoring.relationships,
    scoring.scorecard,
    explaining.explain,
    listing.due,
    listing.events,
    operating.rebuild,
    rescoring.rescore,
    replaying.replay,
    archiving.export_log,
    archiving.restore,
    feeding.export,
    verifying.verify,
    packing.audit_pack,
    witnessing.witness,
    checkpointing.checkpoint,
    erasing.erase,
    admitting.sql_access,
    operating.migrate,
    archiving.backup,
    doctor.doctor,
)
GROUPS = (tokens.app,)
for command in COMMANDS:
    app.command()(command)
for group in GROUPS:
    app.add_typer(group)

INTERRUPTED = 130
"""What Typer makes of a KeyboardInterrupt."""
_log = structlog.get_logger(__name__)


def main() -> NoReturn:
    """Runs the command of the arguments. Nobody sees a traceback."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]  # a terminal of few characters
    with suppress(WrongSettings):  # the command says so
        configure_logs(load_settings().log_level)
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Runs a command and gives its exit status; whatever goes wrong has been said on standard error."""
    try:
        status: int = app(arguments or ["--help"], prog_name=NAME, standalone_mode=False) or 0
        sys.stdout.flush()
    except typer.TyperException as wrong:
        context = getattr(wrong, "ctx", None)
        command = context.command_path if context else NAME
        said = " ".join(wrong.format_message().split()).rstrip(".")
        complain(f"{command}: {said}. Try: {command} --help")
        return 2
    except (BrokenPipeError, typer.Abort):  # nobody reads on
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:  # noqa: BLE001 - one line, whatever it is
        return _failed(error)
    if status == INTERRUPTED:
        complain("Interrupted: what was not yet complete has been undone, and nothing is stored by halves.")
        return 1
    return status if arguments else 2


def _failed(error: Exception) -> int:
    line, status = told(error) or (None, 1)
    if line is None:
        number = uuid.uuid4().hex[:12]
        line = f"Unexpected error {number} ({type(error).__name__}); COUNTERFOIL_LOG_LEVEL=debug shows its details."
        _log.debug("unexpected_error", id=number, exc_info=error)
    complain(line)
    return status
