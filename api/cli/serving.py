"""`counterfoil serve`: dashboard and API."""

from typing import Annotated

import typer
import uvicorn

from api.cli.options import services
from api.cli.output import console
from api.settings import load_settings

LOOPBACK = ("127.0.0.1", "::1", "localhost")


def serve(
    host: Annotated[str | None, typer.Option(help="Address to bind to; default COUNTERFOIL_HOST.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65_535, help="Default COUNTERFOIL_PORT.")] = None,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes.")] = 1,
) -> None:
    """Serve the dashboard and the API. Until there are accounts, on this machine alone and with one token."""
    settings = load_settings()
    host, port = host or settings.host, settings.port if port is None else port
    if host not in LOOPBACK:
        raise typer.BadParameter(f"{host} is not of this machine: only {', '.join(LOOPBACK)}.", param_hint="--host")
    with services() as opened:
        token = opened.token
    shown = f"[{host}]" if ":" in host else host
    console.print(f"Counterfoil serves on http://{shown}:{port}", highlight=False, soft_wrap=True)
    console.print(f"token: {token}", highlight=False, soft_wrap=True)
    console.print(f"Open http://{shown}:{port}/login?token={token}", highlight=False, soft_wrap=True)
    uvicorn.run(
        "api.app:app",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        loop="auto",
        http="auto",
        log_config=None,
        access_log=False,
    )
