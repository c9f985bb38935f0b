"""`counterfoil witness`: cosigns the checkpoints of partners."""

import re
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from api.cli.output import console
from api.cli.serving import listening
from api.settings import load_settings
from api.trail.witness import open_witness, witness_app
from domain.log.verify import LOG_SIGNATURE, DoesNotVerify, VerifierKey, parse_key

Logs = Annotated[
    list[str], typer.Option("--log", metavar="VKEY", help="Verifier key of a log to witness; may be given again.")
]
Name = Annotated[str | None, typer.Option("--name", metavar="N", help="Its name, kept in its key; default the key's.")]
Host = Annotated[str, typer.Option("--host", metavar="H", help="Address to bind to.")]
Port = Annotated[int, typer.Option("--port", min=0, max=65_535, metavar="P", help="0 takes a free one.")]
Data = Annotated[
    Path | None, typer.Option("--data", metavar="DIR", help="Folder of its key and memory; default COUNTERFOIL_DATA.")
]


def witness(log: Logs, name: Name = None, host: Host = "127.0.0.1", port: Port = 8001, data: Data = None) -> None:
    """Cosign the checkpoints of partners' logs, each if it holds all that earlier ones held. Needs no register."""
    logs = [_log_key(text) for text in log]
    if name is not None and not re.fullmatch(r"[^\s+]+", name):
        raise typer.BadParameter(f"{name!r} is not a name without blanks and plus signs.", param_hint="--name")
    opened = open_witness(load_settings().data if data is None else data, name, logs)
    with listening(host, port) as listener:
        shown = f"[{host}]" if ":" in host else host
        console.print(f"The witness serves on http://{shown}:{listener.getsockname()[1]}", soft_wrap=True, markup=False)
        console.print(f"verifier key: {opened.key.verifier}", soft_wrap=True, markup=False)
        config = uvicorn.Config(
            witness_app(opened), log_config=None, access_log=False, server_header=False, limit_concurrency=64
        )
        with suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(sockets=[listener])


def _log_key(text: str) -> VerifierKey:
    try:
        key = parse_key(text)
    except DoesNotVerify as error:
        raise typer.BadParameter(str(error), param_hint="--log") from error
    if key.kind != LOG_SIGNATURE:
        raise typer.BadParameter(f"{text!r} is the key of a witness, not of a log.", param_hint="--log")
    return key
