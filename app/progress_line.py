"""The line on a terminal that shows phase, seconds, best value, bound and gap of the question being answered."""

import sys
import time
from typing import IO

from solver.watch import Progress

LINE_EVERY_SECONDS = 0.2


class ProgressLine:
    """One line that keeps itself up to date; without a terminal it is silent."""

    def __init__(self, terminal: IO[str] | None) -> None:
        self._terminal = terminal
        self._shown = 0.0
        self._note = ""

    def show(self, progress: Progress) -> None:
        """Shows a progress, at most five times a second."""
        now = time.monotonic()
        if self._terminal is None or now - self._shown < LINE_EVERY_SECONDS:
            return
        self._shown = now
        parts = [f"{progress.seconds:6.1f} s", progress.phase]
        if progress.value is not None:
            parts.append(f"best {progress.value:,.6g}")
        if progress.bound is not None:
            parts.append(f"bound {progress.bound:,.6g}")
        if progress.gap is not None:
            parts.append(f"gap {progress.gap:.3%}")
        parts += [part for part in (progress.note, self._note) if part]
        self._write("  ".join(parts))

    def stopping(self) -> None:
        """Says that the stop was heard."""
        self._note = "(stopping, the best plan is kept; once more: leave without it)"
        self._write(self._note)

    def end(self) -> None:
        """Leaves the line empty."""
        self._write("")

    def _write(self, text: str) -> None:
        if self._terminal is not None:
            self._terminal.write(f"\r\x1b[2K{text}")
            self._terminal.flush()


def stderr_terminal() -> IO[str] | None:
    """Standard error when a person is looking at it."""
    return sys.stderr if sys.stderr.isatty() else None
