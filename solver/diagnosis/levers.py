"""Levers: the one number of a rule that can give way, and how far a given plan needs it to.

A lever moves one field of one rule, or of all rules a written rule was expanded to. How far a plan needs it is read off the audit, exactly, so one plan
found says more than yes or no.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from solver.audits.audit import Audit, Auditor
from solver.case import Case
from solver.diagnosis.words import Words, number, share
from solver.landscape import Landscape, Reach
from solver.rule import Rule

Json = dict[str, Any]
Audited = Callable[[Auditor], Audit]
"""Holds one plan against an auditor."""
PROBE = 0.5
"""A limit that no count equals: rows with another limit are another limit's rows."""
SLACK = 1e-6
"""A limit holds if it is missed by at most this times max(1, |limit|) (contract)."""
Scale = Literal["amount", "count", "minutes"]


@dataclass(frozen=True)
class Lever:
    """``field`` of ``rules`` may move from ``now`` towards ``loosest``; the rules' other limits stay.

    ``limits`` names the fields that are limits of their own and are left out when the lever is read off; ``along`` are fields that change with it.
    """

    rules: tuple[Rule, ...]
    field: str
    up: bool
    """Larger is looser."""
    scale: Scale
    now: float
    loosest: float
    along: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    variant_field: str = ""
    """The field that stands in for it while searching: at_most while an exact count is moved up."""

    @property
    def ids(self) -> frozenset[str]:
        """Ids of the rules it moves."""
        return frozenset(rule.id for rule in self.rules)

    @property
    def name(self) -> str:
        """The id it is known by: of its rule, or of the written rule its rules come from."""
        return self.rules[0].id if len(self.rules) == 1 else self.rules[0].id.rsplit(":", 1)[0]

    def moved(self, value: float) -> list[Rule]:
        """The rules with the field at a value."""
        return [
            rule.model_copy(update={**self.along, self.field: _fitting(rule, self.field, value)}) for rule in self.rules
        ]

    def tried(self, value: float) -> list[Rule]:
        """The rules to search with: as moved, but an exact count becomes the range from where it was."""
        if not self.variant_field:
            return self.moved(value)
        held = "at_least" if self.up else "at_most"
        change = {"exactly": None, held: int(self.now), self.variant_field: int(value)}
        return [rule.model_copy(update=change) for rule in self.rules]

    def looser(self, one: float, other: float) -> bool:
        """Whether one value is looser than another."""
        return one > other if self.up else one < other

    def stricter_by(self, value: float) -> float:
        """The next value that is told apart from a value, towards strict."""
        step = 1.0 if self.scale == "count" else 2 * SLACK * max(1.0, abs(value))
        return value - step if self.up else value + step

    def candidates(self, land: Landscape) -> list[float]:
        """Minutes at which something changes, looser than now, from strict to loose."""
        return sorted(
            minute
            for rule in self.rules
            for minute in minutes_that_matter(land, rule)
            if self.now < minute <= self.loosest
        )

    def change(self, value: float, words: Words, land: Landscape) -> Json:
        """The change as an outcome lists it."""
        told: Json = {"rule": self.name, "field": self.field, "from": _plain(self.now), "to": _plain(value)}
        if self.along:
            told["with"] = dict(self.along)
        return {**told, "text": self._said(value, words, land)}

    def _said(self, value: float, words: Words, land: Landscape) -> str:
        subject = words.rule(self.rules[0]) if len(self.rules) == 1 else f"{self.name} (every care type it speaks of)"
        if self.field == "at_least_share" and "kind" in self.along:
            persons = float(land.inhabitants(self.rules[0].model_dump().get("group")).sum())
            return f"{subject}: {number(round((1 - value) * persons, 6))} inhabitants may be beyond it"
        shown = share if self.field == "at_least_share" else number
        return f"{subject}: {self.field.replace('_', ' ')} {shown(value)} instead of {shown(self.now)}"


