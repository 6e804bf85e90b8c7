"""Guessing held off: an address from which too many sign-ins failed is not listened to for a while."""

import hashlib
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from app.errors import NotSignedIn, TooMany

WINDOW_SECONDS = 60.0
MOST_REMEMBERED = 10_000
"""Addresses with failures, and credentials that held; the oldest are forgotten."""
WAIT = "Too many sign-ins from this address have failed; wait a minute."


class Guesses:
    """The failed sign-ins of the last minute by address, as this process saw them; safe for several threads.

    What held from an address before is still let in from there, so that nobody can lock out others behind the same proxy.
    """

    def __init__(self, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._clock = most, clock
        self._failures: OrderedDict[str, deque[float]] = OrderedDict()
        self._held: OrderedDict[tuple[str, bytes], None] = OrderedDict()
        self._lock = threading.Lock()

    @contextmanager
    def attempt(self, address: str, credential: str) -> Iterator[None]:
        """One attempt to sign in, which fails when NotSignedIn leaves the block; raises TooMany before it is made."""
        mark = (address, hashlib.sha256(credential.encode("utf-8", "surrogatepass")).digest())
        with self._lock:
            if mark not in self._held and len(self._recent(address)) >= self._most:
                raise TooMany(WAIT)
        try:
            yield
        except NotSignedIn:
            with self._lock:
                self._held.pop(mark, None)
                self._recent(address).append(self._clock())
            raise
        with self._lock:
            self._held[mark] = None
            self._held.move_to_end(mark)
            _forget_oldest(self._held)

    def _recent(self, address: str) -> deque[float]:
        """When sign-ins from the address failed, of the last minute and no more than count."""
        failures = self._failures.setdefault(address, deque(maxlen=self._most))
        _forget_oldest(self._failures)
        while failures and failures[0] <= self._clock() - WINDOW_SECONDS:
            failures.popleft()
        return failures


def _forget_oldest(kept: OrderedDict[str, deque[float]] | OrderedDict[tuple[str, bytes], None]) -> None:
    while len(kept) > MOST_REMEMBERED:
        kept.popitem(last=False)
