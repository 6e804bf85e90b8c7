"""Rounds: what passes between a question that falls apart and whoever runs its parts, all of it plain JSON values."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any, Protocol

from solver.answer import Answering
from solver.watch import Watch

Json = dict[str, Any]
Answers = Sequence[Json | None]
"""Of one round, in the order of its parts; None for a part that was not begun in time."""
Rounds = Sequence[Answers]
"""Of the rounds so far."""
LEAST_SECONDS = 0.1
"""Every part gets this much, however little time is left."""


@dataclass(frozen=True)
class Round:
    """Parts that can be answered side by side, and which share of the time left they may take together."""

    parts: tuple[Json, ...]
    share: float = 1.0


class FallsApart(Protocol):
    """Who answers parts (parted.py)."""

    def answer_part(self, answering: Answering, part: Json, rounds: Rounds, watch: Watch) -> Json:
        """The answer to one part."""


def as_json(value: Any) -> Any:
    """A value as whoever reads it from JSON sees it. Raises ValueError for numbers that JSON does not have."""
    return json.loads(json.dumps(value, allow_nan=False))


def share_of(watch: Watch, waiting: int, workers: int = 1) -> float:
    """How long the next part may take when so many wait for so many workers [seconds]."""
    return max(LEAST_SECONDS, watch.left / ceil(waiting / workers))
