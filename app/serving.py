"""The service on this machine: migrated, listening on loopback, with a worker inside and perhaps a made-up region."""

import signal
import socket
import threading
from contextlib import nullcontext
from types import FrameType

import typer
import uvicorn

from app.errors import Finding, InvalidInput
from app.lean import be_lean
from app.logs import set_up_log
from app.made_up import load_made_up_region
from app.main import create_app
from app.services import Services
from app.settings import Settings
from app.store.migrate import demand_current
from app.tracing import set_up_traces
from app.worker_processes import WorkerProcesses

SHUTDOWN_SECONDS = 10


def serve(settings: Settings, *, with_demo: bool, workers: int = 0) -> None:
    """Serves until told to stop; without accounts an address that others can reach is refused with InvalidInput.

    With `workers` there is none inside, but so many in processes of their own.
    """
    if not settings.listens_on_loopback and not settings.accounts:
        problem = f"{settings.host} can be reached from other machines, and this service has no accounts."
        raise InvalidInput("", [Finding("host", problem, "Listen on 127.0.0.1, or turn accounts on.")])
    be_lean()
    set_up_log(settings.log_format)
    set_up_traces(settings, part="serve")
    demand_current(settings.database_url, guarded=settings.accounts)
    if with_demo:
        load_made_up_region(settings)
    listening = _listening(settings)
    app = create_app(settings.model_copy(update={"embedded_worker": False}) if workers else settings)
    _tell(listening)
    config = uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=SHUTDOWN_SECONDS)
    services: Services = app.state.services
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)  # uvicorn sends them on once it has ended, and we have yet to tidy up
    with WorkerProcesses(workers) if workers else nullcontext():
        LeavingServer(config, services).run(sockets=[listening])


class LeavingServer(uvicorn.Server):
    """Told to end, it first says for a while that it is not ready, so that callers are sent elsewhere, and then ends."""

    def __init__(self, config: uvicorn.Config, services: Services) -> None:
        super().__init__(config)
        self._services = services

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """A signal to end: the second one is obeyed at once."""
        wait = 0.0 if self._services.leaving.is_set() else self._services.settings.unready_seconds
        self._services.leave()
        threading.Timer(wait, super().handle_exit, (sig, frame)).start()


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
