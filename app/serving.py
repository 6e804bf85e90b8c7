"""The service on this machine: migrated, listening on loopback, with a worker inside and perhaps a made-up region."""

import logging
import socket

import typer
import uvicorn

from app.errors import Finding, InvalidInput
from app.made_up import load_made_up_region
from app.main import create_app
from app.settings import Settings
from app.store.migrate import demand_current

SHUTDOWN_SECONDS = 10


def serve(settings: Settings, *, with_demo: bool) -> None:
    """Serves until told to stop; without accounts an address that others can reach is refused with InvalidInput."""
    if not settings.listens_on_loopback and not settings.accounts:
        problem = f"{settings.host} can be reached from other machines, and this service has no accounts."
        raise InvalidInput("", [Finding("host", problem, "Listen on 127.0.0.1, or turn accounts on.")])
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    demand_current(settings.database_url, guarded=settings.accounts)
    if with_demo:
        load_made_up_region(settings)
    listening = _listening(settings)
    app = create_app(settings)
    _tell(listening)
    config = uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=SHUTDOWN_SECONDS)
    uvicorn.Server(config).run(sockets=[listening])


def _listening(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((settings.host, settings.port))
    except OSError as taken:
        made.close()
        problem = f"Port {settings.port} on {settings.host} cannot be used: {taken.strerror}."
        raise InvalidInput("", [Finding("port", problem, "Choose another with --port; 0 picks a free one.")]) from None
    made.listen(128)
    return made


def _tell(listening: socket.socket) -> None:
    host, port = listening.getsockname()[:2]
    base = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    typer.echo(f"Pages   {base}/pages/")
    typer.echo(f"API     {base}/v1/workspaces/local")
    typer.echo(f"Layers  OAPIF:{base}/v1/workspaces/local   (QGIS, GDAL)")
    typer.echo("Ctrl-C stops it.")
