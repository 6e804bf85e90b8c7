"""The scenario: everything a table writes down about one question, checked at the door and spelled out.

``read_scenario`` takes the JSON of a caller together with the plain tables and gives back typed values and the canonical scenario: every default written
out, every rule expanded to one per care type, each with its id.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from pydantic import BaseModel, TypeAdapter, ValidationError

from solver.behaviours import Behaviour, Nearest
from solver.case import Limits, PlainTables
from solver.invalid import InvalidScenario
from solver.objectives import AnyObjective
from solver.objectives.penalties import Penalties
from solver.plain_cells import ids_in, plain, some_of
from solver.question import Door, Question
from solver.rule import Rule
from solver.spelled_rules import SpelledRules, may_offer
from solver.written_scenario import Scenario, problem_of

ONE_PERIOD = "today"
BASE_FUTURE = "base"


@dataclass(frozen=True)
class ReadScenario:
    """A scenario read against its data: values for the solver, the canonical JSON for everybody, and what had to be assumed."""

    canonical: dict[str, Any]
    care_types: tuple[str, ...]
    periods: tuple[str, ...]
    behaviours: tuple[Behaviour, ...]
    rules: tuple[Rule, ...]
    objectives: tuple[Any, ...]
    question: Any
    limits: Limits
    warnings: tuple[str, ...]
    assumed: tuple[str, ...]


def read_scenario(given: Mapping[str, Any], tables: PlainTables) -> ReadScenario:
    """Check and spell out a scenario. Raises InvalidScenario with every problem found."""
    try:
        scenario = Scenario.model_validate(given)
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False)
        problems = [problem_of(detail) for detail in details]
        raise InvalidScenario([*problems, *_problems_of_the_rest(given, details, tables)]) from None
    return _Reading(scenario, tables).result()


HARMLESS: dict[str, dict[str, Any]] = {
    "rules": {"rule": "site_count", "at_least": 0, "hardness": "report"},
    "objectives": {"objective": "travel_time"},
}
"""What stands in for a part of a list that could not be read, so that the others keep their place."""


def _problems_of_the_rest(
    given: Any, details: Iterable[Mapping[str, Any]], tables: PlainTables
) -> list[dict[str, str]]:
    """What else is wrong in the parts that can be read, so that everything is told at once."""
    if not isinstance(given, Mapping):
        return []
    rest = {name: list(value) if isinstance(value, list | tuple) else value for name, value in given.items()}
    for detail in details:
        name, *further = detail["loc"] or ("",)
        if name in HARMLESS and further and isinstance(further[0], int):
            rest[name][further[0]] = HARMLESS[name]
        else:
            rest.pop(name, None)
    try:
        _Reading(Scenario.model_validate(rest), tables).result()
    except InvalidScenario as more:
        return more.problems
    except ValidationError:
        return []
    return []


class _Reading:
    """One pass over a scenario and its data, gathering every problem."""

    def __init__(self, scenario: Scenario, tables: PlainTables) -> None:
        self._scenario, self._tables = scenario, tables
        self._problems: list[dict[str, str]] = []
        self._warnings: list[str] = []
        self._assumed: list[str] = []
        self._sites = set(ids_in(tables, "sites", "site_id"))
        self._care_types = self._chosen(
            "care_types", scenario.care_types, sorted(ids_in(tables, "care_types", "care_type_id"))
        )
        self._known_periods = ids_in(tables, "periods", "period_id")
        self._periods = scenario.periods if scenario.periods is not None else (self._known_periods or (ONE_PERIOD,))

    def result(self) -> ReadScenario:
        """Everything read, or every problem raised."""
        if not self._periods:
            self._complain("periods", "the list is empty", "name at least one period, or leave the field out")
        if len(set(self._periods)) < len(self._periods):
            self._complain("periods", "a period is named twice", "name each period once")
        behaviours = self._behaviours()
        spelled = SpelledRules(
            self._tables, self._care_types, tuple(self._periods), self._complain, self._check_names,
            self._warnings, self._assumed,
        )  # fmt: skip
        rules = tuple(spelled.of(self._scenario.rules))
        objectives = self._objectives(rules)
        question = self._scenario.question
        self._check_question(question, behaviours, rules)
        if self._problems:
            raise InvalidScenario(self._problems)
        left_out = sorted(set(ids_in(self._tables, "care_types", "care_type_id")) - set(self._care_types))
        if left_out:
            self._assumed.append(
                f"care types outside the scenario stay as offered today for interdependencies and are in no resource, balance or cost: {', '.join(left_out)}"
            )
        canonical = {
            "name": self._scenario.name,
            "care_types": list(self._care_types),
            "periods": list(self._periods),
            "behaviours": {k: b.model_dump(mode="json") for k, b in zip(self._care_types, behaviours, strict=True)},
            "rules": [rule.model_dump(mode="json", exclude_none=True) for rule in rules],
            "objectives": [objective.model_dump(mode="json", exclude_none=True) for objective in objectives],
            "question": question.model_dump(mode="json", exclude_none=True),
            "limits": self._scenario.limits.model_dump(mode="json"),
        }
        if self._scenario.description:
            canonical["description"] = self._scenario.description
        return ReadScenario(
            canonical, self._care_types, tuple(self._periods), behaviours, rules, objectives, question,
            self._scenario.limits, tuple(self._warnings), tuple(self._assumed),
        )  # fmt: skip

    def _complain(self, where: str, problem: str, fix: str) -> None:
        self._problems.append({"where": where, "problem": problem, "fix": fix})

    def _chosen(self, where: str, named: tuple[str, ...] | None, known: Iterable[str]) -> tuple[str, ...]:
        known = tuple(known)
        if named is None:
            return known
        for name in named:
            if name not in known:
                self._complain(where, f"the data have no {name}", f"use one of: {some_of(known)}")
        if not named:
            self._complain(where, "the list is empty", "name at least one, or leave the field out")
        return tuple(sorted({name for name in named if name in known}))

    def _behaviours(self) -> tuple[Behaviour, ...]:
        written = self._scenario.behaviours
        for name in written:
            if name != "*" and name not in ids_in(self._tables, "care_types", "care_type_id"):
                self._complain(
                    f"behaviours.{name}", f"the data have no care type {name}", "use a care_type_id of the data, or *"
                )
        unsaid = [k for k in self._care_types if k not in written and "*" not in written]
        if unsaid:
            self._assumed.append(f"no behaviour given for {some_of(unsaid)}: patients go to the nearest site by car")
        return tuple(written.get(k) or written.get("*") or Nearest() for k in self._care_types)

    def _objectives(self, rules: tuple[Rule, ...]) -> tuple[Any, ...]:
        objectives = self._scenario.objectives
        if not objectives:
            self._assumed.append("no objective given: least travel time")
            objectives = (TypeAdapter[Any](AnyObjective).validate_python({"objective": "travel_time"}),)
        kinds = [objective.objective for objective in objectives]
        if "weighted" in kinds and len(kinds) > 1:
            self._complain(
                "objectives",
                "weighted stands alone",
                "put every measure among its terms, or give an ordered list without it",
            )
        terms = [
            term.measure.objective
            for objective in objectives
            if objective.objective == "weighted"
            for term in objective.terms
        ]
        if any(rule.hardness == "soft" for rule in rules) and "penalties" not in kinds + terms:
            objectives = (Penalties(), *objectives)
        for position, objective in enumerate(objectives):
            named = [term.measure for term in objective.terms] if objective.objective == "weighted" else [objective]
            for measure in named:
                self._check_names(f"objectives[{position}]", measure)
        return objectives

    def _check_names(self, where: str, value: BaseModel) -> None:
        """Every id a rule or objective names must be in the data."""
        known = {
            "site": self._sites | ({"*"} if where == "question" else set()),
            "group": set(ids_in(self._tables, "population_groups", "group")),
            "region": set(ids_in(self._tables, "region_members", "region_id")),
            "network": set(ids_in(self._tables, "region_members", "region_kind")),
            "resource": set(ids_in(self._tables, "resources", "resource_id")),
            "requires": set(ids_in(self._tables, "care_types", "care_type_id")),
            "mode": set(self._modes()),
        }
        fields = value.model_dump(exclude_none=True)
        if fields.get("objective") == "group_gap":
            known["group"] |= {"*", *self._tables["areas"]}
        if fields.get("rule") == "interdependency":
            known["mode"] = set(ids_in(self._tables, "site_times", "mode")) | {"car"}
        if "parent" in fields:
            known["parent"] = self._sites | known["requires"]
        if "objective" in fields:
            known["care_type"] = {"*", *self._care_types}
        for name, ids in known.items():
            named = fields.get(name)
            for given in (named,) if isinstance(named, str) else named or ():
                if given in ids:
                    continue
                self._complain(
                    f"{where}.{name}",
                    f"the data have no {name} {given}",
                    f"use one of: {some_of(sorted(ids))}" if ids else "add it to the data",
                )

    def _modes(self) -> Iterable[str]:
        modes = [str(mode) for mode in self._tables.get("travel_times", {}).get("mode", ())]
        return [*modes, "ambulance"] if "post_times" in self._tables else modes

    def _check_question(self, question: Question, behaviours: tuple[Behaviour, ...], rules: tuple[Rule, ...]) -> None:
        self._check_names("question", question)
        self._problems += question.problems(self._door(behaviours, rules))
        for position, objective in enumerate(question.measures()):
            self._check_names(f"question.objectives[{position}]", objective)
        for row in question.model_dump().get("plan") or ():
            if row.get("site_id") not in self._sites or row.get("care_type_id") not in self._care_types:
                self._complain(
                    "question.plan",
                    f"no such pair: {row.get('site_id')}, {row.get('care_type_id')}",
                    "use ids of the scenario",
                )
            elif not may_offer(self._tables, row["site_id"], row["care_type_id"]):
                self._complain(
                    "question.plan",
                    f"site {row['site_id']} cannot offer {row['care_type_id']}",
                    "add a row to site_care, or leave the pair out",
                )
            if row.get("period") is not None and row["period"] not in self._periods:
                self._complain(
                    "question.plan",
                    f"{row['period']} is not a period of the scenario",
                    f"use one of: {some_of(self._periods)}",
                )

    def _door(self, behaviours: tuple[Behaviour, ...], rules: tuple[Rule, ...]) -> Door:
        sites, care = self._tables["sites"], self._tables["site_care"]
        inside = sites.get("in_region", np.ones(len(sites["site_id"]), bool))
        return Door(
            self._care_types,
            behaviours,
            frozenset(str(s) for s, own in zip(sites["site_id"], inside, strict=True) if not own),
            frozenset((str(s), str(k)) for s, k in zip(care["site_id"], care["care_type_id"], strict=True)),
            self._probabilities(),
            tuple(rule.model_dump(mode="json", exclude_none=True) for rule in rules),
        )

    def _probabilities(self) -> dict[str, float | None]:
        names = ids_in(self._tables, "futures", "future_id")
        given = self._tables.get("futures", {}).get("probability")
        return {name: None if given is None else plain(given[row]) for row, name in enumerate(names)}


__all__ = ["InvalidScenario", "ReadScenario", "read_scenario"]
