"""Prices: each forced plan beside the free one, put together from the offers that change, and its difference."""

from collections.abc import Iterator

from solver.audits.recheck.likeness import same, shown
from solver.audits.recheck.plans import broken, different_objectives, impossible, listed
from solver.audits.recheck.subject import Json, Subject


def refusals(subject: Subject) -> Iterator[str]:
    """What is wrong with the prices of the outcome."""
    free = listed(subject.outcome.get("objectives") or [])
    told: set[tuple[str, str, str]] = set()
    for row in subject.outcome.get("prices") or []:
        where = f" with {row['care_type_id']} at site {row['site_id']} forced {row['state']}"
        if (row["site_id"], row["care_type_id"], row["state"]) in told:
            yield f"the price{where} is told twice"
        told.add((row["site_id"], row["care_type_id"], row["state"]))
        forced = listed(row.get("objectives") or [])
        if row["outcome"] in ("infeasible", "no_plan_found"):
            if row.get("difference") is not None:
                yield f"the difference{where} is {shown(row['difference'])}, but there is no plan"
            continue
        if forced and free and None not in (forced[0][1], free[0][1]):
            difference = float(forced[0][1] or 0) - float(free[0][1] or 0)
            if not same(row.get("difference"), difference):
                yield f"the difference{where} is {shown(row.get('difference'))}, recomputed {shown(difference)}"
        yield from _plan(subject, row, where)


def _plan(subject: Subject, row: Json, where: str) -> Iterator[str]:
    plan = row.get("plan") or _changed(subject.outcome.get("plan"), row)
    if plan is None:
        return
    asked = subject.auditor().ground.asked
    pair = (row["site_id"], row["care_type_id"])
    offered = {_named(one) for one in plan["offers"]}
    for period in asked.periods:
        if ((*pair, period) in offered) != (row["state"] == "open"):
            yield f"the plan{where} has it {'open' if (*pair, period) in offered else 'closed'} in period {period}"
    audit = subject.audit(plan)
    yield from impossible(audit, where)
    yield from broken(audit, where)
    if row.get("objectives"):
        yield from different_objectives(audit, row["objectives"], asked.objectives, where)


def _changed(free: Json | None, row: Json) -> Json | None:
    """The free plan with what this price opens and closes; None where that is not told."""
    if free is None or "opens" not in row:
        return None
    closed = {_named(one) for one in row["closes"]}
    stays = [one for one in free["offers"] if _named(one) not in closed]
    flows = {"flows": row["flows"]} if "flows" in row else {}
    return {"offers": [*stays, *row["opens"]], **flows}


def _named(offer: Json) -> tuple[str, str, str]:
    return offer["site_id"], offer["care_type_id"], offer["period"]
