"""Plans drawn by hand: a set of sites for one care type, flows from cell to cell, and an outcome made of an audit."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from solver.audits.audit import Audit, audit, audit_today
from solver.audits.flows import FlowTable
from tests.builders import Json, PlainTables

Offer = tuple[str, str, str]


def offers(sites: Iterable[str], care_type: str = "hips", *, periods: Iterable[str] = ("today",)) -> list[Offer]:
    """These sites offering one care type in these periods."""
    return [(site, care_type, period) for period in periods for site in sites]


def flows(cells: Mapping[tuple[str, str], float], care_type: str = "hips", period: str = "today") -> FlowTable:
    """Flows of one care type [cases/year] keyed (area, site)."""
    return FlowTable.of(
        {"area_id": a, "site_id": s, "care_type_id": care_type, "period": period, "cases_per_year": cases}
        for (a, s), cases in cells.items()
    )


def value(audited: Audit, name: str) -> float | None:
    """A measure over all periods."""
    found: float | None = audited.measures[name]["value"]
    return found


def volumes(audited: Audit) -> dict[str, float]:
    """Site -> cases/year, of worlds with one care type and one period."""
    return {row["site_id"]: row["cases_per_year"] for row in audited.volumes}


def verdicts(audited: Audit, rule: str) -> dict[str, bool]:
    """Subject -> whether it holds, of a kind of rule in worlds with one care type and one period."""
    return {row["subject"]: row["holds"] for row in audited.norms if row["kind"] == rule}


def outcome(
    tables: PlainTables,
    scenario: Json,
    plan: list[Offer],
    assigned: FlowTable | None = None,
    today: FlowTable | None = None,
    word: str = "optimal",
) -> Json:
    """An outcome that says of a plan what the audit says of it, its values proved by equal bounds."""
    audited = audit(tables, scenario, plan, assigned, today=today)
    base = audit_today(tables, scenario, today)
    told: dict[str, Any] = {
        "outcome": word,
        "stopped_by": "proof",
        "scenario": scenario,
        "objectives": [{**row, "bound": row["value"], "gap": 0.0} for row in audited.objectives],
        "plan": _plan(plan, audited),
        "baseline": {"measures": base.measures, "plan": _plan(_today(base), base)},
        "measures": audited.measures,
        "norms": audited.norms,
        "breaches": audited.breaches,
    }
    copied: Json = json.loads(json.dumps(told))
    return copied


def _plan(listed: list[Offer], audited: Audit) -> Json:
    rows = [{"site_id": s, "care_type_id": k, "period": t} for s, k, t in listed]
    return {"offers": rows, "volumes": audited.volumes, "flows": audited.flows.rows()}


def _today(base: Audit) -> list[Offer]:
    return [(row["site_id"], row["care_type_id"], row["period"]) for row in base.volumes]