@dataclass(frozen=True)
class Drop:
    """A rule without a number that could give way: it can only be dropped."""

    rules: tuple[Rule, ...]
    field: str = "hardness"

    @property
    def ids(self) -> frozenset[str]:
        """Ids of the rules it drops."""
        return frozenset(rule.id for rule in self.rules)

    @property
    def name(self) -> str:
        """The id of the rule, or of the written rule its rules come from."""
        return self.rules[0].id if len(self.rules) == 1 else self.rules[0].id.rsplit(":", 1)[0]

    def moved(self) -> list[Rule]:
        """The rules, only reported."""
        return [rule.model_copy(update={"hardness": "report"}) for rule in self.rules]

    def change(self, words: Words) -> Json:
        """The change as an outcome lists it."""
        said = words.rule(self.rules[0]) if len(self.rules) == 1 else self.name
        return {"rule": self.name, "field": self.field, "from": "hard", "to": "report", "text": f"without: {said}"}


UP, DOWN = True, False
FIELDS: Mapping[str, tuple[tuple[str, bool, Scale], ...]] = {
    "access_norm": (("max_minutes", UP, "minutes"), ("at_least_share", DOWN, "amount")),
    "backup": (("max_minutes", UP, "minutes"), ("at_least_share", DOWN, "amount")),
    "budget": (("at_most_eur", UP, "amount"),),
    "capacity": (("factor", UP, "amount"),),
    "change_limit": (("at_most", UP, "count"),),
    "interdependency": (("max_minutes", UP, "minutes"), ("minutes", UP, "minutes")),
    "organisation_balance": (("at_least_share", DOWN, "amount"),),
    "satellite": (("at_least", DOWN, "amount"),),
    "site_count": (("at_least", DOWN, "count"), ("at_most", UP, "count")),
    "volume_norm": (("at_least", DOWN, "amount"), ("at_most", UP, "amount")),
}
LIMITS = ("at_least", "at_most", "exactly", "at_least_share", "at_most_eur", "factor")
DROPPED = ("change_limit", "interdependency", "lock", "resource_limit", "satellite")


def levers(rules: Sequence[Rule], land: Landscape) -> Iterator[Lever | Drop]:
    """The ways in which a rule, or the rules of one written rule together, can give way."""
    fields = rules[0].model_dump(exclude_none=True)
    kind = str(fields["rule"])
    together = tuple(rules)
    for name, up, scale in FIELDS.get(kind, ()):
        if name in fields:
            yield Lever(together, name, up, scale, float(fields[name]), _loosest(together, name, up, scale, land))
    if kind == "site_count" and "exactly" in fields:
        now, most = float(fields["exactly"]), float(land.shape[1])
        yield Lever(together, "exactly", UP, "count", now, most, variant_field="at_most")
        yield Lever(together, "exactly", DOWN, "count", now, 0.0, variant_field="at_least")
    if kind == "access_norm" and fields.get("kind") != "share":
        yield Lever(together, "at_least_share", DOWN, "amount", 1.0, 0.0, along={"kind": "share"})
    if kind in DROPPED:
        yield Drop(together)


def needed(lever: Lever, case: Case, audited: Audited, offered: Any) -> float | None:
    """The strictest value of the lever that a plan keeps; None when no value will do, ``now`` or stricter when it needs no change.

    ``audited`` holds the plan against an auditor, ``offered`` [S,K,T] is who offers what.
    """
    if lever.scale == "minutes":
        return _needed_minutes(lever, case, audited, offered)
    fieldname = lever.variant_field or lever.field
    probes = [{**_only(rule, fieldname), **lever.along, fieldname: PROBE} for rule in lever.rules]
    rows = [row for row in audited(_auditor(case, probes)).rows if row.rule in lever.ids]
    equals = not any(str(rule.model_dump()["rule"]) in ("capacity", "organisation_balance") for rule in lever.rules)
    values = []
    for row in rows:
        if equals and float(row.limit) != PROBE:
            continue
        if row.limit == 0:
            if row.value > 0 and lever.up:
                return None
            continue
        values.append(float(row.value / row.limit) * PROBE)
    if not values:
        return lever.now
    return max(values) if lever.up else min(values)


def _auditor(case: Case, rules: Sequence[Json]) -> Auditor:
    """An auditor of the case's tables under other rules."""
    return Auditor(case.tables, {**case.scenario, "rules": list(rules)})


