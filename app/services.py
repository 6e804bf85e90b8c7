"""What a running service has in its hands: settings, store, the packages and layers in memory, its worker."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from app.comparing.plans import LaidOut
from app.jobs.worker import Worker
from app.layers import Layer
from app.settings import Settings
from app.store.session import Store
from geodata.package import Package

PACKAGES_KEPT = 4
PLANS_KEPT = 8
LAYERS_KEPT = 12
COMPARISONS_KEPT = 4
READINGS_AT_ONCE = 2

Key = TypeVar("Key")
Kept = TypeVar("Kept")


class Shelf(Generic[Key, Kept]):
    """The last few immutable things that were asked for; safe for several threads, each thing made by one of them."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._kept: OrderedDict[Key, Kept] = OrderedDict()
        self._lock = threading.Lock()
        self._making: dict[Key, threading.Lock] = {}

    def get(self, key: Key, make: Callable[[], Kept]) -> Kept:
        """The thing on the shelf, or the one that `make` gives, put on the shelf."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
            making = self._making.setdefault(key, threading.Lock())
        with making:
            with self._lock:
                if key in self._kept:
                    return self._kept[key]
            made = make()
            with self._lock:
                self._kept[key] = made
                self._making.pop(key, None)
                while len(self._kept) > self._room:
                    self._kept.popitem(last=False)
            return made


class Services:
    """Made once per app, before it serves; nothing is opened until it is used."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.store = Store(settings.database_url)
        self.packages: Shelf[tuple[str, str], Package] = Shelf(PACKAGES_KEPT)
        self.plans: Shelf[tuple[str, str], LaidOut] = Shelf(PLANS_KEPT)
        self.comparisons: Shelf[tuple[str, str], dict[str, Any]] = Shelf(COMPARISONS_KEPT)
        self.layers: Shelf[tuple[str, str], Layer] = Shelf(LAYERS_KEPT)
        self.reading_room = threading.BoundedSemaphore(READINGS_AT_ONCE)
        self.worker = Worker(self.store, settings) if settings.embedded_worker else None
        self._working: threading.Thread | None = None

    def start(self) -> None:
        """Starts the embedded worker, if there is one."""
        if self.worker is not None:
            self._working = threading.Thread(target=self.worker.work, name="worker")
            self._working.start()

    def stop(self) -> None:
        """Ends the worker and closes the store."""
        if self.worker is not None and self._working is not None:
            self.worker.go()
            self._working.join()
        self.store.close()

    def announce(self) -> None:
        """Tells the embedded worker that a run may be waiting; others find it by themselves."""
        if self.worker is not None:
            self.worker.announce()
