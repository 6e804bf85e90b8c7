"""A question: what a run asks of a case, as a frozen value that answers itself."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict

from solver.behaviours import Behaviour
from solver.case import Case
from solver.objective import Objective
from solver.outcome import Outcome
from solver.watch import Watch

Problem = dict[str, str]
"""{where, problem, fix}."""


@dataclass(frozen=True)
class Door:
    """What a question may name, seen before anything is assembled: ids of the scenario and its data."""

    care_types: tuple[str, ...]
    behaviours: tuple[Behaviour, ...]
    """One per care type."""
    outside: frozenset[str]
    """Sites outside the region."""
    pairs: frozenset[tuple[str, str]]
    """(site, care type) that may offer."""
    probabilities: Mapping[str, float | None]
    """Future of the data -> its probability; None where none is given."""
    rules: tuple[dict[str, Any], ...] = ()
    """Rules of the scenario, expanded, as the canonical scenario lists them."""


class Question(BaseModel, ABC):
    """One kind of question. ``answer`` never raises for a scenario that merely has no plan."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @abstractmethod
    def answer(self, case: Case, watch: Watch) -> Outcome:
        """The outcome; the caller verifies it before anybody sees it."""

    def problems(self, door: Door) -> Iterable[Problem]:
        """What is wrong with the question, known at the door; names of sites and modes are checked there for every question."""
        return ()

    def measures(self) -> Sequence[Objective]:
        """Objectives that the question itself asks about, besides the scenario's."""
        return ()
