"""The many plans of a question: points, steps, alternatives, prices, repairs, futures, and each pair closed in turn."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from solver.audits.objectives import MAXIMISED
from solver.audits.recheck import changed, one_site_out, prices
from solver.audits.recheck.likeness import same, shown
from solver.audits.recheck.plans import (
    broken,
    different_objectives,
    different_plan,
    impossible,
    listed,
)
from solver.audits.recheck.subject import Json, Subject, offers_of


def refusals(subject: Subject) -> list[str]:
    """What is wrong with the plans beside the plan."""
    return [
        *_points(subject), *_alternatives(subject), *changed.refusals(subject), *prices.refusals(subject),
        *_futures(subject), *one_site_out.refusals(subject),
    ]  # fmt: skip


def _plan(
    subject: Subject, row: Json, where: str, asked: Sequence[Json], scenario: Json | None = None
) -> Iterator[str]:
    audit = subject.audit(row["plan"], scenario=scenario)
    yield from impossible(audit, where)
    yield from broken(audit, where)
    yield from different_plan(audit, row["plan"], "base", where)
    if row.get("objectives"):
        yield from different_objectives(audit, row["objectives"], asked, where)


def _points(subject: Subject) -> Iterator[str]:
    points = subject.outcome.get("points") or []
    named = subject.question.get("objectives") or []
    asked = [{"objective": one} if isinstance(one, str) else one for one in named]
    for place, point in enumerate(points, start=1):
        if point.get("plan"):
            yield from _plan(subject, point, f" at point {place}", asked)
    worth = [[_less_is_better(name, value) for name, value in listed(point["objectives"])] for point in points]
    for i, one in enumerate(worth):
        for j, other in enumerate(worth):
            if i != j and None not in (*one, *other) and _dominates(one, other):
                yield f"point {j + 1} is no better than point {i + 1} in any objective"


def _less_is_better(name: str, value: float | None) -> float | None:
    return -value if value is not None and name in MAXIMISED else value


def _dominates(one: Sequence[float | None], other: Sequence[float | None]) -> bool:
    return all(a is not None and b is not None and a <= b for a, b in zip(one, other, strict=True))


def _alternatives(subject: Subject) -> Iterator[str]:
    yield from _in_order(subject)
    seen: dict[frozenset[tuple[str, str, str]], int] = {}
    asked = subject.auditor().ground.asked.objectives
    for place, row in enumerate(subject.outcome.get("alternatives") or [], start=1):
        if not row.get("plan"):
            continue
        yield from _plan(subject, row, f" in alternative {place}", asked)
        offers = frozenset(offers_of(row["plan"]))
        if offers in seen:
            yield f"alternative {place} offers the same as alternative {seen[offers]}"
        seen.setdefault(offers, place)


def _in_order(subject: Subject) -> Iterator[str]:
    rows = subject.outcome.get("alternatives") or []
    at_most = subject.question.get("at_most", 100)
    if len(rows) > at_most:
        yield f"{len(rows)} alternatives are told, at most {at_most} were asked"
    first = [_less_is_better(*listed(row["objectives"])[0]) for row in rows if row.get("objectives")]
    within = float(subject.question.get("within_share") or "inf")
    for place, (one, other) in enumerate(pairwise(first), start=1):
        if one is not None and other is not None and other < one - 1e-6 * max(1.0, abs(one)):
            yield f"alternative {place + 1} is better than alternative {place}, which stands before it"
    for place, value in enumerate(first, start=1):
        if value is not None and value > (first[0] or 0.0) + (within + 1e-6) * max(abs(first[0] or 0.0), 1e-9):
            yield f"alternative {place} is more than {shown(within)} worse than the best"


def _futures(subject: Subject) -> Iterator[str]:
    rows, plan = subject.outcome.get("futures") or [], subject.outcome.get("plan")
    if not rows or not plan:
        return
    asked = subject.auditor().ground.asked.objectives
    values: dict[str, float | None] = {}
    for row in rows:
        audit = subject.audit(plan, row["future"])
        yield from different_objectives(audit, row.get("objectives") or [], asked, f" in future {row['future']}")
        first = audit.exact_objectives[0].value
        values[row["future"]] = None if first is None else float(first)
    told = listed(subject.outcome.get("objectives") or [])
    attitude = subject.question.get("attitude", "expected")
    known = {future: value for future, value in values.items() if value is not None}
    if not told or len(known) < len(values) or attitude not in ("expected", "worst_case"):
        return
    own = _expected(subject, known) if attitude == "expected" else _worst(told[0][0], known)
    if not same(told[0][1], own):
        yield f"objective {told[0][0]} ({attitude}) is {shown(told[0][1])}, recomputed {shown(own)}"


def _worst(name: str, values: Mapping[str, float]) -> float:
    return min(values.values()) if name in MAXIMISED else max(values.values())


def _expected(subject: Subject, values: Mapping[str, float]) -> float:
    table: Mapping[str, Any] = subject.plain.get("futures", {})
    chances = dict(zip(table.get("future_id", ()), table.get("probability", ()), strict=False))
    weight = {future: float(chances.get(future, float("nan"))) for future in values}
    if any(value != value for value in weight.values()):
        weight = dict.fromkeys(values, 1.0)
    return sum(weight[f] * value for f, value in values.items()) / sum(weight.values())
