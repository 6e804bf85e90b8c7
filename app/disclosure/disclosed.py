"""Answers and layers as the disclosure rule leaves them: worked out again from coarse counts, small ones hidden."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from geodata.package import Package
from solver.audits.audit import Audit, Auditor
from solver.audits.flows import FlowTable

COUNT_WORDS = ("cases", "volume", "population", "inhabitants", "persons")
KEYS = (
    "area_id", "site_id", "from_site_id", "to_site_id", "region_kind", "region_id", "care_type_id", "period", "plan",
)  # fmt: skip
KEPT = ("outcome", "stopped_by", "scenario", "canonical", "assumed")
MADE_FROM = ("formulation", "scenario_sha256", "versions", "seed", "ledger")
"""Of an outcome's provenance; hashes of data and result are left out, for they would let guesses be checked."""


def disclosed_outcome(outcome: Mapping[str, Any], package: Package, *, threshold: float) -> dict[str, Any]:
    """The outcome with its decisions, and with numbers that come from the coarse package alone."""
    told: dict[str, Any] = {name: outcome[name] for name in KEPT if name in outcome}
    provenance = outcome.get("provenance") or {}
    told["provenance"] = {name: provenance[name] for name in MADE_FROM if name in provenance}
    told |= {"objectives": [], "plan": None, "baseline": None, "measures": {}, "norms": [], "breaches": []}
    if outcome.get("verification"):
        told["verification"] = {"passed": outcome["verification"]["passed"], "certificate": None}
    if (outcome.get("diagnosis") or {}).get("conflicts"):
        told["diagnosis"] = {"conflicts": outcome["diagnosis"]["conflicts"]}
    if outcome.get("plan"):
        auditor = Auditor(package.tables, outcome["scenario"])
        plan, flows = _audited(auditor, outcome["plan"])
        told["plan"] = {"offers": outcome["plan"]["offers"], "volumes": plan.volumes, "flows": flows}
        told["measures"] = plan.measures
        told["objectives"] = _objectives(outcome, plan)
        told["norms"] = _norms(outcome, plan, threshold)
        today = outcome.get("baseline")
        if today and today.get("plan"):
            now, now_flows = _audited(auditor, today["plan"])
            own = {"offers": today["plan"]["offers"], "volumes": now.volumes, "flows": now_flows}
            told["baseline"] = {"measures": now.measures, "plan": own}
    withheld = sorted(name for name, value in outcome.items() if value and name not in told)
    told["disclosure"] = {"threshold": threshold, "rounded_to": threshold, "withheld": withheld}
    return told


def without_small(value: Any, *, threshold: float) -> Any:
    """A JSON value with the counts below the threshold as null and `suppressed` beside them."""
    if isinstance(value, list):
        return [without_small(each, threshold=threshold) for each in value]
    if not isinstance(value, dict):
        return value
    made = {name: without_small(each, threshold=threshold) for name, each in value.items()}
    small = [name for name, each in made.items() if _is_count(name) and _is_small(each, threshold)]
    return {**made, **dict.fromkeys(small), "suppressed": True} if small else made


def disclosed_frame(coarse: Any, whole: Any, *, threshold: float) -> Any:
    """A layer's frame made from coarse counts, with those hidden that are below the threshold there or in the whole one.

    Both have the same columns; their rows are matched by what they are about. A column `suppressed` tells where.
    """
    keys = [name for name in KEYS if name in coarse.columns]
    counts = [name for name in coarse.columns if _is_count(str(name)) and coarse[name].dtype.kind in "fiu"]
    made = coarse.copy()
    made["suppressed"] = False
    if not counts or not keys or made.empty:
        return made
    true = pd.DataFrame({name: whole[name].to_numpy() for name in [*keys, *counts]}).drop_duplicates(keys)
    beside = pd.DataFrame({name: made[name].to_numpy() for name in keys}).merge(true, on=keys, how="left")
    hidden_somewhere = np.zeros(len(made), dtype=np.bool_)
    for name in counts:
        shown, is_true = made[name].to_numpy(dtype=np.float64), beside[name].to_numpy(dtype=np.float64)
        with np.errstate(invalid="ignore"):
            hidden = (np.abs(is_true) < threshold) | (np.abs(shown) < threshold)
        made[name] = np.where(hidden, np.nan, shown)
        hidden_somewhere |= hidden
    if "margin" in made.columns:
        made["margin"] = np.where(hidden_somewhere, np.nan, made["margin"].to_numpy(dtype=np.float64))
    made["suppressed"] = hidden_somewhere
    return made


def _audited(auditor: Auditor, plan: Mapping[str, Any]) -> tuple[Audit, list[dict[str, Any]]]:
    """A plan's audit, and the flows of steered care types: each area's cases whole, to the site that most go to."""
    offers = [(row["site_id"], row["care_type_id"], row["period"]) for row in plan["offers"]]
    steered = set(auditor.ground.asked.steered())
    tables = auditor.ground.tables
    most: dict[tuple[str, str, str], tuple[float, str]] = {}
    for row in plan.get("flows") or ():
        if row["care_type_id"] in steered and row.get("future", "base") in (None, "base"):
            at = (row["area_id"], row["care_type_id"], row["period"])
            best = most.get(at)
            if best is None or (-row["cases_per_year"], row["site_id"]) < (-best[0], best[1]):
                most[at] = (row["cases_per_year"], row["site_id"])
    flows = []
    for (area, care_type, period), (_, site) in sorted(most.items()):
        at_k, at_t = tables.care_type_ids.index(care_type), tables.period_ids.index(period)
        cases = float(tables.demand[at_k, at_t, tables.area_at[area]])
        if cases > 0:
            named = {"area_id": area, "site_id": site, "care_type_id": care_type, "period": period}
            flows.append({**named, "cases_per_year": cases})
    return auditor.audit(offers, FlowTable.of(flows) if flows else None), flows


def _objectives(outcome: Mapping[str, Any], plan: Audit) -> list[dict[str, Any]]:
    gaps = [row.get("gap") for row in outcome.get("objectives") or ()]
    rows = plan.objectives
    return [
        {**row, "bound": None, "gap": gaps[at] if at < len(gaps) and len(gaps) == len(rows) else None}
        for at, row in enumerate(rows)
    ]


def _norms(outcome: Mapping[str, Any], plan: Audit, threshold: float) -> list[dict[str, Any]]:
    """The norms with coarse values; whether one holds is told as it was found, except about counts that are hidden."""
    found = {_about(row): row for row in outcome.get("norms") or ()}
    told = []
    for row in plan.norms:
        true = found.get(_about(row))
        holds = row["holds"] if true is None else true["holds"]
        small = row["kind"] == "volume_norm" and (row["value"] is None or row["value"] < threshold)
        agrees = holds == row["holds"] and not small
        told.append(
            {
                **row,
                "value": None if small else row["value"],
                "margin": row["margin"] if agrees else None,
                "holds": None if small else holds,
                "probability": None,
            }
        )
    return told


def _about(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row.get(name) for name in ("rule", "subject", "care_type_id", "period", "future"))


def _is_count(name: str) -> bool:
    return name.startswith(COUNT_WORDS) and "difference" not in name


def _is_small(value: Any, threshold: float) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < threshold
