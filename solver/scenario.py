"""The scenario: everything a table writes down about one question, checked at the door and spelled out.

``read_scenario`` takes the JSON of a caller together with the plain tables and gives back typed values and the canonical scenario: every default written
out, every rule expanded to one per care type, each with its id.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, TypeAdapter, ValidationError

from solver.behaviours import Behaviour, Nearest
from solver.case import Limits, PlainTables
from solver.invalid import InvalidScenario
from solver.objectives import AnyObjective
from solver.objectives.penalties import Penalties
from solver.question import Door, Question
from solver.questions import AnyQuestion
from solver.questions.optimise import Optimise
from solver.rule import Rule
from solver.rules import AnyRule

ONE_PERIOD = "today"
BASE_FUTURE = "base"


class FromTable(BaseModel):
    """Takes the rules of one kind from the data's own table (norms, or interdependencies)."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    rule: str
    taken_from: Literal["table"] = Field(alias="from")
    id: str = Field(default="", max_length=300)
    hardness: Literal["hard", "soft", "report"] = "hard"
    penalty_per_unit: float | None = Field(default=None, ge=0)
    periods: tuple[str, ...] = ()


def _kind_of_rule(given: Any) -> str:
    if isinstance(given, FromTable) or (isinstance(given, dict) and "from" in given):
        return "from_table"
    return "written"


WrittenRule = Annotated[
    Annotated[AnyRule, Tag("written")] | Annotated[FromTable, Tag("from_table")], Discriminator(_kind_of_rule)
]


