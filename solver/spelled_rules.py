"""The rules of a scenario spelled out: one for each care type they speak of, those of the data's own tables among them, each with the periods it binds in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter, ValidationError

from solver.case import PlainTables
from solver.catalogue import FIELDS_OF_RULES
from solver.plain_cells import plain, some_of
from solver.rule import Rule
from solver.rules import AnyRule
from solver.written_scenario import FromTable, problem_of

Complain = Callable[[str, str, str], None]
"""Hears of a problem: where, what, and the remedy."""


@dataclass
class SpelledRules:
    """One pass over the rules of a scenario; what is wrong is told to ``complain``, what is odd or assumed is kept."""

    tables: PlainTables
    care_types: tuple[str, ...]
    periods: tuple[str, ...]
    complain: Complain
    check_names: Callable[[str, Any], None]
    warnings: list[str] = field(default_factory=list)
    assumed: list[str] = field(default_factory=list)

    def of(self, rules: Iterable[AnyRule | FromTable]) -> Iterable[Rule]:
        """Every rule, with an id of its own."""
        seen: dict[str, str] = {}
        expanded: list[Rule] = []
        for position, written in enumerate(rules):
            where = f"rules[{position}]"
            if isinstance(written, FromTable):
                expanded += self._from_table(where, position, written)
            else:
                expanded += self._per_care_type(where, written, written.id or f"{written.rule}-{position + 1}")
        with_capacity = {rule.care_type for rule in expanded if _kind(rule) == "capacity"}
        for care_type in self.care_types:
            if care_type not in with_capacity:
                expanded.append(_rule({"rule": "capacity", "id": f"capacity:{care_type}", "care_type": care_type}))
        for rule in expanded:
            if rule.id in seen:
                self.complain("rules", f"two rules are called {rule.id}", "give each rule an id of its own")
            seen[rule.id] = rule.id
            self.check_names(f"rule {rule.id}", rule)
            yield rule.model_copy(update={"periods": self._binding_periods(rule)})

    def _from_table(self, where: str, position: int, written: FromTable) -> list[Rule]:
        table = "interdependencies" if written.rule == "interdependency" else "norms"
        columns = self.tables.get(table)
        rules: list[Rule] = []
        if columns is None:
            self.complain(where, f"the data have no table {table}", "add the table, or write the rule out")
            return rules
        count = len(next(iter(columns.values()), ()))
        for row in range(count):
            cells = {name: plain(values[row]) for name, values in columns.items()}
            cells = {name: value for name, value in cells.items() if value is not None}
            if cells.pop("rule", "interdependency") != written.rule:
                continue
            if "care_type_id" in cells:
                cells["care_type"] = cells.pop("care_type_id")
            if cells.get("care_type", "*") not in (*self.care_types, "*"):
                continue
            rule_id = f"{written.id or f'{written.rule}-{position + 1}'}:{row + 1}"
            fields = {name: value for name, value in cells.items() if name in FIELDS_OF_RULES.get(written.rule, ())}
            fields |= {"rule": written.rule, "id": rule_id, "hardness": written.hardness}
            if written.penalty_per_unit is not None:
                fields["penalty_per_unit"] = written.penalty_per_unit
            if written.periods:
                fields["periods"] = written.periods
            try:
                rules += self._per_care_type(where, _rule(fields), rule_id)
            except ValidationError as error:
                for detail in error.errors(include_url=False, include_input=False):
                    problem = problem_of(detail)
                    self.complain(
                        f"{where} ({table} row {row + 1}).{problem['where']}",
                        problem["problem"],
                        f"correct the row in table {table}",
                    )
        if not rules:
            self.warnings.append(f"{where}: table {table} has no {written.rule} for the scenario's care types")
        return rules

    def _per_care_type(self, where: str, written: Rule, rule_id: str) -> list[Rule]:
        """One rule per care type where it names several, or where it speaks of each anyway."""
        named = written.care_type
        if named == "*" or (named is None and _kind(written) in ("lock", "capacity")):
            care_types = self.care_types
            if _kind(written) == "lock" and written.model_dump()["state"] == "open":
                self.check_names(where, written)
                care_types = tuple(k for k in care_types if may_offer(self.tables, written.model_dump()["site"], k))
                if not care_types:
                    self.complain(
                        where, "the site can offer none of the care types", "add rows to site_care, or drop the lock"
                    )
        elif isinstance(named, str) or named is None:
            if isinstance(named, str) and named not in self.care_types:
                self.complain(
                    f"{where}.care_type",
                    f"{named} is not a care type of the scenario",
                    f"use one of: {some_of(self.care_types)}",
                )
                return []
            return [written.model_copy(update={"id": rule_id})]
        else:
            for name in named:
                if name not in self.care_types:
                    self.complain(
                        f"{where}.care_type",
                        f"{name} is not a care type of the scenario",
                        f"use one of: {some_of(self.care_types)}",
                    )
            care_types = tuple(name for name in named if name in self.care_types)
        return [
            written.model_copy(update={"id": f"{rule_id}:{care_type}", "care_type": care_type})
            for care_type in care_types
        ]

    def _binding_periods(self, rule: Rule) -> tuple[str, ...]:
        """The rule's periods, or all, whose start lies in its validity; a period without a start always."""
        for period in rule.periods:
            if period not in self.periods:
                self.complain(
                    f"rule {rule.id}.periods",
                    f"{period} is not a period of the scenario",
                    f"use one of: {some_of(self.periods)}",
                )
        wanted = [period for period in self.periods if not rule.periods or period in rule.periods]
        first, last = rule.valid_from, rule.valid_to
        if first is None and last is None:
            return tuple(wanted)
        starts = self._starts()
        binding = tuple(
            period
            for period in wanted
            if (start := starts.get(period)) is None
            or ((first is None or str(first) <= start) and (last is None or start <= str(last)))
        )
        free = [period for period in wanted if period not in binding]
        if free:
            self.assumed.append(f"rule {rule.id} does not bind in {some_of(free)}: outside its validity")
        return binding

    def _starts(self) -> dict[str, str]:
        periods = self.tables.get("periods", {})
        if "start" not in periods:
            return {}
        given = ((p, plain(start)) for p, start in zip(periods["period_id"], periods["start"], strict=True))
        return {str(period): _as_date(start) for period, start in given if start is not None}


def may_offer(tables: PlainTables, site: str, care_type: str) -> bool:
    """Whether a site may offer a care type."""
    rows = tables["site_care"]
    return bool(((rows["site_id"] == site) & (rows["care_type_id"] == care_type)).any())


def _rule(fields: Mapping[str, Any]) -> Rule:
    rule: Rule = TypeAdapter[Any](AnyRule).validate_python(fields)
    return rule


def _kind(rule: Rule) -> str:
    return str(rule.model_dump(include={"rule"})["rule"])


def _as_date(start: Any) -> str:
    text = str(start)
    return f"{text}-01-01" if len(text) == 4 else text[:10]
