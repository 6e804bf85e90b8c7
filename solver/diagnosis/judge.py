"""The judge: can these rules hold together? Each plan met is audited and remembered, so that no question is solved twice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar, Literal

import numpy as np
import pyomo.environ as pyo

from solver.answer import Answering
from solver.case import Case
from solver.highs import SolverFailed
from solver.landscape import Landscape
from solver.objective import Objective
from solver.rule import Expression, Rule, Words
from solver.solve_model import Ask, Layout, solve_model
from solver.watch import Watch

Word = Literal["plan", "none", "unknown"]
SHARE_OF_TIME = 0.4
"""One question takes at most this share of the time that is left."""
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
    solves: int = 0

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
        """A second opinion on rules that were refused: another seed, and no presolve, where HiGHS has erred before."""
        found = self.solved(rules, second=True)
        if found.word == "plan" and found.layout is not None:
            self.note(found.layout)
        return found.word == "none"

    def solved(self, rules: Sequence[Rule], *, second: bool = False, seconds: float | None = None) -> Finding:
        """One solve for any plan that keeps these rules, which need not be those of the case."""
        if self.over:
            return Finding("unknown")
        self.solves += 1
        limits = self.case.limits.model_copy(update={"relative_gap": 0.0})
        if second:
            limits = limits.model_copy(update={"seed": (limits.seed + OTHER_SEED) % 2**31})
        seconds = max(0.5, SHARE_OF_TIME * self.left) if seconds is None else seconds
        asked = Ask(self.case.land, rules, [Nothing()], limits, seconds=seconds)
        if second:
            asked = replace(asked, presolve=False)
        try:
            found = solve_model(asked, self.watch)
        except SolverFailed:
            return Finding("unknown")
        if found.layout is not None:
            return Finding("plan", found.layout)
        return Finding("none" if found.infeasible else "unknown")
