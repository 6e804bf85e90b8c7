"""One plan as an outcome for several futures: audited in each, its rows told apart by future, its objectives combined into one number each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from solver.answer import Answering, objective_lines
from solver.audits.audit import Audit
from solver.audits.objectives import MAXIMISED
from solver.outcome import Outcome, Verdict
from solver.plan_order import worth_of
from solver.robust_search import Stance
from solver.solve_jointly import SolvedJointly
from solver.solved import PROVED_GAP, Layout

Json = dict[str, Any]
BASE = "base"


class ToldByFuture:
    """A found plan as an outcome: audited in each future, its rows told apart by future."""

    def __init__(
        self, base: Answering, answerings: Mapping[str, Answering], stance: Stance, found: SolvedJointly
    ) -> None:
        self._base, self._stance, self._found = base, stance, found
        self._futures, self._answerings = list(answerings), list(answerings.values())
        self._audits: list[Audit] = [
            answering.audited(layout) for answering, layout in zip(self._answerings, found.layouts, strict=False)
        ]

    def outcome(self) -> Outcome:
        """The outcome; without a plan, what is known all the same."""
        solved = self._found.solved
        told = self._base.outcome(replace(solved, layout=None, bounds=()))
        told = replace(told, baseline=self._baseline(told.baseline), warnings=self._warnings(told.warnings))
        if not self._audits:
            lines = self._lines([None] * len(self._base.case.objectives))
            return replace(told, objectives=lines, futures=[])
        lines = self._lines(self._values())
        proved = all(line["gap"] is not None and line["gap"] <= PROVED_GAP for line in lines)
        verdict: Verdict = "optimal" if proved else "feasible"
        first = self._audits[0]
        return replace(
            told,
            outcome=verdict,
            objectives=lines,
            plan=self._plan(self._found.layouts),
            measures=first.measures,
            norms=[row for audit in self._audits for row in audit.norms],
            breaches=[row for audit in self._audits for row in audit.breaches],
            ties=self._tagged([audit.tie_rows for audit in self._audits]),
            futures=[self._future(i) for i in range(len(self._futures))],
            canonical=solved.canonical,
            other_optima={
                "exist": bool(solved.others),
                "complete": solved.others_complete,
                "plans": [self._base.offers_json(layout) for layout in solved.others],
            },
            assumed=[*told.assumed, f"measures are those of future {self._futures[0]}"],
        )

    def _values(self) -> list[float | None]:
        """The combined objectives. One with a tolerance shows the value found, which later objectives may have moved away from."""
        worth = np.array([worth_of(audit.objectives) for audit in self._audits])
        values: list[float | None] = []
        for i, objective in enumerate(self._base.case.objectives):
            found = self._found.solved.values[i] if i < len(self._found.solved.values) else None
            stays = objective.tolerance == 0 or i + 1 == worth.shape[1] or found is None
            value = float(self._stance.over_futures(i, worth[:, [i]])[0]) if stays or found is None else found
            loss = self._stance.attitude == "regret" and i == 0
            values.append(None if not np.isfinite(value) else value if loss else self._sign(i) * value)
        return values

    def _sign(self, i: int) -> float:
        return -1.0 if self._base.case.scenario["objectives"][i]["objective"] in MAXIMISED else 1.0

    def _lines(self, values: Sequence[float | None]) -> list[Json]:
        """The combined objectives, each with how it was combined."""
        lines = objective_lines(self._base.case, values, self._found.solved.bounds)
        attitude = self._stance.attitude
        later = "worst_case" if attitude == "regret" else attitude
        lines = [{**line, "attitude": attitude if i == 0 else later} for i, line in enumerate(lines)]
        if attitude == "regret" and lines[0]["objective"] in MAXIMISED:
            proved = self._found.solved.stopped_by == "proof" and values[0] is not None
            lines[0] |= {"bound": values[0] if proved else None, "gap": 0.0 if proved else None}
        return lines

    def _future(self, i: int) -> Json:
        audit = self._audits[i]
        row: Json = {"future": self._futures[i], "objectives": audit.objectives, "breaches": audit.breaches}
        if self._stance.attitude == "expected":
            row["probability"] = self._stance.weights[i]
        if self._stance.attitude == "regret":
            best = self._stance.own[i].value
            assert best is not None
            row |= {"own_best": self._sign(0) * best, "loss": worth_of(audit.objectives)[0] - best}
        return {**row, "measures": audit.measures}

    def _plan(self, layouts: Sequence[Layout]) -> Json:
        plans = [
            answering.plan_json(layout, audit)
            for answering, layout, audit in zip(self._answerings, layouts, self._audits, strict=True)
        ]
        return {
            "offers": plans[0]["offers"],
            "volumes": self._tagged([plan["volumes"] for plan in plans]),
            "flows": self._tagged([plan["flows"] for plan in plans]),
        }

    def _tagged(self, rows: Sequence[list[Json]]) -> list[Json]:
        return [{**row, "future": future} for future, of_one in zip(self._futures, rows, strict=True) for row in of_one]

    def _baseline(self, base: Json | None) -> Json | None:
        """Today's landscape in the base future, with the flows and volumes of today in every other future beside them."""
        if base is None:
            return None
        others = [
            (future, answering.plan_json(answering.today.layout, answering.today.audit))
            for future, answering in zip(self._futures, self._answerings, strict=True)
            if future != BASE and answering.today is not None
        ]
        plan = dict(base["plan"])
        for name in ("volumes", "flows"):
            of_all = [(BASE, plan[name]), *((future, other[name]) for future, other in others)]
            plan[name] = [{**row, "future": future} for future, rows in of_all for row in rows]
        return {**base, "plan": plan}

    def _warnings(self, told: Sequence[str]) -> list[str]:
        more = [
            f"future {future}: {warning}"
            for future, answering in zip(self._futures, self._answerings, strict=True)
            for warning in (
                *answering.case.warnings,
                *([answering.today.note] if answering.today and answering.today.note else []),
            )
            if warning not in told
        ]
        return [*told, *dict.fromkeys(more)]
