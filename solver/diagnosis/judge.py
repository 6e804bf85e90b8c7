"""The judge: can these rules hold together? Each plan met is audited and remembered, so that no question is solved twice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Literal

import numpy as np
import pyomo.environ as pyo

from solver.answer import Answering
from solver.ask import Ask
from solver.case import Case
from solver.highs import SolverFailed
from solver.landscape import Landscape
from solver.objective import Objective
from solver.rule import Expression, Rule, Words
from solver.solve_model import solve_model
from solver.solved import Layout
from solver.watch import Watch

Word = Literal["plan", "none", "unknown"]
SHARE_OF_TIME = 0.4
"""One question takes at most this share of the time that is left."""
SHARE_TO_THIN = 0.05
"""Plans with ever fewer sites are looked at for this share of the time."""
QUICK_SECONDS = 0.5
"""A program solved within this is solved once more without presolve; a large one may run for minutes then and heed no limit."""
OTHER_SEED = 7919


@dataclass(frozen=True)
class Witness:
    """A plan and the ids of the hard rules it breaks."""

    layout: Layout
    broken: frozenset[str]


@dataclass(frozen=True)
class Finding:
    """A plan that keeps the rules, the word that there is none, or neither in the time given."""

    word: Word
    layout: Layout | None = None


class Nothing(Objective):
    """Any plan will do."""

    unit: ClassVar[str] = "nothing"

    def build(self, b: pyo.Block, m: Words, land: Landscape) -> Expression:
        """Zero."""
        return 0.0


@dataclass
class Judge:
    """Answers for one case; rules are told apart by their ids."""

    case: Case
    watch: Watch
    seconds: float = np.inf
    """At most so long, even where the question has more time."""
    witnesses: list[Witness] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Today's landscape and one in which everything is open are plans worth knowing."""
        self._refused: list[frozenset[str]] = []
        self._until = self.watch.seconds + self.seconds
        self.answering = Answering(self.case)
        land = self.case.land
        everything = np.repeat((land.always_open() | land.choosable())[:, :, None], len(land.periods), axis=2)
        self.note(self.answering.drawn(everything)[0])
        if self.answering.today is not None:
            self.note(self.answering.today.layout)

    @property
    def left(self) -> float:
        """Seconds left for all that is still to be found out."""
        return max(0.0, min(self.watch.left, self._until - self.watch.seconds))

    @property
    def over(self) -> bool:
        """Stopped or out of time."""
        return self.watch.stopped or self.left <= 0.0

    @property
    def hard(self) -> tuple[Rule, ...]:
        """The hard rules of the case."""
        return tuple(rule for rule in self.case.rules if rule.hardness == "hard")

    def note(self, layout: Layout) -> Witness | None:
        """Remember a plan under the rules of the case; None when it is no plan at all (somebody is not served)."""
        audit = self.answering.audited(layout)
        if audit.faults:
            return None
        witness = Witness(layout, frozenset(r.rule for r in audit.rows if r.hardness == "hard" and not r.holds))
        self.witnesses.append(witness)
        return witness

    def thin_out(self) -> None:
        """Meet plans with ever fewer sites: of each care type the smallest site closes next, as long as everybody is served."""
        land = self.case.land
        _, S, K, T = land.shape
        until = self.watch.seconds + SHARE_TO_THIN * self.left
        offered = np.repeat((land.always_open() | land.choosable())[:, :, None], T, axis=2)
        may_close = land.choosable().copy()
        while may_close.any() and self.watch.seconds < until and not self.over:
            layout = self.answering.drawn(offered)[0]
            volume = np.zeros((S, K))
            for row in self.answering.audited(layout).volumes:
                s, k = land.site_ids.index(row["site_id"]), land.care_types.index(row["care_type_id"])
                volume[s, k] += row["cases_per_year"]
            smallest = np.where(may_close, volume, np.inf).argmin(axis=0)
            closing = [(int(s), k) for k, s in enumerate(smallest) if may_close[s, k]]
            fewer = offered.copy()
            for s, k in closing:
                fewer[s, k] = may_close[s, k] = False
            if self.note(self.answering.drawn(fewer)[0]) is not None:
                offered = fewer

    def together(self, rules: Iterable[Rule]) -> Finding:
        """Whether rules of the case, with the core, allow a plan."""
        rules = list(rules)
        ids = frozenset(rule.id for rule in rules)
        for witness in self.witnesses:
            if not witness.broken & ids:
                return Finding("plan", witness.layout)
        if any(refused <= ids for refused in self._refused):
            return Finding("none")
        found = self.solved(rules)
        if found.word == "none":
            self._refused.append(ids)
        if found.word != "plan" or found.layout is None:
            return found
        witness_found = self.note(found.layout)
        return found if witness_found is not None and not witness_found.broken & ids else Finding("unknown")

    def refused_twice(self, rules: Sequence[Rule]) -> bool:
        """A second opinion on rules that were refused: another seed, and without presolve, where HiGHS has erred before, if that is quick."""
        began = self.watch.seconds
        found = self.solved(rules, seed=OTHER_SEED)
        took = self.watch.seconds - began
        if found.word == "none" and took < QUICK_SECONDS:
            plainly = self.solved(rules, presolve=False, seed=OTHER_SEED, seconds=10 * QUICK_SECONDS)
            found = found if plainly.word == "unknown" else plainly
        if found.word == "plan" and found.layout is not None:
            self.note(found.layout)
        return found.word == "none"

    def solved(
        self, rules: Sequence[Rule], *, presolve: bool = True, seed: int = 0, seconds: float | None = None
    ) -> Finding:
        """One solve for any plan that keeps these rules, which need not be those of the case."""
        if self.over:
            return Finding("unknown")
        given = self.case.limits
        limits = given.model_copy(update={"relative_gap": 0.0, "seed": (given.seed + seed) % 2**31})
        seconds = max(0.5, SHARE_OF_TIME * self.left) if seconds is None else seconds
        asked = Ask(self.case.land, rules, [Nothing()], limits, presolve=presolve, doubt_seconds=0.0, seconds=seconds)
        try:
            found = solve_model(asked, self.watch)
        except SolverFailed:
            return Finding("unknown")
        if found.layout is not None:
            return Finding("plan", found.layout)
        return Finding("none" if found.infeasible else "unknown")
