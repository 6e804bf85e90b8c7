"""What is wrong with a data package: where, what, and what would fix it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

Severity = Literal["error", "warning"]
LISTED = 20
"""At most so many findings of one kind are listed one by one; the rest share a line that counts them."""


@dataclass(frozen=True)
class Problem:
    """One finding; `row` is the data row, counted from 1 under the header; None where the whole table is meant."""

    severity: Severity
    table: str
    row: int | None
    field: str
    problem: str
    fix: str

    def text(self) -> str:
        """The finding on one line, as the command line shows it; the line number counts the header as line 1."""
        place = self.table
        if self.row is not None:
            place += f", row {self.row} (line {self.row + 1})"
        if self.field:
            place += f", {self.field}"
        return f"{self.severity}: {place}: {self.problem} {self.fix}".rstrip()


@dataclass
class Findings:
    """Collects problems while a package is read; every problem at once, not the first one met."""

    problems: list[Problem] = field(default_factory=list)

    @property
    def has_errors(self) -> bool:
        """Is there any finding that refuses the package?"""
        return any(p.severity == "error" for p in self.problems)

    def error(self, table: str, problem: str, fix: str, *, row: int | None = None, field: str = "") -> None:
        """Add a finding that refuses the package."""
        self.problems.append(Problem("error", table, row, field, problem, fix))

    def warn(self, table: str, problem: str, fix: str, *, row: int | None = None, field: str = "") -> None:
        """Add a finding that is shown and refuses nothing."""
        self.problems.append(Problem("warning", table, row, field, problem, fix))

    def rows(
        self,
        severity: Severity,
        table: str,
        field: str | Sequence[str],
        rows: Sequence[int] | np.ndarray[Any, Any],
        say: Callable[[int], str],
        fix: str | Callable[[int], str],
    ) -> None:
        """Add like findings at data `rows` (and a field each, or one for all); `say(i)` and `fix(i)` word the i-th.

        Beyond LISTED they share one line with the count and the row numbers.
        """
        for i, row in enumerate(rows[:LISTED]):
            place = field if isinstance(field, str) else field[i]
            self.problems.append(
                Problem(severity, table, int(row), place, say(i), fix if isinstance(fix, str) else fix(i))
            )
        rest = rows[LISTED:]
        if len(rest):
            text = f"The same {len(rest):,} more times, in rows {ranges(rest)}."
            remedy = fix if isinstance(fix, str) else fix(len(rows) - 1)
            self.problems.append(Problem(severity, table, None, field if isinstance(field, str) else "", text, remedy))

    def places(
        self, severity: Severity, table: str, field: str, count: int, say: Callable[[int], str], fix: str, what: str
    ) -> None:
        """Add `count` like findings that have no row of their own (absent pairs); beyond LISTED they share one line."""
        for i in range(min(count, LISTED)):
            self.problems.append(Problem(severity, table, None, field, say(i), fix))
        if count > LISTED:
            text = f"The same for {count - LISTED:,} more {what}, the last one: {say(count - 1)}"
            self.problems.append(Problem(severity, table, None, field, text, fix))


def ranges(rows: Iterable[int]) -> str:
    """Row numbers as people write them: 3-5, 9, 12-40; at most 40 stretches, then the count of the others."""
    stretches: list[list[int]] = []
    for row in sorted({int(r) for r in rows}):
        if stretches and stretches[-1][1] == row - 1:
            stretches[-1][1] = row
        else:
            stretches.append([row, row])
    shown = ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in stretches[:40])
    left = sum(b - a + 1 for a, b in stretches[40:])
    return f"{shown} and {left:,} others up to {stretches[-1][1]}" if left else shown


def names(values: Sequence[str] | np.ndarray[Any, Any], at_most: int = LISTED) -> str:
    """A list of names for a sentence: at most 20 of them, then how many more."""
    shown = ", ".join(str(v) for v in values[:at_most])
    return f"{shown} and {len(values) - at_most:,} more" if len(values) > at_most else shown
