"""The scenario as the audits read it.

Care types, periods, behaviours, one rule per care type, and the objectives in order.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from solver.audits.missing import missing
from solver.audits.plain import PlainTables, texts

ONE_RULE_EACH = ("capacity", "lock")


@dataclass(frozen=True)
class Rule:
    """One rule for one care type (or, where care_type is None, for all together) in the periods it binds in."""

    id: str
    kind: str
    care_type: str | None
    periods: tuple[str, ...]
    hardness: str
    fields: Mapping[str, Any]

    def get(self, name: str, default: Any = None) -> Any:
        """The field of that name, or the default where it is absent or null."""
        value = self.fields.get(name)
        return default if value is None else value


@dataclass(frozen=True)
class Asked:
    """What a scenario asks.

    Care types and periods in order, a behaviour per care type, rules, objectives, question.
    """

    care_types: tuple[str, ...]
    periods: tuple[str, ...]
    behaviours: Mapping[str, Mapping[str, Any]]
    rules: tuple[Rule, ...]
    objectives: tuple[Mapping[str, Any], ...]
    question: Mapping[str, Any]

    def mode(self, care_type: str) -> str:
        """The travel mode of a care type's patients."""
        return str(self.behaviours[care_type].get("mode") or "car")

    def steered(self) -> tuple[str, ...]:
        """The care types whose patients the planner assigns."""
        return tuple(k for k in self.care_types if self.behaviours[k]["behaviour"] == "steered")


def read(scenario: Mapping[str, Any], plain: PlainTables) -> Asked:
    """The scenario with every default filled in, whether or not it was canonical already."""
    care_types = tuple(scenario.get("care_types") or texts(plain, "care_types", "care_type_id"))
    periods = tuple(scenario.get("periods") or texts(plain, "periods", "period_id") or ("today",))
    behaviours = scenario.get("behaviours") or {}
    anyone = behaviours.get("*")
    chosen: dict[str, Mapping[str, Any]] = {}
    for k in care_types:
        behaviour = behaviours.get(k) or anyone
        if behaviour is None:
            raise missing(
                f"behaviours, care type {k}", "no behaviour is given", "name one for this care type or for '*'"
            )
        chosen[k] = behaviour
    starts = _starts(plain)
    rules = tuple(
        Rule(
            id=str(row["id"]),
            kind=str(row["rule"]),
            care_type=row.get("care_type"),
            periods=tuple(t for t in row.get("periods") or periods if t in periods and _valid(row, starts.get(t))),
            hardness=str(row.get("hardness") or "hard"),
            fields=row,
        )
        for row in _expanded(scenario.get("rules") or [], care_types, plain)
    )
    objectives = tuple(scenario.get("objectives") or ({"objective": "travel_time"},))
    if any(rule.hardness == "soft" for rule in rules) and "penalties" not in _names(objectives):
        objectives = ({"objective": "penalties"}, *objectives)
    return Asked(care_types, periods, chosen, rules, objectives, scenario.get("question") or {"question": "optimise"})


def _names(objectives: Sequence[Mapping[str, Any]]) -> set[str]:
    return {term["objective"] for o in objectives for term in (o, *o.get("terms", ()))}


def _expanded(
    rules: Sequence[Mapping[str, Any]], care_types: tuple[str, ...], plain: PlainTables
) -> Iterator[Mapping[str, Any]]:
    limited: set[str] = set()
    for position, written in enumerate(rules, start=1):
        rule = {
            "id": f"{written['rule']}-{position}",
            **{key: value for key, value in written.items() if value is not None},
        }
        for row in _from_table(rule, plain):
            named = row.get("care_type", "*" if row["rule"] in ONE_RULE_EACH else None)
            for one in [row] if named is None else _one_each(row, named, care_types):
                if one["rule"] == "capacity":
                    limited.add(one["care_type"])
                yield one
    for k in care_types:
        if k not in limited:
            yield {"id": f"capacity:{k}", "rule": "capacity", "care_type": k, "factor": 1, "hardness": "hard"}


def _one_each(rule: Mapping[str, Any], named: Any, care_types: tuple[str, ...]) -> Iterator[Mapping[str, Any]]:
    if isinstance(named, str) and named != "*":
        yield rule
        return
    for k in care_types if named == "*" else named:
        yield {**rule, "id": f"{rule['id']}:{k}", "care_type": k}


def _from_table(rule: Mapping[str, Any], plain: PlainTables) -> Iterator[Mapping[str, Any]]:
    if rule.get("from") != "table":
        yield rule
        return
    name = "interdependencies" if rule["rule"] == "interdependency" else "norms"
    table = plain.get(name)
    if table is None:
        raise missing(
            f"rule {rule['id']}", f"takes its rows from table {name}, which is not there", f"add table {name}"
        )
    renamed = {"care_type_id": "care_type"}
    for row in range(len(next(iter(table.values())))):
        cells = {renamed.get(c, c): _plain_value(column[row]) for c, column in table.items()}
        cells = {c: value for c, value in cells.items() if value is not None}
        if cells.get("rule", rule["rule"]) == rule["rule"]:
            yield {**cells, **{c: v for c, v in rule.items() if c != "from"}, "id": f"{rule['id']}:{row + 1}"}


def _plain_value(cell: Any) -> Any:
    value = cell.item() if isinstance(cell, np.generic) else cell
    return None if isinstance(value, float) and value != value else value


def _starts(plain: PlainTables) -> dict[str, str]:
    table = plain.get("periods", {})
    if "start" not in table:
        return {}
    cells = [_plain_value(cell) for cell in table["start"]]
    return {t: _first_day(c) for t, c in zip(table["period_id"], cells, strict=True) if c is not None}


def _valid(rule: Mapping[str, Any], start: str | None) -> bool:
    first, last = rule.get("valid_from"), rule.get("valid_to")
    if start is None:
        return True
    return (first is None or _first_day(first) <= start) and (last is None or start <= _last_day(last))


def _day(value: Any) -> str:
    return str(int(value)) if isinstance(value, float) else str(value)


def _first_day(value: Any) -> str:
    return _day(value) + "-01-01"[len(_day(value)) - 4 :] if len(_day(value)) in (4, 7) else _day(value)


def _last_day(value: Any) -> str:
    day = _day(value)
    return day + {4: "-12-31", 7: "-31"}.get(len(day), "")
