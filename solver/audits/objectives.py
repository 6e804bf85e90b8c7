"""Every objective and measure of a layout, by name."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from solver.audits import (
    accessibility,
    adverse_outcomes,
    beyond_minutes,
    changes,
    co2,
    group_gap,
    largest_organisation_loss,
    mean_minutes_per_case,
    operating_cost,
    penalties,
    sites,
    staff,
    tail_minutes,
    transition_cost,
    travel_time,
    unserved,
    worst_minutes,
)
from solver.audits.exact import decimal
from solver.audits.layout import Layout
from solver.audits.measures import Measure, Value
from solver.audits.missing import MissingData, missing
from solver.audits.rows import Row

Fields = Mapping[str, Any]
OBJECTIVES: Mapping[str, Callable[[Layout, Fields], Measure]] = {
    "accessibility": accessibility.audit,
    "adverse_outcomes": adverse_outcomes.audit,
    "beyond_minutes": beyond_minutes.audit,
    "changes": changes.audit,
    "co2": co2.audit,
    "group_gap": group_gap.audit,
    "largest_organisation_loss": largest_organisation_loss.audit,
    "mean_minutes_per_case": mean_minutes_per_case.audit,
    "operating_cost": operating_cost.audit,
    "sites": sites.audit,
    "staff": staff.audit,
    "tail_minutes": tail_minutes.audit,
    "transition_cost": transition_cost.audit,
    "travel_time": travel_time.audit,
    "unserved": unserved.audit,
    "worst_minutes": worst_minutes.audit,
}
ALWAYS = (
    "travel_time", "mean_minutes_per_case", "worst_minutes", "unserved", "sites", "changes",
    "operating_cost", "transition_cost", "adverse_outcomes", "accessibility",
)  # fmt: skip
MAXIMISED = ("accessibility",)
HOW_ASKED = ("objective", "tolerance", "weight")


def measure(layout: Layout, fields: Fields, rows: Sequence[Row]) -> Measure:
    """The value of one objective with its fields."""
    name = str(fields["objective"])
    if name == "penalties":
        return penalties.audit(layout, rows)
    if name == "weighted":
        return _weighted(layout, fields, rows)
    if name not in OBJECTIVES:
        raise missing(
            "objectives", f"there is no objective {name}", f"name one of {', '.join(OBJECTIVES)}, penalties, weighted"
        )
    return OBJECTIVES[name](layout, fields)


def measures(layout: Layout, rows: Sequence[Row]) -> dict[str, Measure]:
    """What the tables allow, and every objective of the scenario.

    A second one of a name with other fields is name#2.
    """
    asked = [term for o in layout.ground.asked.objectives for term in o.get("terms", (o,))]
    found: dict[str, Measure] = {}
    fields_of: dict[str, Fields] = {}
    for fields in asked:
        own = {key: value for key, value in fields.items() if key not in HOW_ASKED and value is not None}
        name, number = str(fields["objective"]), 1
        while name in fields_of and fields_of[name] != own:
            number += 1
            name = f"{fields['objective']}#{number}"
        if name not in fields_of:
            fields_of[name], found[name] = own, measure(layout, fields, rows)
    for name in ALWAYS:
        if name not in found:
            try:
                found[name] = OBJECTIVES[name](layout, {})
            except MissingData:
                continue
    if any(row.hardness == "soft" for row in rows) and "penalties" not in found:
        found["penalties"] = penalties.audit(layout, rows)
    return found


def _weighted(layout: Layout, fields: Fields, rows: Sequence[Row]) -> Measure:
    parts = []
    for term in fields["terms"]:
        sign = -1 if term["objective"] in MAXIMISED else 1
        parts.append((sign * decimal(term.get("weight", 1)), measure(layout, term, rows)))
    value = _sum([(weight, part.value) for weight, part in parts])
    per_period = tuple(_sum([(weight, part.per_period[t]) for weight, part in parts]) for t in layout.periods)
    return Measure("weighted", value, per_period)


def _sum(terms: list[tuple[Fraction, Value]]) -> Value:
    known = [weight * value for weight, value in terms if value is not None]
    return sum(known, Fraction(0)) if len(known) == len(terms) else None
