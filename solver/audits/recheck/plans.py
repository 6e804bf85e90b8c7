"""The plan and the baseline: offers, flows, volumes, rules, measures and objectives beside their recomputed selves."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from solver.audits.audit import Audit
from solver.audits.flows import FlowTable
from solver.audits.objectives import MAXIMISED, measure
from solver.audits.recheck.likeness import same, shown
from solver.audits.recheck.subject import Json, Subject, flows_of, offers_of

Rows = Sequence[Mapping[str, Any]]
ROW_KEY = ("rule", "kind", "subject", "care_type_id", "period", "future")


def refusals(subject: Subject) -> list[str]:
    """What is wrong with the plan of the outcome and with its baseline."""
    outcome, plan = subject.outcome, subject.outcome.get("plan")
    found = list(_baseline(subject))
    if plan is None:
        return found
    if subject.asks == "evaluate":
        found += _as_drawn(subject, plan)
    audits = {future: subject.audit(plan, future) for future in subject.futures}
    as_it_is = subject.asks == "evaluate" or subject.question.get("of") == "today"
    broken_allowed = outcome["outcome"] == "infeasible" or subject.question.get("of") == "today"
    for future, audit in audits.items():
        where = "" if future == "base" else f" in future {future}"
        found += impossible(audit, where, unserved_allowed=as_it_is and broken_allowed)
        found += [] if broken_allowed else broken(audit, where)
        found += different_plan(audit, plan, future, where)
    if subject.asks == "robustness":
        return found
    audit = audits["base"]
    if as_it_is and outcome["outcome"] == "infeasible" and audit.keeps_every_hard_rule:
        found.append("the outcome is infeasible, but the plan breaks no hard rule")
    found += different_measures(audit, outcome.get("measures") or {}, "measure")
    found += different_rows("norm", outcome.get("norms"), audit.norms)
    found += different_rows("breach", outcome.get("breaches"), audit.breaches)
    found += different_objectives(audit, outcome.get("objectives") or [], _asked(subject), "")
    return found


def impossible(audit: Audit, where: str, *, unserved_allowed: bool = False) -> Iterator[str]:
    """What cannot be in any plan."""
    for fault in audit.faults:
        if not (unserved_allowed and fault.kind == "served"):
            yield fault.sentence + where


def broken(audit: Audit, where: str) -> Iterator[str]:
    """Hard rules that do not hold."""
    for row in audit.rows:
        if row.hardness == "hard" and not row.holds:
            of = f" {row.care_type}" if row.care_type else ""
            yield (
                f"rule {row.rule} ({row.kind}) is broken for {row.subject}{of} in period {row.period}: "
                f"{shown(float(row.value))} against {shown(float(row.limit))}{where}"
            )


def different_plan(audit: Audit, plan: Json, future: str, where: str) -> Iterator[str]:
    """Volumes and flows of the plan that are not the recomputed ones."""
    told = {
        (row["site_id"], row["care_type_id"], row["period"]): row["cases_per_year"]
        for row in plan.get("volumes") or []
        if row.get("future") in (None, future)
    }
    recomputed = {(row["site_id"], row["care_type_id"], row["period"]): row["cases_per_year"] for row in audit.volumes}
    if plan.get("volumes") is not None:
        for key in sorted(told.keys() | recomputed.keys()):
            if not same(told.get(key, 0.0), recomputed.get(key, 0.0)):
                site, care_type, period = key
                yield (
                    f"volume of {care_type} at site {site} in period {period} is {shown(told.get(key, 0.0))}, "
                    f"recomputed {shown(recomputed.get(key, 0.0))}{where}"
                )
    asked = audit.layout.ground.asked
    flows = flows_of(plan, future) if set(asked.care_types) - set(asked.steered()) else None
    if flows is not None:
        yield from _different_flows(audit, flows, where)


def different_measures(audit: Audit, told: Json, name: str) -> Iterator[str]:
    """Measures that are not the recomputed ones, over all periods and per period."""
    recomputed = audit.measures
    for key, measured in told.items():
        if key not in recomputed:
            yield f"{name} {key} cannot be recomputed from scenario and tables"
            continue
        own, unit = recomputed[key], recomputed[key]["unit"]
        if not same(measured["value"], own["value"], unit):
            yield f"{name} {key} is {shown(measured['value'])}, recomputed {shown(own['value'])}"
        for period, value in (measured.get("per_period") or {}).items():
            recount = own["per_period"].get(period)
            if not same(value, recount, unit):
                yield f"{name} {key} in period {period} is {shown(value)}, recomputed {shown(recount)}"


def different_objectives(audit: Audit, told: Any, asked: Sequence[Json], where: str) -> Iterator[str]:
    """Objective values that are not those of the plan; one with a tolerance may be left up to its tolerance."""
    values = listed(told)
    if len(values) != len(asked):
        yield f"{len(values)} objectives are told, {len(asked)} were asked{where}"
        return
    for place, ((name, value), fields) in enumerate(zip(values, asked, strict=True)):
        if name != fields["objective"]:
            yield f"objective {place + 1} is {name}, {fields['objective']} was asked{where}"
            continue
        own = measure(audit.layout, fields, audit.rows)
        worth = None if own.value is None else float(own.value)
        tolerance = float(fields.get("tolerance") or 0)
        if not same(value, worth, own.unit) and not (tolerance and _held(name, value, worth, tolerance)):
            yield f"objective {name} is {shown(value)}, recomputed {shown(worth)}{where}"


def listed(told: Any) -> list[tuple[str, float | None]]:
    """Objectives as (name, value), whether told as rows or as a mapping."""
    if isinstance(told, Mapping):
        return [(str(name), value["value"] if isinstance(value, Mapping) else value) for name, value in told.items()]
    return [(str(row["objective"]), row["value"]) for row in told]


def different_rows(name: str, told: Rows | None, recomputed: Rows) -> Iterator[str]:
    """Rows of norms or breaches that are not the recomputed ones."""
    if told is None:
        return
    left: dict[tuple[Any, ...], list[Mapping[str, Any]]] = {}
    for row in recomputed:
        left.setdefault(_key(row), []).append(row)
    for row in told:
        candidates = left.get(_key(row), [])
        match = next((own for own in candidates if _alike(row, own)), None)
        if match is None:
            own = candidates[0] if candidates else None
            beside = "which is not recomputed" if own is None else f"recomputed {_said(own)}"
            yield f"{name} {_named(row)} is {_said(row)}, {beside}"
        if candidates:
            candidates.remove(match if match is not None else candidates[0])
    for rows in left.values():
        for row in rows:
            yield f"{name} {_named(row)} is not told, recomputed {_said(row)}"


def _asked(subject: Subject) -> Sequence[Json]:
    if subject.asks in ("optimise", "evaluate", "why_not", "alternatives"):
        return subject.auditor().ground.asked.objectives
    return subject.auditor().ground.asked.objectives if subject.outcome.get("objectives") else ()


def _held(name: str, value: float | None, worth: float | None, tolerance: float) -> bool:
    if value is None or worth is None:
        return False
    worse = value - worth if name in MAXIMISED else worth - value
    return -1e-6 * max(1.0, abs(value)) <= worse <= tolerance * abs(value) + 2e-6 * max(1.0, abs(value))


def _baseline(subject: Subject) -> Iterator[str]:
    baseline = subject.outcome.get("baseline")
    if not baseline:
        return
    audit = subject.auditor().audit_today(subject.flows_today())
    plan = baseline.get("plan")
    if plan:
        today = {(s, k, t) for s, k, t, _ in _offered(audit)}
        for site, care_type, period in sorted(set(offers_of(plan)) ^ today):
            yield f"the baseline's offer of {care_type} at site {site} in period {period} is not as today"
        yield from different_plan(audit, plan, "base", " in the baseline")
        yield from impossible(audit, " in the baseline", unserved_allowed=True)
    yield from different_measures(audit, baseline.get("measures") or {}, "baseline measure")


def _as_drawn(subject: Subject, plan: Json) -> Iterator[str]:
    auditor = subject.auditor()
    tables, drawn = auditor.ground.tables, subject.question.get("plan")
    wanted = {
        (s, k, t) for s, k, t, own in _offered(auditor.audit_today(subject.flows_today())) if drawn is None or not own
    }
    for row in drawn or []:
        for period in [row["period"]] if row.get("period") else tables.period_ids:
            if (
                tables.site_inside[tables.site_at[row["site_id"]]]
                and row["care_type_id"] in auditor.ground.asked.care_types
            ):
                wanted.add((row["site_id"], row["care_type_id"], period))
    for site, care_type, period in sorted(set(offers_of(plan)) ^ wanted):
        yield f"the plan to evaluate and the plan found differ in {care_type} at site {site} in period {period}"


def _offered(audit: Audit) -> Iterator[tuple[str, str, str, bool]]:
    """Offered pairs (site, care type, period, whether the site is inside the region)."""
    layout, tables = audit.layout, audit.layout.tables
    for t, period in enumerate(tables.period_ids):
        for k in layout.care_types:
            for s in np.flatnonzero(layout.offers[t, :, k]).tolist():
                yield tables.site_ids[s], tables.care_type_ids[k], period, bool(tables.site_inside[s])


def _different_flows(audit: Audit, told: FlowTable, where: str) -> Iterator[str]:
    steered = set(audit.layout.ground.asked.steered())
    named = {told.care_type_ids[k] for k in set(told.care_type.tolist())} - steered
    if not named:
        return
    own = {_flow_key(row): row["cases_per_year"] for row in audit.flows.rows(named)}
    given = {_flow_key(row): row["cases_per_year"] for row in told.rows(named)}
    for key in given.keys() | own.keys():
        if not same(given.get(key, 0.0), own.get(key, 0.0)):
            area, site, care_type, period = key
            yield (
                f"flow of {care_type} from area {area} to site {site} in period {period} is "
                f"{shown(given.get(key, 0.0))}, recomputed {shown(own.get(key, 0.0))}{where}"
            )


def _flow_key(row: Json) -> tuple[str, str, str, str]:
    return row["area_id"], row["site_id"], row["care_type_id"], row["period"]


def _key(row: Json) -> tuple[Any, ...]:
    return tuple(row.get(name) for name in ROW_KEY)


def _alike(told: Json, own: Json) -> bool:
    numbers = all(same(told.get(name), own[name]) for name in ("value", "limit", "margin"))
    return numbers and told["holds"] == own["holds"] and told.get("hardness") == own["hardness"]


def _named(row: Json) -> str:
    of = f" {row['care_type_id']}" if row.get("care_type_id") else ""
    return f"{row['rule']} for {row['subject']}{of} in period {row['period']}"


def _said(row: Json) -> str:
    verdict = "holds" if row["holds"] else "does not hold"
    return f"{shown(row['value'])} against {shown(row['limit'])} ({verdict})"
