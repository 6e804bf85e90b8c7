"""How good the outcome says it is: its word, bounds and gaps, and the certificate of a bound without a solver."""

from collections.abc import Iterator

from solver.audits.certificate import lagrangian_bound
from solver.audits.objectives import MAXIMISED
from solver.audits.recheck.likeness import gap_of, shown
from solver.audits.recheck.subject import Json, Subject

OUTCOMES = ("optimal", "feasible", "infeasible", "no_plan_found")
ANSWERS = ("plan", "points", "steps", "alternatives", "prices", "futures", "one_site_out")
PROVED = 1e-9


def refusals(subject: Subject) -> list[str]:
    """What is wrong with the outcome's word, bounds, gaps and certificate."""
    outcome = subject.outcome
    found = []
    if outcome["outcome"] not in OUTCOMES:
        found.append(f"there is no outcome {outcome['outcome']}")
    if outcome["outcome"] in ("optimal", "feasible") and not any(outcome.get(answer) for answer in ANSWERS):
        found.append(f"the outcome is {outcome['outcome']} but holds no plan")
    if outcome["outcome"] == "no_plan_found" and outcome.get("plan"):
        found.append("the outcome is no_plan_found but holds a plan")
    if outcome["outcome"] == "infeasible" and outcome.get("plan") and not _may_be_broken(subject):
        found.append("the outcome is infeasible but holds a plan")
    for row in outcome.get("objectives") or []:
        found += bounds(row, proved=outcome["outcome"] == "optimal")
    return [*found, *_certificate(subject)]


def _may_be_broken(subject: Subject) -> bool:
    """The plan is told as it is, whatever it breaks."""
    return subject.asks in ("evaluate", "diagnose") or subject.question.get("of") == "today"


def bounds(row: Json, *, proved: bool) -> Iterator[str]:
    """What is wrong with one objective's bound and gap."""
    name, value, bound, gap = row["objective"], row.get("value"), row.get("bound"), row.get("gap")
    if value is not None and bound is not None:
        better = value - bound if name in MAXIMISED else bound - value
        if better > PROVED * max(1.0, abs(bound)):
            yield f"objective {name} is {shown(value)}, better than its bound {shown(bound)}"
        if gap is None or abs(gap - gap_of(value, bound)) > 1e-9 + 1e-6 * gap_of(value, bound):
            yield f"the gap of objective {name} is {shown(gap)}, recomputed {shown(gap_of(value, bound))}"
    elif gap is not None:
        yield f"the gap of objective {name} is {shown(gap)}, but without a value and a bound there is none"
    if proved and value is not None and (bound is None or gap_of(value, bound) > PROVED * (1 + 1e-6)):
        yield f"the outcome is optimal, but objective {name} is proved only to {shown(bound)} for {shown(value)}"


def _certificate(subject: Subject) -> Iterator[str]:
    certificate = (subject.outcome.get("verification") or {}).get("certificate")
    if not certificate or certificate["kind"] in ("none", "solver"):
        return
    if certificate["kind"] != "lagrangian":
        yield f"there is no certificate of kind {certificate['kind']}"
        return
    first = subject.auditor().ground.asked.objectives[0]
    if first["objective"] != "travel_time":
        yield f"the certificate bounds travel_time, but the first objective is {first['objective']}"
        return
    own = lagrangian_bound(subject.plain, subject.scenario, certificate["multipliers"])
    stated = certificate["bound"]
    if own is not None and stated > float(own) + PROVED * max(1.0, abs(float(own))):
        yield f"the certificate's bound is {shown(stated)}, its multipliers prove {shown(float(own))}"
    values = [row["value"] for row in subject.outcome.get("objectives") or []]
    if values and values[0] is not None:
        if own is None:
            yield "the certificate's rules allow no plan, but there is one"
        elif values[0] < float(own) - PROVED * max(1.0, abs(float(own))):
            yield f"objective travel_time is {shown(values[0])}, better than the certified bound {shown(float(own))}"
        told = certificate.get("gap")
        if told is not None and abs(told - gap_of(values[0], stated)) > 1e-9 + 1e-6 * told:
            yield f"the certificate's gap is {shown(told)}, recomputed {shown(gap_of(values[0], stated))}"
