"""From a layout to an answer: today's landscape beside it, the audit's numbers, and the verdict."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from solver.audits.audit import Audit, Auditor
from solver.audits.flows import FlowTable
from solver.audits.objectives import MAXIMISED
from solver.behaviours import Steered
from solver.case import Case, Flows
from solver.landscape import Reach
from solver.outcome import Outcome, Verdict
from solver.rules.capacity import Capacity
from solver.solved import PROVED_GAP, Layout, Solved
from solver.transport import transport
from solver.watch import gap_between

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
T = TypeVar("T")
BOUND_NOISE = 1e-7
"""How far, relative, HiGHS's bound may lie above the exact value through rounding; more than this is a contradiction and is not published."""


@dataclass(frozen=True)
class Baseline:
    """Today's landscape under the scenario's behaviours, audited; None where nothing is offered today."""

    audit: Audit
    layout: Layout
    note: str = ""


class Answering:
    """One case on its way to an answer: its auditor and today's landscape, each made once."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self._auditor = Auditor(case.tables, case.scenario, case.future)
        self._known: dict[Hashable, Any] = {}

    def once(self, what: Hashable, make: Callable[[], T]) -> T:
        """What is worked out about the case when it is first needed, and kept for whatever is asked of it next."""
        if what not in self._known:
            self._known[what] = make()
        known: T = self._known[what]
        return known

    @cached_property
    def today(self) -> Baseline | None:
        """Today's landscape. Steered patients travel least within capacity, or without it where capacity cannot hold them."""
        land = self.case.land
        if not land.offered_today.any():
            return None
        layout, note = self.drawn(np.repeat(land.offered_today[:, :, None], len(land.periods), axis=2))
        return Baseline(self._auditor.audit_today(self._flow_table(layout)), layout, note)

    def drawn(self, offered: Bools) -> tuple[Layout, str]:
        """A plan as drawn, whatever it breaks: steered patients travel least within capacity, or without it where that cannot hold.

        Cases that reach no offering site stay unserved. The second part says what had to give.
        """
        steered = [k for k, behaviour in enumerate(self.case.land.behaviours) if isinstance(behaviour, Steered)]
        found = [self._drawn_flows(offered, k, t) for k in steered for t in range(offered.shape[2])]
        note = (
            ""
            if all(held for _, held in found)
            else "capacity cannot hold the patients of this plan: steered without it"
        )
        return Layout(offered, Flows.joined([flows for flows, _ in found])), note

    def _drawn_flows(self, offered: Bools, k: int, t: int) -> tuple[Flows, bool]:
        """Least travel of one steered care type in one period, and whether capacity held it."""
        land = self.case.land
        minutes = np.where(offered[:, k, t], land.reach_minutes(Reach(land.behaviours[k].mode)), np.inf)
        areas = np.flatnonzero((land.demand[:, k, t] > 0) & np.isfinite(minutes).any(axis=1))
        cases = land.demand[areas, k, t]
        weight = np.where(land.area_in_region[areas], cases, 0.0)
        room = np.maximum(self._capacity(k, t) - land.external[:, k, t], 0.0)
        behaviour = land.behaviours[k]
        undivided = isinstance(behaviour, Steered) and behaviour.undivided
        sent = transport(minutes[areas], cases, weight, room, undivided=undivided)
        within = sent is not None
        if sent is None:
            sent = transport(minutes[areas], cases, weight, np.full(len(room), np.inf))
        assert sent is not None, "areas that reach no site were left out"
        area, site, amount = sent
        return Flows(areas[area], site, np.full(len(area), k), np.full(len(area), t), amount), within

    def _capacity(self, k: int, t: int) -> Floats:
        """[S] the smallest capacity any hard capacity rule allows [cases/year]."""
        land = self.case.land
        room = np.full(len(land.site_ids), np.inf)
        for rule in self.case.rules:
            if (
                isinstance(rule, Capacity)
                and rule.hardness == "hard"
                and k in rule.which(land)
                and t in rule.when(land)
            ):
                room = np.minimum(room, rule.factor * land.capacity[:, k, t])
        return room

    def audited(self, layout: Layout, under: Auditor | None = None) -> Audit:
        """The audit of a layout, today's flows beside it; ``under`` the rules of another auditor of the same tables."""
        auditor = self._auditor if under is None else under
        return auditor.audit(self.case.land.offers_of(layout.offered), self._flow_table(layout), self._flows_today)

    @cached_property
    def _flows_today(self) -> FlowTable | None:
        return None if self.today is None else self._flow_table(self.today.layout)

    def outcome(self, solved: Solved) -> Outcome:
        """The outcome of one optimisation, every number from the audit."""
        case, today = self.case, self.today
        warnings = [*case.warnings, *([f"baseline: {today.note}"] if today is not None and today.note else [])]
        common: dict[str, Any] = {
            "scenario": case.scenario,
            "stopped_by": solved.stopped_by,
            "baseline": self._baseline_json(),
            "assumed": list(case.assumed),
            "warnings": warnings,
            "trace": [{"seconds": round(s, 3), "value": v, "bound": b} for s, v, b in solved.trace],
            "provenance": {
                "formulation": solved.formulation,
                "size": dict(zip(("rows", "columns", "nonzeros"), solved.size, strict=True)),
            },
        }
        if solved.layout is None:
            verdict: Verdict = "infeasible" if solved.infeasible else "no_plan_found"
            return Outcome(
                outcome=verdict,
                objectives=objective_lines(case, [None] * len(case.objectives), solved.bounds),
                **common,
            )
        checked = self.audited(solved.layout)
        objectives = objective_lines(case, self.values(solved, checked), solved.bounds)
        proved = all(line["gap"] is not None and line["gap"] <= PROVED_GAP for line in objectives)
        return Outcome(
            outcome="optimal" if proved else "feasible",
            objectives=objectives,
            plan=self.plan_json(solved.layout, checked),
            measures=checked.measures,
            norms=checked.norms,
            breaches=checked.breaches,
            ties=checked.tie_rows,
            **common,
        )

    def values(self, solved: Solved, checked: Audit) -> list[float | None]:
        """Each objective's value: the plan's, by the audit. One with a tolerance shows the value found, which later objectives may have moved away from."""
        values = [line["value"] for line in checked.objectives]
        for position, objective in enumerate(self.case.objectives[:-1]):
            if (
                objective.tolerance > 0
                and position < len(solved.values)
                and (found := solved.values[position]) is not None
            ):
                kind = self.case.scenario["objectives"][position]["objective"]
                values[position] = -found if kind in MAXIMISED else found
        return values

    def plan_json(self, layout: Layout, checked: Audit) -> dict[str, Any]:
        """Who offers what when, the volumes, and the flows that the planner decided."""
        land = self.case.land
        steered = [land.care_types[k] for k, behaviour in enumerate(land.behaviours) if isinstance(behaviour, Steered)]
        return {
            "offers": self.offers_json(layout),
            "volumes": checked.volumes,
            "flows": checked.flows.rows(steered),
        }

    def offers_json(self, layout: Layout) -> list[dict[str, str]]:
        """Who offers what when."""
        offered = self.case.land.offers_of(layout.offered)
        return [{"site_id": s, "care_type_id": k, "period": t} for s, k, t in offered]

    def _baseline_json(self) -> dict[str, Any] | None:
        if self.today is None:
            return None
        audit = self.today.audit
        return {
            "measures": audit.measures,
            "plan": self.plan_json(self.today.layout, audit),
            "norms": audit.norms,
            "breaches": audit.breaches,
        }

    def _flow_table(self, layout: Layout) -> FlowTable:
        land, flows = self.case.land, layout.flows
        return FlowTable(
            land.area_ids,
            land.site_ids,
            land.care_types,
            land.periods,
            flows.area,
            flows.site,
            flows.care_type,
            flows.period,
            flows.cases,
        )


def objective_lines(case: Case, values: Sequence[float | None], bounds: Sequence[float | None]) -> list[dict[str, Any]]:
    """One line per objective: the audit's value beside the solver's bound, which is a bound of the measure as it is minimised."""
    padded = [*bounds, *[None] * (len(case.objectives) - len(bounds))]
    written = case.scenario["objectives"]
    return [
        _line(kind["objective"], objective.unit_in(case.land), value, bound)
        for kind, objective, value, bound in zip(written, case.objectives, values, padded, strict=True)
    ]


def _line(kind: str, unit: str, value: float | None, bound: float | None) -> dict[str, Any]:
    """A bound within rounding of the value is the value: it claims neither more nor less."""
    sign = -1.0 if kind in MAXIMISED else 1.0
    bound = None if bound is None else sign * bound
    if value is not None and bound is not None:
        beyond = sign * (bound - value) / max(1.0, abs(value))
        if -PROVED_GAP <= beyond <= BOUND_NOISE:
            bound = value
    return {"objective": kind, "value": value, "unit": unit, "bound": bound, "gap": gap_between(value, bound)}
