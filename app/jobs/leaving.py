"""The wish that a worker leaves: nothing new is begun, and what is at work may finish for a little while."""

import math
import threading
import time


class Leaving:
    """Told once, from any thread or a signal handler; told twice, it is meant at once."""

    def __init__(self, finish_seconds: float) -> None:
        self._finish_seconds = finish_seconds
        self._until = math.inf
        self.told = threading.Event()

    def tell(self) -> None:
        """The worker is to leave."""
        self._until = time.monotonic() + (0.0 if self.told.is_set() else self._finish_seconds)
        self.told.set()

    @property
    def until(self) -> float:
        """When what is still at work is to be given back [seconds of the monotonic clock]; infinite before it is told."""
        return self._until

    @property
    def now(self) -> bool:
        """Whether what is still at work is to be given back."""
        return time.monotonic() >= self._until
