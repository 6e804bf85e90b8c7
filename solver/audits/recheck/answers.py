"""The many plans of a question: points, steps, alternatives, prices, repairs, futures, and each pair closed in turn."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from solver.audits.objectives import MAXIMISED
from solver.audits.recheck import behaviour_regret, changed, futures, one_site_out, prices
from solver.audits.recheck.likeness import shown
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
        *futures.refusals(subject), *one_site_out.refusals(subject), *behaviour_regret.refusals(subject),
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
