"""Irreducible conflicts: rules that cannot hold together, though all of them but any one can.

    core + members: no plan        core + members without r: a plan, for every member r

Found by halving (QuickXplain, Junker 2004) and proved member by member; disjoint conflicts one by one, each looked for without the members of the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from solver.diagnosis.judge import Judge
from solver.rule import Rule

Proof = Literal["proved", "possibly_not_smallest", "unknown"]
ORDER = ("capacity", "access_norm", "backup", "volume_norm", "satellite")
"""Kinds that are looked at last, the last first: they make the larger programs, locks and counts the small ones."""


@dataclass(frozen=True)
class Conflict:
    """Members that cannot hold together; none when the core alone allows no plan."""

    members: tuple[Rule, ...]
    proof: Proof

    @property
    def ids(self) -> frozenset[str]:
        """Ids of the members."""
        return frozenset(rule.id for rule in self.members)


@dataclass(frozen=True)
class Found:
    """All disjoint conflicts met; ``complete`` when what is left of the rules has a plan."""

    conflicts: tuple[Conflict, ...]
    complete: bool


def disjoint_conflicts(judge: Judge) -> Found:
    """Conflicts among the hard rules, until the rest has a plan or time is up."""
    left = sorted(judge.hard, key=_place)
    conflicts: list[Conflict] = []
    while True:
        word = judge.together(left).word
        if word != "none":
            return Found(tuple(conflicts), word == "plan")
        members = _members(judge, left)
        conflict = Conflict(members, _proof(judge, members))
        conflicts.append(conflict)
        judge.watch.report("explaining", note=f"{len(conflicts)} conflicts among the rules so far")
        left = [rule for rule in left if rule.id not in conflict.ids]
        if not members:
            return Found(tuple(conflicts), False)


def _place(rule: Rule) -> int:
    kind = str(rule.model_dump(include={"rule"})["rule"])
    return -1 - ORDER.index(kind) if kind in ORDER else -1 - len(ORDER)


def _members(judge: Judge, rules: Sequence[Rule]) -> tuple[Rule, ...]:
    """A conflict among rules that are known to allow no plan together, reduced as far as time allows."""
    if judge.together([]).word == "none":
        return ()
    found = _explain(judge, [], False, list(rules))
    for rule in list(found):
        rest = [other for other in found if other is not rule]
        if len(found) > 1 and judge.together(rest).word == "none":
            found = rest
    return tuple(found)


def _explain(judge: Judge, background: list[Rule], grown: bool, rules: list[Rule]) -> list[Rule]:
    """Some of the rules that, with the background, allow no plan; a rule that time keeps us from judging stays in."""
    if grown and judge.together(background).word == "none":
        return []
    if len(rules) == 1:
        return rules
    first, second = rules[: len(rules) // 2], rules[len(rules) // 2 :]
    of_second = _explain(judge, background + first, bool(first), second)
    of_first = _explain(judge, background + of_second, bool(of_second), first)
    return of_first + of_second


def _proof(judge: Judge, members: Sequence[Rule]) -> Proof:
    if not judge.refused_twice(members):
        return "unknown"
    for rule in members:
        if judge.together([other for other in members if other is not rule]).word != "plan":
            return "possibly_not_smallest"
    return "proved"
