"""The limit that a sweep moves: which rules it stands in, which way is stricter, and how far a plan bears it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from solver.answer import Answering
from solver.audits.audit import Audit, Auditor
from solver.case import Case
from solver.diagnosis.levers import Lever, Scale, minutes_that_matter, needed, with_rules
from solver.rule import Rule
from solver.solved import Layout

Json = dict[str, Any]
SWEPT: dict[str, tuple[bool, Scale]] = {
    "at_least": (False, "amount"), "at_least_share": (False, "amount"), "at_most": (True, "amount"),
    "at_most_eur": (True, "amount"), "factor": (True, "amount"), "max_minutes": (True, "minutes"),
}  # fmt: skip
"""Fields that can be swept: whether larger is looser, and what they count."""
USUAL = ("at_least", "max_minutes", "at_least_share", "at_most", "at_most_eur", "factor")
"""The field that is swept when none is named: the first of these that the rule has."""
COUNTED = ("site_count", "change_limit")


@dataclass(frozen=True)
class Limit:
    """One field of a written rule, moved from ``loose`` towards ``strict``.

    Larger values are stricter for at_least and at_least_share, smaller ones for the others. A step of the first kind reaches from its loose end, left out,
    to its strict end; a step of the second kind from its strict end to its loose end, left out.
    """

    case: Case
    lever: Lever
    loose: float
    strict: float
    candidates: tuple[float, ...] = ()
    """Minutes at which something changes; none where every value counts."""
    _auditors: dict[str, Auditor] = field(default_factory=dict)

    @classmethod
    def of(cls, case: Case, rule: str, name: str, first: float, last: float) -> Limit:
        """The limit called ``name`` of the rules that a written rule was expanded to, between two values."""
        rules = tuple(one for one in case.rules if is_of(one.id, rule) and one.model_dump().get(name) is not None)
        up, scale = SWEPT[name]
        if str(rules[0].model_dump()["rule"]) in COUNTED:
            scale = "count"
        lever = Lever(rules, name, up, scale, 0.0 if up else np.inf, np.inf)
        minutes: tuple[float, ...] = ()
        if scale == "minutes":
            minutes = tuple(sorted({minute for one in rules for minute in minutes_that_matter(case.land, one)}))
            lever = replace(lever, now=-1.0, loosest=max(minutes, default=0.0))
        loose, strict = (last, first) if up else (first, last)
        return cls(case, lever, loose, strict, minutes)

    def stricter(self, one: float, other: float) -> bool:
        """Whether one value is stricter than another."""
        return self.lever.looser(other, one)

    def beyond(self, value: float) -> float:
        """The first value stricter than ``value`` at which something may differ, at most the strict end."""
        if self.candidates:
            below = [minute for minute in self.candidates if minute < value]
            following = below[-1] if below else self.strict
        else:
            following = self.lever.stricter_by(value)
        return self.clipped(following)

    def clipped(self, value: float) -> float:
        """The value, or the strict end where that is looser."""
        return self.strict if self.stricter(value, self.strict) else value

    def at(self, value: float) -> Case:
        """The case with the limit at a value."""
        moved = {rule.id: rule for rule in self.lever.moved(value)}
        return with_rules(self.case, [moved.get(rule.id, rule) for rule in self.case.rules])

    def others(self) -> list[Rule]:
        """The rules that do not move."""
        return [rule for rule in self.case.rules if rule.id not in self.lever.ids]

    def borne(self, answering: Answering, layout: Layout) -> float | None:
        """The strictest value a plan bears, by the audit; None when it bears none."""

        def audited(auditor: Auditor) -> Audit:
            return answering.audited(layout, auditor)

        return needed(self.lever, self.case, audited, layout.offered)

    @property
    def beside_today(self) -> bool:
        """A norm beside today moves with today, so that a stricter value is not always a stricter rule."""
        return self.lever.field == "max_minutes" and any(
            rule.model_dump().get("kind") == "no_worse" for rule in self.lever.rules
        )

    def ends(self, loose: float, strict: float | None) -> Json:
        """A step's ends as an outcome lists them, smaller first; None is the open end of an infeasible range."""
        return {"from": strict, "to": loose} if self.lever.up else {"from": loose, "to": strict}


def is_of(rule_id: str, written: str) -> bool:
    """Whether a rule is the written one or one of those it was expanded to."""
    return rule_id == written or rule_id.startswith(written + ":")


def usual_field(rules: Sequence[Json]) -> str | None:
    """The field that is swept when none is named."""
    return next((name for name in USUAL if any(rule.get(name) is not None for rule in rules)), None)


def moved_rules(rules: Sequence[Json], written: str) -> Iterator[Json]:
    """The rules of a canonical scenario that a written rule stands for."""
    return (rule for rule in rules if is_of(str(rule["id"]), written))
