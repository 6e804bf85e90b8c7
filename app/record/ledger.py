"""The criteria ledger: what a care table agreed to weigh before it saw results, and where a scenario departs from it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import TypeAdapter, ValidationError

from app.errors import Finding
from app.problem import findings_of
from solver.objectives import AnyObjective
from solver.rules import AnyRule

RULES: TypeAdapter[Any] = TypeAdapter(AnyRule)
OBJECTIVES: TypeAdapter[Any] = TypeAdapter(AnyObjective)
EXPLAINS = frozenset({"id", "source", "reason", "party"})
"""Fields that say why or whose a rule is, not what it asks."""
Rule = Mapping[str, Any]


def problems(written: Mapping[str, Any]) -> list[Finding]:
    """What is wrong with the rules and objectives that a ledger writes down."""
    found = []
    for at, criterion in enumerate(written["criteria"]):
        if criterion.get("rule") is not None:
            found += _problems(RULES, criterion["rule"], f"criteria.{at}.rule")
    for at, objective in enumerate(written.get("objectives") or ()):
        found += _problems(OBJECTIVES, objective, f"objectives.{at}")
    return found


def departures(written: Mapping[str, Any], scenario: Mapping[str, Any]) -> list[str]:
    """Where the scenario (canonical, as an outcome has it) is not what the ledger says.

    A norm left out, changed in a field that the ledger states, or added; other objectives or another order of them. The
    capacity of the data is no norm.
    """
    asked = [rule for rule in scenario.get("rules") or () if not _is_capacity_of_the_data(rule)]
    told: list[str] = []
    for criterion in written["criteria"]:
        if criterion.get("rule") is not None:
            for agreed in _each(criterion["rule"], scenario.get("care_types") or ()):
                told += _against(criterion["id"], agreed, asked)
    told += [f"The scenario has {_called(rule)}, which is not in the ledger." for rule in asked]
    if written.get("objectives"):
        agreed_aims = [_stated(OBJECTIVES, objective) for objective in written["objectives"]]
        aims = list(scenario.get("objectives") or ())
        same = len(aims) == len(agreed_aims) and all(map(_does, aims, agreed_aims))
        if not same:
            told.append(f"The objectives are {_names(aims)}; the ledger has {_names(agreed_aims)}, in that order.")
    return told


def _each(written: Rule, care_types: Sequence[str]) -> list[dict[str, Any]]:
    """The agreed rule once per care type that it names, with the fields that it states."""
    stated = {"hardness": "hard", **_stated(RULES, written)}
    named = stated.get("care_type")
    every = care_types if named == "*" else named if isinstance(named, list) else None
    return [stated] if every is None else [{**stated, "care_type": one} for one in every]


def _against(name: str, agreed: Rule, asked: list[Rule]) -> Iterator[str]:
    """Takes the rule that does what was agreed, or one like it, out of what is asked; tells what is different about it."""
    alike = [rule for rule in asked if all(rule.get(each) == agreed.get(each) for each in ("rule", "care_type"))]
    if not alike:
        yield f"Criterion {name}: the scenario does not have {_called(agreed)}."
        return
    nearest = min(alike, key=lambda rule: sum(rule.get(field) != value for field, value in agreed.items()))
    asked.remove(nearest)
    for field, value in agreed.items():
        if nearest.get(field) != value:
            yield f"Criterion {name}: {field} is {nearest.get(field)} instead of {value}."


def _does(asked: Rule, agreed: Rule) -> bool:
    return all(asked.get(field) == value for field, value in agreed.items())


def _is_capacity_of_the_data(rule: Rule) -> bool:
    return rule.get("rule") == "capacity" and str(rule.get("id", "")).startswith("capacity:")


def _stated(kind: TypeAdapter[Any], written: Rule) -> dict[str, Any]:
    """The fields that are written down, read as a scenario's are, without who asked for it and why."""
    try:
        whole = kind.dump_python(kind.validate_python(written), mode="json")
    except ValidationError:
        whole = dict(written)
    return {name: whole[name] for name in written if name in whole and name not in EXPLAINS}


def _called(rule: Rule) -> str:
    care_type = rule.get("care_type")
    return f"a {rule.get('rule')}" + (f" for {care_type}" if care_type else "")


def _names(aims: Sequence[Rule]) -> str:
    return ", ".join(str(aim.get("objective")) for aim in aims) or "none"


def _problems(kind: TypeAdapter[Any], written: Mapping[str, Any], where: str) -> list[Finding]:
    try:
        kind.validate_python(written)
    except ValidationError as invalid:
        return [Finding(f"{where}.{each.where}".rstrip("."), each.problem, each.fix) for each in findings_of(invalid)]
    return []
