"""A question: what a run asks of a case, as a frozen value that answers itself."""

from __future__ import annotations

from abc import ABC, abstractmethod

from pydantic import BaseModel, ConfigDict

from solver.case import Case
from solver.outcome import Outcome
from solver.watch import Watch


class Question(BaseModel, ABC):
    """One kind of question. ``answer`` never raises for a scenario that merely has no plan."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @abstractmethod
    def answer(self, case: Case, watch: Watch) -> Outcome:
        """The outcome; the caller verifies it before anybody sees it."""
