"""An outcome in the few lines that a person reads first."""

from collections.abc import Iterator
from typing import Any

WORDS = {
    "optimal": "The best plan, proved",
    "feasible": "A plan that holds; a better one may exist",
    "infeasible": "No plan can meet all hard rules",
    "no_plan_found": "No plan found yet",
}
MOST_LINES = 12


def summary(outcome: dict[str, Any]) -> str:
    """What we hold, why it stopped, the objectives with bound and gap, what changes, which norms break."""
    return "\n".join(_lines(outcome))


def _lines(outcome: dict[str, Any]) -> Iterator[str]:
    seconds = (outcome.get("provenance") or {}).get("seconds")
    yield (
        f"{WORDS.get(outcome['outcome'], outcome['outcome'])} ({outcome['outcome']}, stopped by {outcome['stopped_by']}"
        + (f", {seconds:.1f} s)." if isinstance(seconds, int | float) else ").")
    )
    for objective in outcome.get("objectives") or []:
        yield "  " + _objective(objective)
    yield from _measures(outcome)
    yield from _changes(outcome)
    norms = outcome.get("norms") or []
    broken = [row for row in norms if not row["holds"]]
    if norms:
        yield f"Norms: {len(norms) - len(broken)} hold, {len(broken)} do not."
    yield from _at_most(f"  broken: {_norm(row)}" for row in broken)
    for conflict in (outcome.get("diagnosis") or {}).get("conflicts") or []:
        yield f"Cannot live together: {'; '.join(map(str, conflict['members']))} ({conflict['proof']})"
    yield from _at_most(f"Warning: {warning}" for warning in outcome.get("warnings") or [])
    verification = outcome.get("verification")
    if verification:
        yield (
            "Checked again from the data: passed." if verification["passed"] else "Checked again from the data: FAILED."
        )


def _objective(row: dict[str, Any]) -> str:
    text = f"{row['objective']}: {_number(row['value'])} {row.get('unit') or ''}".rstrip()
    if row.get("bound") is not None:
        text += f", bound {_number(row['bound'])}"
    return text + (f", gap {row['gap']:.4%}" if row.get("gap") is not None else "")


def _measures(outcome: dict[str, Any]) -> Iterator[str]:
    today = ((outcome.get("baseline") or {}).get("measures")) or {}
    plan = outcome.get("measures") or {}
    if plan:
        yield f"{'':32}{'today':>18}{'plan':>18}"
    for name, row in plan.items():
        now, then = _number((today.get(name) or {}).get("value")), _number(row["value"])
        yield f"  {name:30}{now:>18}{then:>18} {row.get('unit') or ''}".rstrip()


def _changes(outcome: dict[str, Any]) -> Iterator[str]:
    plan, today = outcome.get("plan"), (outcome.get("baseline") or {}).get("plan")
    if not plan or not today:
        return
    now, then = _pairs(today), _pairs(plan)
    for word, changed in (("opens", then - now), ("closes", now - then)):
        yield from _at_most(
            f"  {word}: {care_type} at {site} ({period})" for period, care_type, site in sorted(changed)
        )


def _pairs(plan: dict[str, Any]) -> set[tuple[str, str, str]]:
    return {(row["period"], row["care_type_id"], row["site_id"]) for row in plan["offers"]}


def _norm(row: dict[str, Any]) -> str:
    place = ", ".join(str(row[key]) for key in ("subject", "care_type_id", "period") if row.get(key))
    return f"{row['rule']} ({place}): {_number(row['value'])} against {_number(row['limit'])}"


def _number(value: object) -> str:
    return f"{value:,.6f}".rstrip("0").rstrip(".") if isinstance(value, int | float) else "-"


def _at_most(lines: Iterator[str]) -> Iterator[str]:
    every = list(lines)
    yield from every[:MOST_LINES]
    if len(every) > MOST_LINES:
        yield f"  ... and {len(every) - MOST_LINES} more"
