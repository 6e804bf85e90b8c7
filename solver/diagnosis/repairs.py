"""The repair menu: per rule that stands in a conflict and per way it can give way, the smallest change that makes the whole scenario feasible.

The smallest change is found by halving between the strictest value some plan is known to keep and the loosest that is known to allow none; every plan met
pushes the first to the value it really needs, and the end is proved by one more question just short of it. Each repair is solved with the scenario's own
objectives and audited. Where several disjoint conflicts need more than one change, a repair is one change per conflict.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from solver.answer import Answering
from solver.ask import Ask
from solver.audits.audit import Audit, Auditor
from solver.case import Case
from solver.diagnosis.concession import least_concession
from solver.diagnosis.conflicts import Conflict
from solver.diagnosis.judge import Judge
from solver.diagnosis.levers import Drop, Lever, levers, needed, with_rules
from solver.diagnosis.words import Words
from solver.rule import Rule
from solver.solve_model import solve_model
from solver.solved import Layout

Json = dict[str, Any]
MOST_COMBINATIONS = 12
MOST_TRIES = 60
"""Questions per lever, far more than halving needs."""
SHARE_OF_TIME = 0.25
"""One lever, and one repair, takes at most this share of the time that is left."""


@dataclass(frozen=True)
class Step:
    """A lever at the value found, or a rule dropped; ``smallest`` when nothing less would do, by proof."""

    lever: Lever | Drop
    rules: tuple[Rule, ...]
    change: Json
    smallest: bool
    layout: Layout
    """A plan that keeps the changed rules and all that were looked at."""


@dataclass(frozen=True)
class Menu:
    """Repairs as an outcome lists them, and the families that no value of theirs makes feasible."""

    repairs: list[Json]
    tried_in_vain: list[Json]


@dataclass
class Workshop:
    """Works out repairs of one case, as far as time allows."""

    judge: Judge
    words: Words
    vain: list[Json] = field(default_factory=list)

    @property
    def _case(self) -> Case:
        return self.judge.case

    def menu(self, conflicts: Sequence[Conflict]) -> Menu:
        """The menu for all conflicts of a case."""
        repairs: list[Json] = []
        for steps in self._ways(conflicts):
            if self.judge.over:
                break
            if (repair := self._repair(steps)) is not None:
                repairs.append(repair)
            if len(conflicts) > 1 and len(repairs) >= MOST_COMBINATIONS:
                break
        return Menu(repairs, self.vain)

    def _ways(self, conflicts: Sequence[Conflict]) -> Iterator[list[Step]]:
        if len(conflicts) == 1:
            for rule in conflicts[0].members:
                for lever in levers([rule], self._case.land):
                    if (step := self._step(lever, self._rest(lever))) is not None:
                        yield [step]
            return
        single = False
        for together in self._written_together(conflicts):
            for lever in levers(together, self._case.land):
                if (step := self._step(lever, self._rest(lever))) is not None:
                    single = True
                    yield [step]
        if not single and conflicts:
            yield from self._one_each(conflicts, [])

    def _one_each(self, conflicts: Sequence[Conflict], so_far: list[Step]) -> Iterator[list[Step]]:
        """One change per conflict, each the smallest given those before it; rules of conflicts still to come are left out meanwhile."""
        if not conflicts:
            yield so_far
            return
        changed = {rule.id: rule for step in so_far for rule in step.rules}
        waiting = frozenset(rule.id for conflict in conflicts[1:] for rule in conflict.members)
        for rule in conflicts[0].members:
            for lever in levers([rule], self._case.land):
                rest = [
                    changed.get(other.id, other)
                    for other in self.judge.hard
                    if other.id not in lever.ids and other.id not in waiting
                ]
                step = self._step(lever, [one for one in rest if one.hardness == "hard"])
                if step is not None:
                    yield from self._one_each(conflicts[1:], [*so_far, step])

    def _written_together(self, conflicts: Sequence[Conflict]) -> Iterator[list[Rule]]:
        """The rules of a written rule that has a member in every conflict: one change that may mend them all."""
        names = [{rule.id.rsplit(":", 1)[0] for rule in conflict.members} for conflict in conflicts]
        for name in sorted(set.intersection(*names)) if names else ():
            together = [rule for rule in self.judge.hard if rule.id.rsplit(":", 1)[0] == name]
            if len(together) > 1:
                yield together

    def _rest(self, lever: Lever | Drop) -> list[Rule]:
        return [rule for rule in self.judge.hard if rule.id not in lever.ids]

    def _step(self, lever: Lever | Drop, rest: list[Rule]) -> Step | None:
        """The smallest change of one lever that makes it and the rest feasible."""
        self.judge.watch.report("explaining", note=f"looking for the smallest change of {lever.name}")
        if self.judge.over:
            return None
        step = self._dropped(lever, rest) if isinstance(lever, Drop) else self._moved(lever, rest)
        if step is None and not self.judge.over:
            row = {"rule": lever.name, "field": lever.field, "text": self.words.rule(lever.rules[0])}
            if row not in self.vain:
                self.vain.append(row)
        return step

    def _dropped(self, lever: Drop, rest: list[Rule]) -> Step | None:
        found = self.any_plan(rest)
        if found is None:
            return None
        return Step(lever, tuple(lever.moved()), lever.change(self.words), True, found)

    def _moved(self, lever: Lever, rest: list[Rule]) -> Step | None:
        found = _Halving(self, lever, rest).smallest()
        if found is None:
            return None
        value, layout, smallest = found
        change = lever.change(value, self.words, self._case.land)
        return Step(lever, tuple(lever.moved(value)), change, smallest, layout)

    def any_plan(self, rules: list[Rule]) -> Layout | None:
        own = {rule.id: rule for rule in self.judge.hard}
        if all(own.get(rule.id) == rule for rule in rules):
            return self.judge.together(rules).layout
        return self.judge.solved(rules).layout

    def needed(self, lever: Lever, layout: Layout) -> float | None:
        """The strictest value of a lever that a plan keeps."""

        def audited(auditor: Auditor) -> Audit:
            return self.judge.answering.audited(layout, auditor)

        return needed(lever, self._case, audited, layout.offered)

    def _repair(self, steps: list[Step]) -> Json | None:
        """The changed scenario solved with its own objectives; None when the audit refuses what was found."""
        changed = {rule.id: rule for step in steps for rule in step.rules}
        rules = [changed.get(rule.id, rule) for rule in self._case.rules]
        case = with_rules(self._case, rules)
        answering = Answering(case)
        start = steps[-1].layout
        if not answering.audited(start).keeps_every_hard_rule:
            return None
        seconds = max(1.0, SHARE_OF_TIME * self.judge.left)
        asked = Ask(case.land, case.rules, case.objectives, case.limits, start=start, seconds=seconds)
        solved = solve_model(asked, self.judge.watch)
        outcome = answering.outcome(solved)
        if outcome.plan is None or not answering.audited(solved.layout or start).keeps_every_hard_rule:
            outcome = answering.outcome(replace(solved, layout=start, infeasible=False, stopped_by="time_limit"))
        changes = [step.change for step in steps]
        return {
            "change": changes[0] if len(changes) == 1 else changes,
            "smallest": all(step.smallest for step in steps),
            "outcome": outcome.outcome,
            "objectives": outcome.objectives,
            "plan": outcome.plan,
            "measures": outcome.measures,
        }


class _Halving:
    """One lever between the value a plan is known to keep and a value known to allow none."""

    def __init__(self, shop: Workshop, lever: Lever, rest: list[Rule]) -> None:
        self._shop, self._lever, self._rest = shop, lever, rest
        self._best: float | None = None
        self._layout: Layout | None = None
        self._refused = lever.now
        self._until = shop.judge.watch.seconds + SHARE_OF_TIME * shop.judge.left

    def smallest(self) -> tuple[float, Layout, bool] | None:
        """The strictest value under which some plan keeps everything, that plan, and whether no stricter one does; None when no value does."""
        lever = self._lever
        if not lever.variant_field:
            layout = self._known() or self._shop.any_plan(self._rest)
            if layout is None:
                return None
            self._met(layout)
        if self._best is None and np.isfinite(lever.loosest):
            self._try(lever.loosest)
        if self._best is None or self._layout is None:
            return None
        proved = self._among_minutes() if lever.scale == "minutes" else self._between()
        proved = proved and not self._beside_today()
        best = self._best if lever.field == "at_least_share" else _rounded(self._best)
        return best, self._layout, proved

    def _known(self) -> Layout | None:
        """Of the plans met before that keep the rest, the one that needs the lever least. Changed rules of the rest are only looser than those they broke."""
        shop, rest = self._shop, {rule.id for rule in self._rest}
        best: tuple[float, Layout] | None = None
        for witness in shop.judge.witnesses:
            if witness.broken & rest:
                continue
            value = shop.needed(self._lever, witness.layout)
            if value is not None and (best is None or self._lever.looser(best[0], value)):
                best = value, witness.layout
        return None if best is None else best[1]

    def _beside_today(self) -> bool:
        """A norm beside today moves with today: a longer limit is not always a looser one, so a smaller change may be overlooked."""
        return self._lever.field == "max_minutes" and any(
            rule.model_dump().get("kind") == "no_worse" for rule in self._lever.rules
        )

    def _among_minutes(self) -> bool:
        candidates = self._lever.candidates(self._shop.judge.case.land)
        while True:
            open_ones = [m for m in candidates if self._refused < m < (self._best or 0.0)]
            if not open_ones:
                return True
            middle = open_ones[len(open_ones) // 2]
            word = self._try(middle)
            if word == "unknown":
                return False

    def _between(self) -> bool:
        """Halve twice, then ask just short of the best; whichever way, the distance shrinks or the end is proved."""
        lever, refusals = self._lever, 0
        for _ in range(MOST_TRIES):
            assert self._best is not None
            short = lever.stricter_by(self._best)
            if not lever.looser(short, self._refused):
                return True
            middle = self._middle(short)
            target = short if refusals >= 2 or not lever.looser(middle, self._refused) else middle
            word = self._try(target)
            if word == "unknown":
                return False
            if word == "none" and target == short:
                return True
            refusals = refusals + 1 if word == "none" else 0
        return False

    def _middle(self, short: float) -> float:
        middle = (self._refused + short) / 2
        return float(np.floor(middle)) if self._lever.scale == "count" else middle

    def _try(self, value: float) -> str:
        judge = self._shop.judge
        seconds = (self._until - judge.watch.seconds) / 2
        found = judge.solved([*self._rest, *self._lever.tried(value)], seconds=max(0.5, seconds))
        if found.layout is not None:
            before = self._best
            self._met(found.layout)
            if self._best == before:  # kept only within the solver's tolerance
                self._refused = value
                return "none"
            return "plan"
        if found.word == "none":
            self._refused = value
        return found.word

    def _met(self, layout: Layout) -> None:
        shop, lever = self._shop, self._lever
        value = shop.needed(lever, layout)
        steered = least_concession(shop.judge, lever, self._rest, layout)
        if steered is not None and (value is None or lever.looser(value, steered[0])):
            value, layout = steered
        if value is None:
            return
        value = lever.now if lever.looser(lever.now, value) else value
        if self._best is None or lever.looser(self._best, value):
            self._best, self._layout = value, layout


def _rounded(value: float) -> float:
    """A value that is a short decimal but for a solver's rounding is that decimal."""
    short = float(f"{value:.9g}")
    return short if abs(short - value) <= 1e-7 * max(1.0, abs(value)) and short != 0 else value
