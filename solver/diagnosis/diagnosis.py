"""The diagnosis: the conflicts among the hard rules and the menu of repairs, as one answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from solver.behaviours import Steered
from solver.case import Case
from solver.diagnosis.conflicts import Conflict, disjoint_conflicts
from solver.diagnosis.judge import Judge
from solver.diagnosis.repairs import Workshop
from solver.diagnosis.words import Words
from solver.landscape import Reach
from solver.rule import Rule
from solver.solved import Layout
from solver.watch import Watch

Json = dict[str, Any]
SERVED = "served"
"""The core: every area with demand reaches a site that offers."""


@dataclass(frozen=True)
class Diagnosis:
    """``told`` as an outcome lists it; ``plan`` is a plan that keeps every hard rule after all, where one was met."""

    told: Json
    plan: Layout | None = None


def diagnose(case: Case, watch: Watch, *, seconds: float = np.inf) -> Diagnosis:
    """Why a case has no plan and what would help, as far as the time goes, or for so many seconds."""
    watch.report("explaining", note="looking for the rules that cannot hold together")
    judge = Judge(case, watch, seconds)
    judge.thin_out()
    words = Words.of(case.tables)
    found = disjoint_conflicts(judge)
    whole = {rule.id for rule in judge.hard}
    plan = next((witness.layout for witness in judge.witnesses if not witness.broken & whole), None)
    if plan is not None:
        return Diagnosis(_told([], [], [], complete=True), plan)
    conflicts = [_conflict(case, words, conflict) for conflict in found.conflicts]
    if any(not conflict.members for conflict in found.conflicts) or not found.conflicts:
        return Diagnosis(_told(conflicts, [], [], complete=found.complete))
    menu = Workshop(judge, words).menu(found.conflicts)
    return Diagnosis(_told(conflicts, menu.repairs, menu.tried_in_vain, complete=found.complete))


def of_a_drawn_plan(case: Case, broken: Iterable[tuple[str, str | None]]) -> Json:
    """The hard rules that a drawn plan breaks, as (rule id or served, care type): with the plan given, each is a conflict of its own.

    Where patients are steered other flows might have kept a rule, so that the word is then not a proof.
    """
    words, rules = Words.of(case.tables), {rule.id: rule for rule in case.rules}
    steered = any(isinstance(behaviour, Steered) for behaviour in case.land.behaviours)
    conflicts: list[Json] = []
    for rule_id, care_type in dict.fromkeys(broken):
        if rule_id in rules:
            member = _member(words, rules[rule_id])
        else:
            text = f"everybody served: the plan leaves people without {words.name('care_types', care_type or 'care')}"
            member = {"rule": rule_id, "kind": rule_id, "care_type_id": care_type, "text": text}
        if all(member not in conflict["members"] for conflict in conflicts):
            conflicts.append({"members": [member], "proof": "unknown" if steered else "proved"})
    return _told(conflicts, [], [], complete=not steered)


def _told(conflicts: list[Json], repairs: list[Json], in_vain: list[Json], *, complete: bool) -> Json:
    return {"conflicts": conflicts, "repairs": repairs, "tried_in_vain": in_vain, "complete": complete}


def _conflict(case: Case, words: Words, conflict: Conflict) -> Json:
    members = [_member(words, rule) for rule in conflict.members]
    return {"members": members or list(_unserved(case, words)), "proof": conflict.proof}


def _member(words: Words, rule: Rule) -> Json:
    fields = rule.model_dump(mode="json", exclude_none=True)
    told: Json = {"rule": rule.id, "kind": fields["rule"], "care_type_id": fields.get("care_type")}
    origin: Json = {name: fields[name] for name in ("party", "reason", "source") if name in fields}
    return {**told, **origin, "text": words.rule(rule)}


def _unserved(case: Case, words: Words) -> Iterator[Json]:
    """The areas that no site of a care type can reach: no rule is to blame, the data are."""
    land = case.land
    for k, care_type in enumerate(land.care_types):
        may = land.choosable()[:, k] | land.always_open()[:, k]
        minutes = np.where(may, land.reach_minutes(Reach(land.behaviours[k].mode)), np.inf)
        lost = np.flatnonzero((land.demand[:, k, :].max(axis=1) > 0) & np.isinf(minutes).all(axis=1))
        if lost.size:
            some = ", ".join(land.area_ids[a] for a in lost[:5]) + (" ..." if lost.size > 5 else "")
            text = (
                f"everybody served: no site that may offer {words.name('care_types', care_type)} is reached from {some}"
            )
            yield {"rule": SERVED, "kind": SERVED, "care_type_id": care_type, "text": text}