class Scenario(BaseModel):
    """A scenario as a caller writes it (contract section 2)."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    name: str = Field(default="", max_length=300)
    description: str = Field(default="", max_length=10_000)
    care_types: tuple[str, ...] | None = Field(
        default=None, description="Care types the table decides about; all when left out."
    )
    periods: tuple[str, ...] | None = Field(
        default=None, description="Periods in time order; all of the data when left out."
    )
    behaviours: dict[str, Behaviour] = Field(default_factory=dict, description="Per care type, or * for all others.")
    rules: tuple[WrittenRule, ...] = ()
    objectives: tuple[AnyObjective, ...] = Field(
        default=(), description="In order of importance; travel_time when left out."
    )
    question: AnyQuestion = Field(default_factory=Optimise)
    limits: Limits = Field(default_factory=Limits)


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
        problems = [_problem(detail) for detail in details]
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


def rule_schema() -> dict[str, Any]:
    """JSON schemas of every rule, objective, behaviour and question, as GET /v1/catalogue shows them."""
    return {
        "rules": TypeAdapter[Any](AnyRule).json_schema(),
        "objectives": TypeAdapter[Any](AnyObjective).json_schema(),
        "behaviours": TypeAdapter(Behaviour).json_schema(),
        "questions": TypeAdapter(AnyQuestion).json_schema(),
    }


def catalogue() -> dict[str, Any]:
    """What a scenario can be made of: kinds, their first sentence, and their fields with units."""
    return {family: _members(schema) for family, schema in rule_schema().items()}


def _members(schema: Mapping[str, Any]) -> list[dict[str, Any]]:
    definitions = schema.get("$defs", {})
    names = [reference["$ref"].rsplit("/", 1)[-1] for reference in schema.get("oneOf", [])]
    kinds = {
        reference.rsplit("/", 1)[-1]: kind
        for kind, reference in schema.get("discriminator", {}).get("mapping", {}).items()
    }
    return [
        {
            "kind": kinds[name],
            "description": definitions[name].get("description", ""),
            "fields": definitions[name].get("properties", {}),
        }
        for name in names
    ]


FIXES = {
    "missing": "add the field",
    "extra_forbidden": "remove the field, or correct its name",
    "union_tag_invalid": "use one of the kinds in GET /v1/catalogue",
    "union_tag_not_found": "say which kind it is",
}


def _problem(detail: Mapping[str, Any]) -> dict[str, str]:
    where = ""
    for part in detail["loc"]:
        if isinstance(part, int):
            where += f"[{part}]"
        elif part not in ("written", "from_table") and part not in _KINDS:
            where += f".{part}" if where else str(part)
    fix = FIXES.get(detail["type"], "correct the value as the message says")
    return {"where": where or "scenario", "problem": str(detail["msg"]), "fix": fix}


_FAMILIES: tuple[Any, ...] = (AnyRule, AnyObjective, Behaviour, AnyQuestion)
_KINDS = {
    kind
    for family in _FAMILIES
    for kind in TypeAdapter[Any](family).json_schema().get("discriminator", {}).get("mapping", {})
}


class _Reading:
    """One pass over a scenario and its data, gathering every problem."""

    def __init__(self, scenario: Scenario, tables: PlainTables) -> None:
        self._scenario, self._tables = scenario, tables
        self._problems: list[dict[str, str]] = []
        self._warnings: list[str] = []
        self._assumed: list[str] = []
        self._sites = set(_ids(tables, "sites", "site_id"))
        self._care_types = self._chosen(
            "care_types", scenario.care_types, sorted(_ids(tables, "care_types", "care_type_id"))
        )
        self._known_periods = _ids(tables, "periods", "period_id")
        self._periods = scenario.periods if scenario.periods is not None else (self._known_periods or (ONE_PERIOD,))

    def result(self) -> ReadScenario:
        """Everything read, or every problem raised."""
        if not self._periods:
            self._complain("periods", "the list is empty", "name at least one period, or leave the field out")
        if len(set(self._periods)) < len(self._periods):
            self._complain("periods", "a period is named twice", "name each period once")
        behaviours = self._behaviours()
        rules = tuple(self._rules())
        objectives = self._objectives(rules)
        question = self._scenario.question
        self._check_question(question, behaviours, rules)
        if self._problems:
            raise InvalidScenario(self._problems)
        left_out = sorted(set(_ids(self._tables, "care_types", "care_type_id")) - set(self._care_types))
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
                self._complain(where, f"the data have no {name}", f"use one of: {_some(known)}")
        if not named:
            self._complain(where, "the list is empty", "name at least one, or leave the field out")
        return tuple(sorted({name for name in named if name in known}))

    def _behaviours(self) -> tuple[Behaviour, ...]:
        written = self._scenario.behaviours
        for name in written:
            if name != "*" and name not in _ids(self._tables, "care_types", "care_type_id"):
                self._complain(
                    f"behaviours.{name}", f"the data have no care type {name}", "use a care_type_id of the data, or *"
                )
        unsaid = [k for k in self._care_types if k not in written and "*" not in written]
        if unsaid:
            self._assumed.append(f"no behaviour given for {_some(unsaid)}: patients go to the nearest site by car")
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

    def _rules(self) -> Iterable[Rule]:
        seen: dict[str, str] = {}
        expanded: list[Rule] = []
        for position, written in enumerate(self._scenario.rules):
            where = f"rules[{position}]"
            if isinstance(written, FromTable):
                expanded += self._from_table(where, position, written)
            else:
                expanded += self._per_care_type(where, written, written.id or f"{written.rule}-{position + 1}")
        with_capacity = {rule.care_type for rule in expanded if _kind(rule) == "capacity"}
        for care_type in self._care_types:
            if care_type not in with_capacity:
                expanded.append(_rule({"rule": "capacity", "id": f"capacity:{care_type}", "care_type": care_type}))
        for rule in expanded:
            if rule.id in seen:
                self._complain("rules", f"two rules are called {rule.id}", "give each rule an id of its own")
            seen[rule.id] = rule.id
            self._check_names(f"rule {rule.id}", rule)
            yield rule.model_copy(update={"periods": self._binding_periods(rule)})

    def _from_table(self, where: str, position: int, written: FromTable) -> list[Rule]:
        table = "interdependencies" if written.rule == "interdependency" else "norms"
        columns = self._tables.get(table)
        rules: list[Rule] = []
        if columns is None:
            self._complain(where, f"the data have no table {table}", "add the table, or write the rule out")
            return rules
        count = len(next(iter(columns.values()), ()))
        for row in range(count):
            cells = {name: _plain(values[row]) for name, values in columns.items()}
            cells = {name: value for name, value in cells.items() if value is not None}
            if cells.pop("rule", "interdependency") != written.rule:
                continue
            if "care_type_id" in cells:
                cells["care_type"] = cells.pop("care_type_id")
            if cells.get("care_type", "*") not in (*self._care_types, "*"):
                continue
            rule_id = f"{written.id or f'{written.rule}-{position + 1}'}:{row + 1}"
            fields = {name: value for name, value in cells.items() if name in _FIELDS.get(written.rule, ())}
            fields |= {"rule": written.rule, "id": rule_id, "hardness": written.hardness}
            if written.penalty_per_unit is not None:
                fields["penalty_per_unit"] = written.penalty_per_unit
            if written.periods:
                fields["periods"] = written.periods
            try:
                rules += self._per_care_type(where, _rule(fields), rule_id)
            except ValidationError as error:
                for detail in error.errors(include_url=False, include_input=False):
                    problem = _problem(detail)
                    self._complain(
                        f"{where} ({table} row {row + 1}).{problem['where']}",
                        problem["problem"],
                        f"correct the row in table {table}",
                    )
        if not rules:
            self._warnings.append(f"{where}: table {table} has no {written.rule} for the scenario's care types")
        return rules

    def _per_care_type(self, where: str, written: Rule, rule_id: str) -> list[Rule]:
        """One rule per care type where it names several, or where it speaks of each anyway."""
        named = written.care_type
        if named == "*" or (named is None and _kind(written) in ("lock", "capacity")):
            care_types = self._care_types
            if _kind(written) == "lock" and written.model_dump()["state"] == "open":
                self._check_names(where, written)
                care_types = tuple(k for k in care_types if self._may_offer(written.model_dump()["site"], k))
                if not care_types:
                    self._complain(
                        where, "the site can offer none of the care types", "add rows to site_care, or drop the lock"
                    )
        elif isinstance(named, str) or named is None:
            if isinstance(named, str) and named not in self._care_types:
                self._complain(
                    f"{where}.care_type",
                    f"{named} is not a care type of the scenario",
                    f"use one of: {_some(self._care_types)}",
                )
                return []
            return [written.model_copy(update={"id": rule_id})]
        else:
            for name in named:
                if name not in self._care_types:
                    self._complain(
                        f"{where}.care_type",
                        f"{name} is not a care type of the scenario",
                        f"use one of: {_some(self._care_types)}",
                    )
            care_types = tuple(name for name in named if name in self._care_types)
        return [
            written.model_copy(update={"id": f"{rule_id}:{care_type}", "care_type": care_type})
            for care_type in care_types
        ]

    def _may_offer(self, site: str, care_type: str) -> bool:
        rows = self._tables["site_care"]
        return bool(((rows["site_id"] == site) & (rows["care_type_id"] == care_type)).any())

    def _binding_periods(self, rule: Rule) -> tuple[str, ...]:
        """The rule's periods, or all, whose start lies in its validity; a period without a start always."""
        for period in rule.periods:
            if period not in self._periods:
                self._complain(
                    f"rule {rule.id}.periods",
                    f"{period} is not a period of the scenario",
                    f"use one of: {_some(self._periods)}",
                )
        wanted = [period for period in self._periods if not rule.periods or period in rule.periods]
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
            self._assumed.append(f"rule {rule.id} does not bind in {_some(free)}: outside its validity")
        return binding

    def _starts(self) -> dict[str, str]:
        periods = self._tables.get("periods", {})
        if "start" not in periods:
            return {}
        given = ((p, _plain(start)) for p, start in zip(periods["period_id"], periods["start"], strict=True))
        return {str(period): _as_date(start) for period, start in given if start is not None}

    def _check_names(self, where: str, value: BaseModel) -> None:
        """Every id a rule or objective names must be in the data."""
        known = {
            "site": self._sites | ({"*"} if where == "question" else set()),
            "group": set(_ids(self._tables, "population_groups", "group")),
            "region": set(_ids(self._tables, "region_members", "region_id")),
            "network": set(_ids(self._tables, "region_members", "region_kind")),
            "resource": set(_ids(self._tables, "resources", "resource_id")),
            "requires": set(_ids(self._tables, "care_types", "care_type_id")),
            "mode": set(self._modes()),
        }
        fields = value.model_dump(exclude_none=True)
        if fields.get("objective") == "group_gap":
            known["group"] |= {"*", *self._tables["areas"]}
        if fields.get("rule") == "interdependency":
            known["mode"] = set(_ids(self._tables, "site_times", "mode")) | {"car"}
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
                    f"use one of: {_some(sorted(ids))}" if ids else "add it to the data",
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
            elif not self._may_offer(row["site_id"], row["care_type_id"]):
                self._complain(
                    "question.plan",
                    f"site {row['site_id']} cannot offer {row['care_type_id']}",
                    "add a row to site_care, or leave the pair out",
                )
            if row.get("period") is not None and row["period"] not in self._periods:
                self._complain(
                    "question.plan",
                    f"{row['period']} is not a period of the scenario",
                    f"use one of: {_some(self._periods)}",
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
        names = _ids(self._tables, "futures", "future_id")
        given = self._tables.get("futures", {}).get("probability")
        return {name: None if given is None else _plain(given[row]) for row, name in enumerate(names)}


def _rule(fields: Mapping[str, Any]) -> Rule:
    rule: Rule = TypeAdapter[Any](AnyRule).validate_python(fields)
    return rule


def _kind(rule: Rule) -> str:
    return str(rule.model_dump(include={"rule"})["rule"])


def _rule_fields() -> dict[str, tuple[str, ...]]:
    schema = TypeAdapter[Any](AnyRule).json_schema()
    mapping = schema["discriminator"]["mapping"]
    return {
        kind: tuple(schema["$defs"][reference.rsplit("/", 1)[-1]]["properties"]) for kind, reference in mapping.items()
    }


_FIELDS = _rule_fields()


def _ids(tables: PlainTables, table: str, column: str) -> tuple[str, ...]:
    values = tables.get(table, {}).get(column)
    return tuple(dict.fromkeys(str(value) for value in values)) if values is not None else ()


def _plain(cell: Any) -> Any:
    """A cell as a plain value: None where blank, whole numbers as int."""
    if cell is None or (isinstance(cell, float) and np.isnan(cell)):
        return None
    if isinstance(cell, np.generic):
        cell = cell.item()
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell


def _as_date(start: Any) -> str:
    text = str(start)
    return f"{text}-01-01" if len(text) == 4 else text[:10]


def _some(names: Iterable[str], most: int = 8) -> str:
    names = list(names)
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


__all__ = ["FromTable", "InvalidScenario", "ReadScenario", "Scenario", "catalogue", "read_scenario"]
