"""A stored plan laid out again from the data: who offers what, and where every patient goes."""

from collections.abc import Mapping
from typing import Any

from geodata.package import Package
from solver.audits.audit import Auditor
from solver.audits.flows import FlowTable
from solver.audits.layout import Layout


def layouts_of(outcome: Mapping[str, Any], package: Package) -> tuple[Layout, Layout | None]:
    """The outcome's plan and its baseline, if it has one; the outcome must hold a plan."""
    auditor = Auditor(package.tables, outcome["scenario"])
    today = (outcome.get("baseline") or {}).get("plan")
    return _layout(auditor, outcome["plan"]), _layout(auditor, today) if today else None


def with_flows(outcome: dict[str, Any], package: Package) -> dict[str, Any]:
    """The outcome with every flow of its plan; as it is when it holds no plan."""
    if not outcome.get("plan"):
        return outcome
    flows = layouts_of(outcome, package)[0].flows()
    return {**outcome, "plan": {**outcome["plan"], "flows": flows.rows()}}


def _layout(auditor: Auditor, plan: Mapping[str, Any]) -> Layout:
    offers = [(row["site_id"], row["care_type_id"], row["period"]) for row in plan["offers"]]
    steered = set(auditor.ground.asked.steered())
    assigned = [row for row in plan.get("flows") or () if row["care_type_id"] in steered]
    return auditor.audit(offers, FlowTable.of(assigned) if assigned else None).layout
