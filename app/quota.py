"""How large a question's model would be, counted from the tables before anything is built, and what is too large."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from app.errors import Finding, InvalidInput
from app.hard_stop import seconds_of
from app.settings import Settings
from solver.case import PlainTables


@dataclass(frozen=True)
class ModelSize:
    """What a question is about, in counts; `cells` is areas x offered pairs x periods x futures."""

    areas: int
    sites: int
    care_types: int
    periods: int
    futures: int
    pairs: int

    @property
    def cells(self) -> int:
        """The numbers of a model that writes every flow out."""
        return self.areas * self.pairs * self.periods * self.futures


def model_size(tables: PlainTables, scenario: Mapping[str, Any]) -> ModelSize:
    """The counts of a scenario about these tables; what the scenario has wrong is told elsewhere."""
    named = scenario.get("care_types")
    every = _column(tables, "care_types", "care_type_id")
    care_types = [each for each in every if each in named] if isinstance(named, list) else every
    periods, question = scenario.get("periods"), scenario.get("question")
    futures = question.get("futures") if isinstance(question, Mapping) else None
    return ModelSize(
        areas=len(_column(tables, "areas", "area_id")),
        sites=len(_column(tables, "sites", "site_id")),
        care_types=len(care_types),
        periods=len(periods) if isinstance(periods, list) else max(1, len(_column(tables, "periods", "period_id"))),
        futures=len(futures) if isinstance(futures, list) else 1,
        pairs=int(np.isin(_column(tables, "site_care", "care_type_id"), care_types).sum()),
    )


def demand_within(size: ModelSize, settings: Settings) -> None:
    """Raises InvalidInput with every quota that the model would exceed."""
    counted = (
        ("areas", size.areas, settings.most_areas),
        ("sites", size.sites, settings.most_sites),
        ("care_types", size.care_types, settings.most_care_types),
        ("periods", size.periods, settings.most_periods),
        ("futures", size.futures, settings.most_futures),
        ("model_cells", size.cells, settings.most_model_cells),
    )
    found = [
        Finding(name, f"{count} is more than this service's quota most_{name}, {most}.", _fix(name))
        for name, count, most in counted
        if count > most
    ]
    if found:
        raise InvalidInput("The question is larger than this service takes; nothing was built.", found)


def queue_of(size: ModelSize, scenario: Mapping[str, Any], settings: Settings) -> Literal["small", "big"]:
    """Which queue a question waits in, so that a big solve does not block small ones."""
    quick = (seconds_of(scenario) or settings.solve_seconds) <= settings.small_seconds
    return "small" if quick and size.cells <= settings.small_model_cells else "big"


def _column(tables: PlainTables, table: str, column: str) -> list[str]:
    return [str(value) for value in tables.get(table, {}).get(column, ())]


def _fix(name: str) -> str:
    if name == "model_cells":
        return "Ask about fewer care types, periods or futures at a time, or join small areas in the data."
    return f"Ask about fewer {name.replace('_', ' ')}, or ask the operator for a larger quota."
