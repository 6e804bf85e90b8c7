"""The plan of a run laid out beside today's landscape, kept in memory while it is looked at."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.layers.columns import PlanAndToday
from geodata.package import Package


@dataclass(frozen=True)
class LaidOut:
    """A run's outcome with its plan laid out; `name` is the scenario's."""

    run_id: str
    name: str
    outcome: Mapping[str, Any]
    both: PlanAndToday


def laid_out(run_id: str, name: str, outcome: Mapping[str, Any], package: Package) -> LaidOut:
    """The outcome of a run with its plan laid out; it must hold a plan."""
    return LaidOut(run_id, name, outcome, PlanAndToday.of(outcome, package))
