"""Watching a solve: what it reports on its way, and how it is asked to stop and keep the best plan."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Offer = tuple[str, str, str]
"""(site_id, care_type_id, period) of an offered pair."""
Heard = Callable[[float | None, float | None, NDArray[np.float64] | None], None]
"""Hears value and bound of what is minimised and, where it is known, the vector of the best plan."""


class OutOfTime(Exception):
    """The time was over, or somebody asked to stop, before something was made that is of no use half made."""


@dataclass(frozen=True)
class Progress:
    """Where a solve stands: the first objective still open, its best value and bound so far."""

    phase: str
    """validating, building, solving, explaining, auditing or publishing."""
    seconds: float
    """Since the question was asked."""
    value: float | None = None
    """Value of the best plan found, in the objective's unit."""
    bound: float | None = None
    gap: float | None = None
    note: str = ""
    offers: tuple[Offer, ...] | None = None
    """Who offers what when in the plan with that value; None where it is not a new plan, or is not told."""


def gap_between(value: float | None, bound: float | None) -> float | None:
    """|value - bound| / max(|value|, 1e-9); None without both."""
    if value is None or bound is None:
        return None
    return abs(value - bound) / max(abs(value), 1e-9)


@dataclass
class _Wish:
    """The wish to stop, shared by all who watch over parts of one solve."""

    heard: threading.Event = field(default_factory=threading.Event)
    at: float = float("inf")


class Watch:
    """One solve's clock, its listener, and the wish to stop it. Safe to use from a signal handler or another thread."""

    def __init__(self, on_progress: Callable[[Progress], None] | None = None) -> None:
        self._on_progress = on_progress
        self._wish = _Wish()
        self._began = time.monotonic()
        self._deadline = self._whole = float("inf")
        self.tells_plans = False
        """It watches over the question's own optimum: a plan found on the way is the best so far."""

    def start(self, seconds: float, *, gone: float = 0.0) -> None:
        """Start the clock of a question that may take ``seconds``, of which some are ``gone`` already."""
        self._began = time.monotonic() - gone
        self._deadline = self._whole = self._began + seconds

    def over_a_part(self, seconds: float) -> Watch:
        """A watch over a part of the same solve: the same clock, listener and wish to stop, and at most ``seconds`` of the time that is left."""
        part = Watch(self._on_progress)
        part._wish, part._began, part._whole = self._wish, self._began, self._whole
        part.tells_plans = self.tells_plans
        part._deadline = min(self._deadline, time.monotonic() + max(0.0, seconds))
        return part

    def over_the_optimum(self) -> Watch:
        """A watch over the search for the question's own optimum, which tells of better plans too."""
        part = self.over_a_part(float("inf"))
        part.tells_plans = True
        return part

    def over_the_whole(self) -> Watch:
        """A watch over the whole solve of which this one watches a part, for what is worked out once and serves all parts."""
        whole = self.over_a_part(0.0)
        whole._deadline = self._whole
        return whole

    def stop(self) -> None:
        """Ask the solve to end soon and keep the best plan found."""
        self._wish.at = min(self._wish.at, time.monotonic())
        self._wish.heard.set()

    @property
    def stopped(self) -> bool:
        """Somebody asked to stop."""
        return self._wish.heard.is_set()

    @property
    def cancelled(self) -> bool:
        """Somebody asked to stop before the question's time limit had passed."""
        return self._wish.at < self._whole

    @property
    def seconds(self) -> float:
        """Seconds since the question was asked."""
        return time.monotonic() - self._began

    @property
    def left(self) -> float:
        """Seconds left until the time limit, never negative."""
        return max(0.0, self._deadline - time.monotonic())

    @property
    def out_of_time(self) -> bool:
        """The time limit has passed."""
        return self.left <= 0.0

    @property
    def over(self) -> bool:
        """Stopped or out of time."""
        return self.stopped or self.out_of_time

    def report(
        self,
        phase: str,
        *,
        value: float | None = None,
        bound: float | None = None,
        note: str = "",
        offers: Iterable[Offer] | None = None,
    ) -> None:
        """Tell the listener where things stand; ``offers`` where a better plan was found and this watch tells of plans."""
        if self._on_progress is not None:
            plan = None if offers is None or not self.tells_plans else tuple(offers)
            self._on_progress(Progress(phase, self.seconds, value, bound, gap_between(value, bound), note, plan))
