"""Futures: the one plan in each of them, and the one number that its objectives are combined into."""

from collections.abc import Iterator, Mapping
from typing import Any

from solver.audits.objectives import MAXIMISED
from solver.audits.recheck.likeness import same, shown
from solver.audits.recheck.plans import different_measures, different_objectives, different_rows, listed
from solver.audits.recheck.subject import Json, Subject


def refusals(subject: Subject) -> Iterator[str]:
    """What is wrong with the futures of the outcome, and with its objectives over all of them."""
    rows, plan = subject.outcome.get("futures") or [], subject.outcome.get("plan")
    if not rows or not plan:
        return
    asked = subject.auditor().ground.asked.objectives
    worth: dict[str, list[float | None]] = {}
    for row in rows:
        future = row["future"]
        audit = subject.audit(plan, future)
        where = f" in future {future}"
        yield from different_objectives(audit, row.get("objectives") or [], asked, where)
        yield from different_rows(f"breach{where}:", row.get("breaches"), audit.breaches)
        yield from different_measures(audit, row.get("measures") or {}, f"measure{where}:")
        worth[future] = [None if m.value is None else float(m.value) for m in audit.exact_objectives]
    yield from _losses(subject, rows)
    yield from _combined(subject, rows, worth)


def _losses(subject: Subject, rows: list[Json]) -> Iterator[str]:
    """Each loss is the first objective's distance from the future's own best, and no own best is worse than the plan."""
    for row in rows:
        value = listed(row.get("objectives") or [])[:1]
        if row.get("own_best") is None or row.get("loss") is None or not value or value[0][1] is None:
            continue
        sign = -1.0 if value[0][0] in MAXIMISED else 1.0
        own = sign * (value[0][1] - row["own_best"])
        if not same(row["loss"], own):
            yield f"the loss in future {row['future']} is {shown(row['loss'])}, recomputed {shown(own)}"
        elif own < -1e-6 * max(1.0, abs(value[0][1])):
            yield f"the plan is better in future {row['future']} than that future's own best"


def _combined(subject: Subject, rows: list[Json], worth: Mapping[str, list[float | None]]) -> Iterator[str]:
    attitude, asked = subject.question.get("attitude", "expected"), subject.auditor().ground.asked.objectives
    for place, (name, told) in enumerate(listed(subject.outcome.get("objectives") or [])):
        values = {future: all_values[place] for future, all_values in worth.items()}
        known = {future: value for future, value in values.items() if value is not None}
        if len(known) < len(values):
            continue
        if attitude == "expected":
            own = _expected(subject, known)
        elif attitude == "regret" and place == 0:
            losses = [row["loss"] for row in rows if row.get("loss") is not None]
            if len(losses) < len(rows):
                continue
            own = max(losses)
        else:
            own = min(known.values()) if name in MAXIMISED else max(known.values())
        tolerance = float(asked[place].get("tolerance") or 0)
        given = told is not None and abs(own - told) <= (tolerance + 1e-6) * max(1.0, abs(told))
        if not same(told, own) and not (tolerance and given):
            yield f"objective {name} ({attitude}) is {shown(told)}, recomputed {shown(own)}"


def _expected(subject: Subject, values: Mapping[str, float]) -> float:
    table: Mapping[str, Any] = subject.plain.get("futures", {})
    chances = dict(zip(table.get("future_id", ()), table.get("probability", ()), strict=False))
    weight = {future: float(chances.get(future, float("nan"))) for future in values}
    if any(value != value for value in weight.values()):
        weight = dict.fromkeys(values, 1.0)
    return sum(weight[f] * value for f, value in values.items()) / sum(weight.values())
