"""What a child has told and nobody has written down yet: lines of progress, and the best plan where there is a new one."""

from itertools import pairwise
from typing import Any

from app.store import best_plans

MOST_LINES_PER_BEAT = 20


class Heard:
    """Keeps the plans out of the lines, each of which says in `best_plan` which plan was the best just then."""

    def __init__(self) -> None:
        self._lines: list[dict[str, Any]] = []
        self._word: str | None = None
        self.better: list[Any] | None = None
        """Who offers what when in the best plan, as long as it has not been written down."""

    def hear(self, line: dict[str, Any]) -> None:
        """Takes a line in."""
        offers = line.pop("offers", None)
        if offers is not None:
            self._word, self.better = best_plans.word_of(offers), offers
        self._lines.append({**line, "best_plan": self._word})

    def written(self) -> None:
        """Forgets what has been written down."""
        self._lines, self.better = [], None

    def thinned(self) -> list[dict[str, Any]]:
        """The lines that say something new, the newest twenty of them; the last line is always among them."""
        if not self._lines:
            return []
        told = [
            line
            for line, following in pairwise(self._lines)
            if any(line.get(key) != following.get(key) for key in ("phase", "value", "bound"))
        ]
        return [*told, self._lines[-1]][-MOST_LINES_PER_BEAT:]
