"""Behaviour regret: each plan under each behaviours, audited anew, and its distance from the plan that was made for them."""

from collections.abc import Iterator, Mapping
from typing import Any

from solver.audits.audit import Auditor
from solver.audits.flows import FlowTable
from solver.audits.objectives import MAXIMISED
from solver.audits.recheck.likeness import same, shown
from solver.audits.recheck.plans import broken, different_objectives, different_plan, different_rows, impossible, listed
from solver.audits.recheck.subject import Json, Subject, flows_of, offers_of

OWN = "scenario"


def refusals(subject: Subject) -> Iterator[str]:
    """What is wrong with the regrets of the outcome."""
    rows = subject.outcome.get("regrets")
    if rows is None:
        return
    names = [OWN, *subject.question["behaviours"]]
    told = [(row["made_for"], row["under"]) for row in rows]
    if sorted(told) != sorted((b, c) for b in names for c in names):
        yield "the regrets are not one for each plan under each behaviours"
        return
    auditors = {name: Auditor(subject.plain, _scenario(subject, name)) for name in names}
    offers = {
        row["made_for"]: set(offers_of(row["plan"])) for row in rows if row["plan"] and row["made_for"] == row["under"]
    }
    least = {row["under"]: _first(row) for row in rows if row["made_for"] == row["under"]}
    for row in rows:
        where = f" for the plan made for {row['made_for']} under {row['under']}"
        if row["plan"] is None:
            if row["regret"] is not None:
                yield f"the regret is {shown(row['regret'])}, but there is no plan{where}"
            continue
        if set(offers_of(row["plan"])) != offers.get(row["made_for"]):
            yield f"the offers differ from those of the plan itself{where}"
        yield from _audited(row, auditors[row["under"]], where)
        yield from _regret(row, least[row["under"]], where)


def _audited(row: Json, auditor: Auditor, where: str) -> Iterator[str]:
    today = None if row.get("flows_today") is None else FlowTable.of(row["flows_today"])
    audit = auditor.audit(offers_of(row["plan"]), flows_of(row["plan"], "base"), today)
    breaks = row["outcome"] == "infeasible"
    yield from impossible(audit, where, unserved_allowed=breaks)
    if not breaks:
        yield from broken(audit, where)
    elif audit.keeps_every_hard_rule:
        yield f"the plan is told to break a hard rule, and breaks none{where}"
    yield from different_plan(audit, row["plan"], "base", where)
    yield from different_rows(f"breach{where}:", row["breaches"], audit.breaches)
    yield from different_objectives(audit, row["objectives"], auditor.ground.asked.objectives, where)


def _regret(row: Json, least: float | None, where: str) -> Iterator[str]:
    value = _first(row)
    own = None
    if value is not None and least is not None:
        own = least - value if row["objectives"][0]["objective"] in MAXIMISED else value - least
    if not same(row["regret"], own):
        yield f"the regret is {shown(row['regret'])}, recomputed {shown(own)}{where}"


def _first(row: Json) -> float | None:
    values = listed(row["objectives"])
    return values[0][1] if values else None


def _scenario(subject: Subject, name: str) -> Mapping[str, Any]:
    """The scenario with the behaviours of this name."""
    changed: Json = {} if name == OWN else subject.question["behaviours"][name]
    own: Json = subject.scenario["behaviours"]
    behaviours = {care_type: changed.get(care_type, changed.get("*", spelled)) for care_type, spelled in own.items()}
    return {**subject.scenario, "behaviours": behaviours}
