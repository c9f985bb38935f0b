"""The program `counterfoil`: its commands, and one clear line for whatever goes wrong.

Exit status 0: done; 1: refused, or a check failed; 2: wrong usage.
"""

import sys
from collections.abc import Callable
from typing import NoReturn

import typer
from sqlalchemy.exc import OperationalError, ProgrammingError

from api.cli import demo, operating, reading, recording, serving
from api.interchange import LineIsRefused
from api.settings import WrongSettings
from domain.errors import Refusal
from domain.register import FactIsRefused
from domain.store.engine import UnsupportedDatabase
from domain.store.keyfile import KeyFileIsUnusable
from domain.store.vault import VaultIsUnreadable

app = typer.Typer(
    name="counterfoil",
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
    reading.relationships,
    reading.scorecard,
    reading.explain,
    reading.due,
    reading.events,
    operating.rebuild,
    operating.migrate,
    operating.doctor,
)
for command in COMMANDS:
    app.command()(command)


def main() -> NoReturn:
    """Runs the command of the arguments. Nobody sees a traceback."""
    try:
        app()
    except (WrongSettings, UnsupportedDatabase) as error:
        _stop(str(error), 2)
    except (Refusal, FactIsRefused, LineIsRefused, KeyFileIsUnusable, VaultIsUnreadable) as error:
        _stop(str(error), 1)
    except (OperationalError, ProgrammingError) as error:
        _stop(f"The database does not answer as expected: {str(error.orig).strip().splitlines()[0]}.", 1)
    except OSError as error:
        _stop(f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}.", 1)
    except KeyboardInterrupt:
        _stop("Interrupted; nothing is stored by halves.", 1)
    sys.exit(0)


def _stop(message: str, status: int) -> NoReturn:
    sys.stderr.write(message + "\n")
    sys.exit(status)
