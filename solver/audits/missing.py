"""What the tables do not say although a rule, objective or behaviour needs it.

Every place at once, each with its remedy.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Gap:
    """One thing that is missing: where, what is wrong, and what would fix it."""

    where: str
    problem: str
    fix: str

    def text(self) -> str:
        """The gap as one sentence."""
        return f"{self.where}: {self.problem}; {self.fix}."


class MissingData(ValueError):
    """The tables lack something that is needed; `gaps` lists every place."""

    def __init__(self, gaps: Sequence[Gap]) -> None:
        self.gaps = tuple(gaps)
        super().__init__(" ".join(gap.text() for gap in self.gaps[:20]))

    def __reduce__(self) -> "tuple[type[MissingData], tuple[tuple[Gap, ...]]]":
        """Whole again in another process."""
        return MissingData, (self.gaps,)


def missing(where: str, problem: str, fix: str) -> MissingData:
    """A single gap as an error to raise."""
    return MissingData([Gap(where, problem, fix)])
