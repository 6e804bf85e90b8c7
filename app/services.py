"""What a running service has in its hands: settings, store, the packages and layers in memory, its worker."""

import threading
from typing import Any

from app.accounts.guessing import Guesses
from app.accounts.provider import Provider
from app.comparing.plans import LaidOut
from app.jobs.worker import Worker
from app.layers.frames import Layer
from app.metrics import Metrics
from app.settings import Settings
from app.shelf import Shelf
from app.store.session import Store
from geodata.package import Package
from geodata.tiles import Tiling

PACKAGES_KEPT = 4
PLANS_KEPT = 8
LAYERS_KEPT = 12
COMPARISONS_KEPT = 4
TEXTS_KEPT = 8
TILINGS_KEPT = 8
TILES_KEPT = 3000
FILES_KEPT = 6
READINGS_AT_ONCE = 2


class Services:
    """Made once per app, before it serves; nothing is opened until it is used."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.store = Store(settings.database_url)
        self.provider = Provider(settings) if settings.accounts and settings.oidc_issuer else None
        self.guesses = Guesses(settings.most_failed_sign_ins)
        self.packages: Shelf[tuple[str, str], Package] = Shelf(PACKAGES_KEPT)
        self.plans: Shelf[tuple[str, str], LaidOut] = Shelf(PLANS_KEPT)
        self.comparisons: Shelf[tuple[str, str], dict[str, Any]] = Shelf(COMPARISONS_KEPT)
        self.layers: Shelf[tuple[str, str], Layer] = Shelf(LAYERS_KEPT)
        self.texts: Shelf[tuple[str, str, str], list[str]] = Shelf(TEXTS_KEPT)
        self.tilings: Shelf[tuple[str, str, str], Tiling] = Shelf(TILINGS_KEPT)
        self.tiles: Shelf[tuple[str | int, ...], bytes] = Shelf(TILES_KEPT)
        self.files: Shelf[tuple[str, str], bytes] = Shelf(FILES_KEPT)
        self.reading_room = threading.BoundedSemaphore(READINGS_AT_ONCE)
        self.worker = Worker(self.store, settings) if settings.embedded_worker else None
        self._working: threading.Thread | None = None
        self.metrics = Metrics(self.store)
        self.leaving = threading.Event()

    def start(self) -> None:
        """Starts the embedded worker, if there is one."""
        if self.worker is not None:
            self._working = threading.Thread(target=self.worker.work, name="worker")
            self._working.start()

    def leave(self) -> None:
        """Says that the service is about to end: it is not ready any more, and its worker begins nothing new."""
        if self.leaving.is_set():
            return
        self.leaving.set()
        if self.worker is not None:
            self.worker.go()

    def stop(self) -> None:
        """Ends the worker and closes the store."""
        if self.worker is not None and self._working is not None:
            self.leave()
            self._working.join()
        self.store.close()

    def announce(self) -> None:
        """Tells the embedded worker that a run may be waiting; others find it by themselves."""
        if self.worker is not None:
            self.worker.announce()
