"""The outcome: one frozen answer to one question, with everything needed to check it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar, Literal

Verdict = Literal["optimal", "feasible", "infeasible", "no_plan_found"]


@dataclass(frozen=True)
class Outcome:
    """The answer as contract.md section 3 names it. Every part is plain JSON; parts that a question does not have are None and left out.

    ``outcome`` says what we hold, ``stopped_by`` why the solve ended: two fields, never mixed.
    """

    outcome: Verdict
    stopped_by: str
    scenario: Mapping[str, Any]
    objectives: list[dict[str, Any]] = field(default_factory=list)
    plan: dict[str, Any] | None = None
    baseline: dict[str, Any] | None = None
    measures: dict[str, Any] | None = None
    norms: list[dict[str, Any]] = field(default_factory=list)
    breaches: list[dict[str, Any]] = field(default_factory=list)
    diagnosis: dict[str, Any] | None = None
    points: list[dict[str, Any]] | None = None
    complete: bool | None = None
    count_at_least: int | None = None
    steps: list[dict[str, Any]] | None = None
    alternatives: list[dict[str, Any]] | None = None
    prices: list[dict[str, Any]] | None = None
    futures: list[dict[str, Any]] | None = None
    one_site_out: list[dict[str, Any]] | None = None
    regrets: list[dict[str, Any]] | None = None
    canonical: bool = False
    other_optima: dict[str, Any] | None = None
    ties: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    assumed: list[str] = field(default_factory=list)
    verification: dict[str, Any] | None = None
    provenance: dict[str, Any] = field(default_factory=dict)
    trace: list[dict[str, Any]] = field(default_factory=list)

    OPTIONAL: ClassVar = (
        "diagnosis",
        "points",
        "complete",
        "count_at_least",
        "steps",
        "alternatives",
        "prices",
        "futures",
        "one_site_out",
        "regrets",
    )

    def to_json(self) -> dict[str, Any]:
        """A JSON-ready mapping; answers that this question does not give are left out."""
        every = {part.name: vars(self)[part.name] for part in fields(self)}
        return {name: value for name, value in every.items() if value is not None or name not in Outcome.OPTIONAL}