def with_rules(case: Case, rules: Sequence[Rule]) -> Case:
    """The case under other rules, its canonical scenario with it."""
    return replace(case, rules=tuple(rules), scenario={**case.scenario, "rules": [as_json(rule) for rule in rules]})


def as_json(rule: Rule) -> Json:
    """A rule as the canonical scenario lists it."""
    return rule.model_dump(mode="json", exclude_none=True)


def minutes_that_matter(land: Landscape, rule: Rule) -> list[float]:
    """The minutes at which an access norm changes its meaning: those between somebody in the region and a site."""
    fields = rule.model_dump(exclude_none=True)
    found: set[float] = set()
    for k in rule.which(land):
        reach = _reach(land, fields, k)
        minutes = land.reach_minutes(reach)[land.area_in_region][:, land.may_offer[:, k] | land.offered_today[:, k]]
        found |= {round(float(minute), 9) for minute in np.unique(minutes[np.isfinite(minutes)])}
    return sorted(found)


def _needed_minutes(lever: Lever, case: Case, audited: Audited, offered: Any) -> float | None:
    """The first of the candidate minutes under which the audit finds the rules kept; for a norm beside today each is tried, else by halving."""
    land = case.land
    candidates = [lever.now, *lever.candidates(land)]
    kinds = {str(rule.model_dump().get("kind")) for rule in lever.rules}
    if all(str(rule.model_dump()["rule"]) == "access_norm" for rule in lever.rules):
        kept = _access_kept(lever, land, offered)
        if "no_worse" in kinds:
            return next((minute for minute in candidates if kept(minute)), None)
    else:

        def kept(minute: float) -> bool:
            rows = audited(_auditor(case, [as_json(rule) for rule in lever.moved(minute)])).rows
            return all(row.holds for row in rows if row.rule in lever.ids)

    if not kept(candidates[-1]):
        return None
    low, high = -1, len(candidates) - 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if kept(candidates[middle]) else (middle, high)
    return candidates[high]


def _access_kept(lever: Lever, land: Landscape, offered: Any) -> Callable[[float], bool]:
    """Whether a plan keeps the access norms of a lever at so many minutes, from the nearest offering sites alone."""
    near: list[tuple[Any, Any, Any, Json]] = []
    for rule in lever.rules:
        fields = rule.model_dump(exclude_none=True)
        persons = land.inhabitants(fields.get("group"))
        for k in rule.which(land):
            minutes = np.round(land.reach_minutes(_reach(land, fields, k)), 9)
            today = np.where(land.offered_today[:, k], minutes, np.inf).min(axis=1)
            for t in rule.when(land):
                near.append((persons, np.where(offered[:, k, t], minutes, np.inf).min(axis=1), today, fields))

    def kept(minute: float) -> bool:
        for persons, nearest, today, fields in near:
            beyond = float(persons[nearest > minute].sum())
            allowed = 0.0
            if fields.get("kind") == "share":
                allowed = (1 - float(fields["at_least_share"]) + SLACK) * float(persons.sum())
            elif fields.get("kind") == "no_worse":
                allowed = float(persons[today > minute].sum())
            if beyond > allowed + SLACK * max(1.0, allowed):
                return False
        return True

    return kept


def _reach(land: Landscape, fields: Json, k: int) -> Reach:
    mode = fields.get("mode") or land.behaviours[k].mode
    return Reach(mode, fields.get("dispatch_minutes", 0.0), fields.get("on_scene_minutes", 0.0))


def _loosest(rules: Sequence[Rule], name: str, up: bool, scale: Scale, land: Landscape) -> float:
    if not up:
        return 0.0
    if scale == "minutes":
        return max((minute for rule in rules for minute in minutes_that_matter(land, rule)), default=0.0)
    return float(land.shape[1] * land.shape[2]) * 2 if scale == "count" else np.inf


def _only(rule: Rule, fieldname: str) -> Json:
    """A rule with one of its limits alone."""
    return {name: value for name, value in as_json(rule).items() if name == fieldname or name not in LIMITS}


def _fitting(rule: Rule, name: str, value: float) -> float | int:
    """The value in the field's own type."""
    return round(value) if isinstance(rule.model_dump().get(name), int) else value


def _plain(value: float) -> float | int:
    return int(value) if float(value).is_integer() else float(value)
