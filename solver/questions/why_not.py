"""Why not: what it would cost to force a site open or closed for a care type.

Each price is the scenario once more with one pair forced in all periods, everything else decided anew:

    difference = first objective forced - first objective free

The state that is forced is the opposite of the optimum's unless one is named; a pair that is open in some periods and closed in others is forced both ways.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from solver.answer import Answering, objective_lines
from solver.ask import Ask
from solver.behaviours import Steered
from solver.case import Case, Flows
from solver.every_layout import EveryLayout, every_layout
from solver.kept import Begun, Change, Kept, keep
from solver.optimum import HALF, optimum_json, optimum_of, outcome_of
from solver.outcome import Outcome, Verdict
from solver.parted import Parted
from solver.question import Door, Problem
from solver.rounds import Json, Round, Rounds, share_of
from solver.solve_model import solve_model
from solver.solved import PROVED_GAP, Layout, Solved
from solver.tied import tied_to
from solver.watch import Watch

Bools = NDArray[np.bool_]
State = Literal["open", "closed"]
OPTIMUM: Json = {"find": "optimum"}
PAIRS_TO_A_PART = 10


@dataclass(frozen=True)
class _Force:
    """One pair in one state, in every period."""

    s: int
    k: int
    state: State


class WhyNot(Parted):
    """What would it cost to force a site open or closed?"""

    question: Literal["why_not"] = "why_not"
    site: str = Field(default="*", description="site_id, or * for every site of the region.")
    care_type: str = Field(default="*", description="Care type, or * for each.")
    state: State | None = Field(
        default=None, description="State to force; the opposite of the optimum's when left out."
    )

    def next_round(self, answering: Answering, rounds: Rounds) -> Round | None:
        """The free optimum; the prices, so many pairs of one care type to a part; once more those that their share of the time left open."""
        if not rounds:
            return Round((OPTIMUM,))
        best = optimum_of(answering, rounds[0])
        if len(rounds) > 2 or best.layout is None:
            return None
        parts = tuple(self._parts(answering.case, best.layout.offered))
        if len(rounds) == 1:
            return Round(parts)
        again = tuple(_open(part, told) for part, told in zip(parts, rounds[1], strict=True))
        left = tuple(part for part in again if part["force"])
        return Round(left) if left and best.stopped_by == "proof" else None

    def answer_part(self, answering: Answering, part: Json, rounds: Rounds, watch: Watch) -> Json:
        """The free optimum, or the prices of a part."""
        if part == OPTIMUM:
            return optimum_json(answering, watch, share=HALF)
        prices = _Prices(answering, optimum_of(answering, rounds[0]), watch)
        forces = _forces_of(part, answering.case)
        rows = []
        for position, force in enumerate(forces):
            watch.report(
                "explaining", note="price of {care_type_id} at {site_id} {state}".format(**prices.named(force))
            )
            rows.append(prices.row(force, share_of(watch, len(forces) - position)))
        return {"rows": rows}

    def gather(self, answering: Answering, rounds: Rounds, watch: Watch) -> Outcome:
        """The free optimum, and one price per forced pair."""
        best = optimum_of(answering, rounds[0])
        outcome = outcome_of(answering, best, watch)
        if best.layout is None:
            return replace(outcome, prices=[])
        prices = _Prices(answering, best, watch)
        rows: list[Json] = []
        for part, told in zip(self._parts(answering.case, best.layout.offered), rounds[1], strict=True):
            rows += (
                [prices.unknown(force) for force in _forces_of(part, answering.case)] if told is None else told["rows"]
            )
        stopped_by = best.stopped_by
        if stopped_by == "proof" and any(row["outcome"] in UNSETTLED for row in rows):
            by_gap = answering.case.limits.relative_gap > 0 and not watch.over
            stopped_by = "gap" if by_gap else "cancel" if watch.cancelled else "time_limit"
        return replace(outcome, stopped_by=stopped_by, prices=rows)

    def problems(self, door: Door) -> Iterator[Problem]:
        """A pair that nobody decides about has no price."""
        if self.care_type not in ("*", *door.care_types):
            problem = f"{self.care_type} is not a care type of the scenario"
            yield {"where": "question.care_type", "problem": problem, "fix": "name one of the scenario's, or *"}
        elif self.site in door.outside:
            problem = f"site {self.site} is outside the region and keeps what it offers"
            yield {"where": "question.site", "problem": problem, "fix": "name a site of the region, or *"}
        elif self.site != "*" and not any(
            (self.site, k) in door.pairs for k in door.care_types if self.care_type in ("*", k)
        ):
            problem = f"site {self.site} can offer nothing of what is asked"
            yield {"where": "question.site", "problem": problem, "fix": "add a row to site_care, or name another site"}

    def _parts(self, case: Case, offered: Bools) -> Iterator[Json]:
        for k, forces in groupby(self._forces(case, offered), key=lambda force: force.k):
            told = [[case.land.site_ids[force.s], force.state] for force in forces]
            for begin in range(0, len(told), PAIRS_TO_A_PART):
                yield {"care_type_id": case.land.care_types[k], "force": told[begin : begin + PAIRS_TO_A_PART]}

    def _forces(self, case: Case, offered: Bools) -> Iterator[_Force]:
        land = case.land
        for k, s in np.argwhere(land.choosable().T).tolist():
            if self.site not in ("*", land.site_ids[s]) or self.care_type not in ("*", land.care_types[k]):
                continue
            if self.state is not None:
                yield _Force(s, k, self.state)
                continue
            if not offered[s, k].all():
                yield _Force(s, k, "open")
            if offered[s, k].any():
                yield _Force(s, k, "closed")


def _named(row: Json) -> tuple[str, str, str]:
    return row["site_id"], row["care_type_id"], row["state"]


def _open(part: Json, told: Json | None) -> Json:
    """What a part left open."""
    settled = {
        (row["site_id"], row["state"]) for row in (told or {"rows": ()})["rows"] if row["outcome"] not in UNSETTLED
    }
    return {**part, "force": [pair for pair in part["force"] if tuple(pair) not in settled]}


def _forces_of(part: Json, case: Case) -> list[_Force]:
    k = case.land.care_types.index(part["care_type_id"])
    return [_Force(case.land.site_ids.index(site), k, state) for site, state in part["force"]]


UNSETTLED = ("feasible", "no_plan_found")


class _Prices:
    """The free optimum of a case, and what forcing a pair changes."""

    def __init__(self, answering: Answering, best: Solved, watch: Watch) -> None:
        assert best.layout is not None, "without a plan there are no prices"
        self._answering, self._free, self._watch = answering, best.layout, watch
        self._proved = best.stopped_by == "proof"
        self._begun = Begun()
        case = answering.case
        values = answering.values(best, answering.audited(best.layout))
        self._objectives = objective_lines(case, values, best.bounds)
        self._steered = [
            k for k, b in zip(case.land.care_types, case.land.behaviours, strict=True) if isinstance(b, Steered)
        ]

    @property
    def _every(self) -> EveryLayout | None:
        case = self._answering.case
        if any(objective.tolerance > 0 for objective in case.objectives):
            return None
        return self._answering.once(
            ("every layout", *case.objectives), lambda: every_layout(self._answering, case.objectives)
        )

    @property
    def _kept(self) -> Kept | None:
        case = self._answering.case
        return self._answering.once("kept", lambda: keep(case.land, case.rules, case.objectives, case.limits))

    @property
    def _tied(self) -> list[frozenset[int]]:
        case = self._answering.case
        return self._answering.once("tied", lambda: tied_to(case.land, case.rules, case.objectives))

    def named(self, force: _Force) -> Json:
        """The pair and the state it is forced into."""
        land = self._answering.case.land
        return {"site_id": land.site_ids[force.s], "care_type_id": land.care_types[force.k], "state": force.state}

    def unknown(self, force: _Force, solved: Solved | None = None) -> Json:
        """The row of a price without a plan; one that was not looked for, where nothing was solved."""
        verdict: Verdict = "infeasible" if solved is not None and solved.infeasible else "no_plan_found"
        bounds = () if solved is None else solved.bounds
        lines = objective_lines(self._answering.case, [None] * len(self._objectives), bounds)
        return {**self.named(force), "outcome": verdict, "objectives": lines, "difference": None}

    def row(self, force: _Force, seconds: float) -> Json:
        """One price: its verdict, the objectives, the difference, and the offers that change."""
        if (self._free.offered[force.s, force.k] == (force.state == "open")).all():
            solved = Solved(self._free, "proof")
            lines = self._objectives
        else:
            solved = self._forced(force, seconds)
            lines = []
        if solved.layout is None:
            return self.unknown(force, solved)
        audit = self._answering.audited(solved.layout)
        if not lines:
            lines = objective_lines(self._answering.case, self._answering.values(solved, audit), solved.bounds)
        proved = all(line["gap"] is not None and line["gap"] <= PROVED_GAP for line in lines)
        before, now = self._objectives[0]["value"], lines[0]["value"]
        return {
            **self.named(force),
            "outcome": "optimal" if proved else "feasible",
            "objectives": lines,
            "difference": None if before is None or now is None else now - before,
            "opens": self._pairs(solved.layout.offered & ~self._free.offered),
            "closes": self._pairs(self._free.offered & ~solved.layout.offered),
            **({"flows": audit.flows.rows(self._steered)} if self._steered else {}),
        }

    def _forced(self, force: _Force, seconds: float) -> Solved:
        """The care types that are tied to the forced one decided anew; the others stay as they are, which is no bound unless they are proved."""
        case = self._answering.case
        if self._every is not None:
            return self._looked_up(force, self._every)
        if self._watch.over:
            return Solved(None, "cancel" if self._watch.stopped else "time_limit")
        forced = {(force.s, force.k, t): force.state == "open" for t in range(len(case.land.periods))}
        if self._kept is not None:
            start = self._free.offered.copy()
            start[force.s, force.k] = force.state == "open"
            order = range(len(case.objectives))
            return self._kept.solve(
                Change(pinned=forced), order, self._begun, self._watch, seconds=max(seconds, 0.1), start=start
            )
        others = [k for k in range(len(case.land.care_types)) if k not in self._tied[force.k]]
        pinned = {
            (int(s), k, int(t)): bool(self._free.offered[s, k, t])
            for k in others
            for s, t in np.ndindex(self._free.offered[:, k, :].shape)
        }
        pinned |= forced
        asked = Ask(
            case.land,
            case.rules,
            case.objectives,
            case.limits,
            pinned=pinned,
            start=self._turned(force),
            seconds=max(seconds, 0.1),
        )
        found = solve_model(asked, self._watch)
        return found if self._proved else replace(found, bounds=tuple(None for _ in found.bounds))

    def _looked_up(self, force: _Force, every: EveryLayout) -> Solved:
        left = every.kept(every.open[:, force.s] == (force.state == "open"))
        position = left.best()
        if position is None:
            return Solved(None, "proof", infeasible=True)
        values = tuple(float(value) for value in left.values[position])
        return Solved(left.layout(position), "proof", values=values, bounds=values, formulation="every layout")

    def _turned(self, force: _Force) -> Layout | None:
        """The free optimum with nothing but the forced pair turned, to begin with where it keeps every hard rule."""
        offered = self._free.offered.copy()
        offered[force.s, force.k] = force.state == "open"
        layout = Layout(offered, Flows.none()) if not self._steered else self._answering.drawn(offered)[0]
        return layout if self._answering.audited(layout).keeps_every_hard_rule else None

    def _pairs(self, offered: Bools) -> list[dict[str, str]]:
        return self._answering.offers_json(Layout(offered, Flows.none()))


__all__ = ["WhyNot"]
