"""`counterfoil serve`: dashboard and API."""

import ipaddress
import os
import socket
from contextlib import suppress
from typing import Annotated

import typer
import uvicorn
from uvicorn.supervisors import Multiprocess

from api.cli.options import services
from api.cli.output import complain, console
from api.settings import load_settings
from api.wiring import POLICY, load_policy

BACKLOG = 2048
Host = Annotated[str | None, typer.Option("--host", metavar="H", help="Address to bind to; default COUNTERFOIL_HOST.")]
Port = Annotated[
    int | None,
    typer.Option("--port", min=0, max=65_535, metavar="P", help="0 takes a free one; default COUNTERFOIL_PORT."),
]
Workers = Annotated[int, typer.Option("--workers", min=1, max=64, metavar="N", help="Processes.")]


def serve(host: Host = None, port: Port = None, workers: Workers = 1) -> None:
    """Serve the dashboard and the API. Until there are accounts, on this machine alone and for one operator."""
    settings = load_settings()
    host, port = settings.host if host is None else host, settings.port if port is None else port
    if not is_loopback(host):
        raise typer.BadParameter(
            f"{host!r} is no address of this machine alone, such as 127.0.0.1.", param_hint="--host"
        )
    with services(migrating=False) as opened:
        token = opened.token
        opened.log_keys()  # what would keep checkpoints from being signed is said now
        load_policy(settings.data / POLICY)
    with listening(host, port) as listener:
        shown = f"[{host}]" if ":" in host else host
        address = f"http://{shown}:{listener.getsockname()[1]}"
        console.print(f"Counterfoil serves on {address}", soft_wrap=True)
        console.print(f"token: {token}", soft_wrap=True)
        console.print(f"Open {address}/login?token={token}", soft_wrap=True)
        run(listener, workers)


def is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def listening(host: str, port: int) -> socket.socket:
    """A socket on which requests wait until the server takes them, so that the address printed always answers."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        raise OSError(f"Port {port} of {host} cannot be served on: {os.strerror(error.errno or 0)}.") from error


def run(listener: socket.socket, workers: int) -> None:
    """Serves until it is told to stop."""
    config = uvicorn.Config(
        "api.app:app",
        factory=True,
        workers=workers,
        timeout_worker_healthcheck=60,  # a busy machine takes its time to start one
        loop="auto",
        http="auto",
        log_config=None,
        access_log=False,
        server_header=False,
    )
    if workers > 1:
        Multiprocess(config, sockets=[listener]).run()
        return
    server = uvicorn.Server(config)
    with suppress(KeyboardInterrupt):
        server.run(sockets=[listener])
    if not server.started:
        complain("The server did not start; its log says why.")
        raise typer.Exit(1)
