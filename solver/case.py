"""A case: one scenario about one landscape, read and ready to be asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from solver.landscape import Landscape
from solver.objective import Objective
from solver.outcome import Outcome
from solver.rule import Rule
from solver.watch import Watch

PlainTables = Mapping[str, Mapping[str, NDArray[Any]]]
"""Table name -> column -> values; how data travel between packages."""
Formulation = Literal["auto", "compact", "layouts", "by_price"]
ENOUGH_SECONDS = 300.0


class Limits(BaseModel):
    """How long a question may take and how exact its answer must be."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    seconds: float = Field(
        default=ENOUGH_SECONDS, gt=0, le=86_400, description="Wall clock of the whole question [seconds]."
    )
    relative_gap: float = Field(default=0.0, ge=0, description="Stop when value and bound are this close, relative.")
    workers: int = Field(default=1, ge=1, le=64, description="Processes to use.")
    seed: int = Field(default=0, ge=0, lt=2**31, description="Seed of the solver's random choices.")
    formulation: Formulation = Field(
        default="auto",
        description="How the policy is written for the solver; auto chooses by size and rules. compact: one column per decision; layouts: whole layouts of "
        "a care type as columns; by_price: large steered care types by prices. One that does not cover the scenario is refused.",
    )


class Question(Protocol):
    """What is asked of a case; it answers itself (questions/)."""

    def answer(self, case: Case, watch: Watch) -> Outcome:
        """The outcome, not yet verified."""


@dataclass(frozen=True)
class Case:
    """Everything a question needs.

    ``scenario`` is the canonical JSON: all defaults spelled out, rules expanded, each with its id. ``rules`` and ``objectives`` are the same as values.
    """

    tables: PlainTables
    land: Landscape
    scenario: Mapping[str, Any]
    rules: tuple[Rule, ...]
    objectives: tuple[Objective, ...]
    question: Question
    limits: Limits
    warnings: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    future: str = "base"
    """The future whose numbers these are."""
    in_future: Callable[[str], Case] | None = None
    """The same scenario with another future's numbers, made by whoever made this case."""
    with_behaviours: Callable[[Mapping[str, Any]], Case] | None = None
    """The same scenario with other behaviours (JSON by care type), made by whoever made this case."""

    def without(self, rule_ids: set[str]) -> Case:
        """The same case with some rules left out."""
        return replace(self, rules=tuple(rule for rule in self.rules if rule.id not in rule_ids))


@dataclass(frozen=True)
class Flows:
    """Who goes where, as arrays of equal length: indices of area, site, care type and period, and cases/year."""

    area: NDArray[np.int64]
    site: NDArray[np.int64]
    care_type: NDArray[np.int64]
    period: NDArray[np.int64]
    cases: NDArray[np.float64]

    @classmethod
    def none(cls) -> Flows:
        """Nobody."""
        empty = np.zeros(0, np.int64)
        return cls(empty, empty, empty, empty, np.zeros(0))

    @classmethod
    def joined(cls, parts: list[Flows]) -> Flows:
        """Several, one after another."""
        if not parts:
            return cls.none()
        return cls(
            *(
                np.concatenate([vars(part)[name] for part in parts])
                for name in ("area", "site", "care_type", "period", "cases")
            )
        )
