"""Plans under a changed scenario: the steps of a sweep, each at its strict end, and the repairs of a diagnosis."""

from collections.abc import Iterator, Sequence

from solver.audits.objectives import MAXIMISED
from solver.audits.recheck.likeness import shown
from solver.audits.recheck.plans import (
    broken,
    different_measures,
    different_objectives,
    different_plan,
    impossible,
    listed,
)
from solver.audits.recheck.subject import Json, Subject

SWEPT = ("at_least", "max_minutes", "at_least_share", "at_most", "at_most_eur", "factor")
"""The limits a sweep may move; the first that the rule has, where none is named."""
RISING = ("at_least", "at_least_share")
"""Those of which a larger value is stricter."""


def refusals(subject: Subject) -> Iterator[str]:
    """What is wrong with steps and repairs."""
    yield from _steps(subject)
    yield from _repairs(subject)


def _steps(subject: Subject) -> Iterator[str]:
    rows: Sequence[Json] = subject.outcome.get("steps") or []
    if not rows:
        return
    field = _moved_field(subject)
    for place, (row, following) in enumerate(zip(rows, [*rows[1:], None], strict=True), start=1):
        where = f" at step {place}"
        if following is not None and row.get("to") != following.get("from"):
            yield f"the next step begins at {_end(following.get('from'))}, not at {_end(row.get('to'))}{where}"
        if row.get("plan"):
            yield from _step(subject, row, field, where)


def _step(subject: Subject, row: Json, field: str, where: str) -> Iterator[str]:
    """Its plan at the strict end; at the loose end the first objective may not be worse."""
    ends = [row.get("objectives_from") or row["objectives"], row.get("objectives_to") or row["objectives"]]
    values = [row["from"], row["to"]]
    if field not in RISING:
        ends, values = ends[::-1], values[::-1]
    scenario = _with(subject.scenario, str(subject.question["rule"]), {field: values[1]})
    audit = subject.audit(row["plan"], scenario=scenario)
    yield from impossible(audit, where)
    yield from broken(audit, where)
    yield from different_plan(audit, row["plan"], "base", where)
    yield from different_objectives(audit, ends[1], subject.auditor().ground.asked.objectives, where)
    (name, loose), (_, strict) = listed(ends[0])[0], listed(ends[1])[0]
    if loose is not None and strict is not None:
        worse = strict - loose if name in MAXIMISED else loose - strict
        if worse > 1e-6 * max(1.0, abs(strict)):
            yield f"objective {name} is worse at the loose end, {shown(loose)}, than at the strict one, {shown(strict)}{where}"


def _end(value: float | None) -> str:
    return "an open end" if value is None else shown(value)


def _moved_field(subject: Subject) -> str:
    if subject.question.get("field"):
        return str(subject.question["field"])
    rules = [rule for rule in subject.scenario["rules"] if _is_of(rule, str(subject.question["rule"]))]
    return next(field for field in SWEPT if any(rule.get(field) is not None for rule in rules))


def _repairs(subject: Subject) -> Iterator[str]:
    diagnosis = subject.outcome.get("diagnosis") or {}
    for place, row in enumerate(diagnosis.get("repairs") or [], start=1):
        if not row.get("plan"):
            continue
        where, change, scenario = f" in repair {place}", row["change"], subject.scenario
        for one in change if isinstance(change, list) else [change]:
            scenario = _with(scenario, one["rule"], {**(one.get("with") or {}), one["field"]: one["to"]})
        audit = subject.audit(row["plan"], scenario=scenario)
        yield from impossible(audit, where)
        yield from broken(audit, where)
        yield from different_plan(audit, row["plan"], "base", where)
        yield from different_measures(audit, row.get("measures") or {}, f"repair {place}'s measure")


def _with(scenario: Json, named: str, fields: Json) -> Json:
    """The scenario with fields of a rule changed; the id of a written rule changes all it was expanded to."""
    return {**scenario, "rules": [{**r, **fields} if _is_of(r, named) else r for r in scenario["rules"]]}


def _is_of(rule: Json, named: str) -> bool:
    return str(rule["id"]) == named or str(rule["id"]).startswith(named + ":")
