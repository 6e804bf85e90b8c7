"""Layouts of a small world: all there are, where patients go in each, and whether the rules about offers hold."""

from collections.abc import Iterator, Mapping
from itertools import chain, combinations, product
from math import exp, inf, prod

from tests.builders import Json
from tests.solver.paper import Pair, Paper, listed, total

Layout = Mapping[tuple[str, str], frozenset[str]]
"""(k, t) -> sites that offer care type k in period t, those outside the region included."""
Flows = dict[tuple[str, str, str, str], float]
"""(a, s, k, t) -> cases/year."""

SLACK = 1e-6
"""A limit holds if it is missed by at most this times max(1, |limit|)."""
MOST_LAYOUTS = 300_000


def layouts(paper: Paper) -> Iterator[Layout]:
    """Every way to offer the scenario's care types at sites in the region; sites outside stay as today."""
    cells = [(k, t) for t in paper.periods for k in paper.care_types]
    choices = []
    for k, _ in cells:
        free = [s for s in paper.sites if (s, k) in paper.may_offer and s in paper.inside]
        fixed = [s for s in paper.sites if (s, k) in paper.today and s not in paper.inside]
        subsets = chain.from_iterable(combinations(free, n) for n in range(len(free) + 1))
        choices.append([frozenset((*fixed, *subset)) for subset in subsets])
    assert prod(len(choice) for choice in choices) <= MOST_LAYOUTS, "too many layouts to try"
    for sets in product(*choices):
        yield dict(zip(cells, sets, strict=True))


def today(paper: Paper) -> Layout:
    """What is offered today, in each period."""
    return {
        (k, t): frozenset(s for s in paper.sites if (s, k) in paper.today)
        for k in paper.care_types
        for t in paper.periods
    }


def flows(paper: Paper, k: str, t: str, offering: frozenset[str]) -> Flows | None:
    """Where the patients of a care type go by themselves; None when somebody reaches nobody."""
    behaviour = paper.behaviours[k]
    out: Flows = {}
    for a in paper.areas:
        cases = paper.cases[a, k, t]
        if cases == 0:
            continue
        reach = {s: m for s in offering if (m := paper.minutes(a, s, behaviour)) < inf}
        if not reach:
            return None
        for s, share in _shares(paper, a, k, reach).items():
            out[a, s, k, t] = cases * share
    return out


def _shares(paper: Paper, a: str, k: str, reach: Mapping[str, float]) -> dict[str, float]:
    behaviour = paper.behaviours[k]
    if behaviour["behaviour"] == "choice":
        pull = {s: attraction(paper, s, k) * exp(-behaviour["weight_per_minute"] * m) for s, m in reach.items()}
        return {s: one / sum(pull.values()) for s, one in pull.items()}
    if behaviour["behaviour"] == "observed" and "patient_flows" in paper.tables:
        seen = paper.tables["patient_flows"]
        went: dict[str, float] = {}
        for a2, s, k2, cases in zip(
            *(seen[name] for name in ("area_id", "site_id", "care_type_id", "cases_per_year")), strict=True
        ):
            if a2 == a and k2 == k and s in reach and cases > 0:
                went[s] = went.get(s, 0.0) + cases
        if went:
            return {s: cases / sum(went.values()) for s, cases in went.items()}
    return {min(reach, key=lambda s: (reach[s], s)): 1.0}


def attraction(paper: Paper, s: str, k: str) -> float:
    return paper.columns["attraction"].get((s, k), 1.0) if "attraction" in paper.columns else 1.0


def hard_rules(paper: Paper, scenario: Json) -> list[Json]:
    """The hard rules, each for one care type (None: all together), and the capacity that is always there."""
    rules = []
    for rule in scenario["rules"]:
        assert rule.get("hardness", "hard") == "hard", "soft and reported rules are not judged here"
        together = rule["rule"] in ("site_count", "change_limit") and "care_type" not in rule
        periods = listed(rule.get("periods"), paper.periods)
        for k in [None] if together else listed(rule.get("care_type"), paper.care_types):
            rules.append({**rule, "care_type": k, "periods": periods})
    replaced = {rule["care_type"] for rule in rules if rule["rule"] == "capacity"}
    for k in paper.care_types:
        if k not in replaced:
            rules.append({"rule": "capacity", "care_type": k, "periods": paper.periods})
    return rules


def layout_holds(paper: Paper, rule: Json, layout: Layout) -> bool:
    """Whether a rule that looks at offers alone holds; rules about volumes hold here."""
    k, name = rule["care_type"], rule["rule"]
    if name == "change_limit":
        return _changes_hold(paper, rule, layout)
    return all(_HOLDS[name](paper, rule, k, t, layout) for t in rule["periods"] if name in _HOLDS)


def _site_count(paper: Paper, rule: Json, k: str | None, t: str, layout: Layout) -> bool:
    counted = {s for k2 in ([k] if k else paper.care_types) for s in layout[k2, t]} & paper.inside
    if k is None:
        counted |= {s for s, k2 in paper.today if k2 not in paper.care_types and s in paper.inside}
    if "region" in rule:
        members = paper.tables["region_members"]
        counted &= {m for r, m in zip(members["region_id"], members["member_id"], strict=True) if r == rule["region"]}
    low: float = rule.get("at_least", rule.get("exactly", 0))
    high: float = rule.get("at_most", rule.get("exactly", inf))
    return low <= len(counted) <= high


def _lock(paper: Paper, rule: Json, k: str, t: str, layout: Layout) -> bool:
    wanted = (rule["site"], k) in paper.today if rule["state"] == "as_today" else rule["state"] == "open"
    return (rule["site"] in layout[k, t]) is bool(wanted)


def beyond(paper: Paper, fields: Json, k: str, offering: frozenset[str]) -> float:
    """Inhabitants whose nearest offering site is more than max_minutes away."""
    fields = {"mode": paper.behaviours[k].get("mode", "car"), **fields}
    return total(
        paper.population(a)
        for a in paper.areas
        if a in paper.inside
        and min((paper.minutes(a, s, fields) for s in offering), default=inf) > fields["max_minutes"]
    )


def _access(paper: Paper, rule: Json, k: str, t: str, layout: Layout) -> bool:
    outside = beyond(paper, rule, k, layout[k, t])
    if rule["kind"] == "everyone":
        return outside <= SLACK
    if rule["kind"] == "share":
        everyone = total(paper.population(a) for a in paper.areas if a in paper.inside)
        limit = float(rule["at_least_share"])
        return 1 - outside / everyone >= limit - SLACK * max(1.0, abs(limit))
    limit = beyond(paper, rule, k, today(paper)[k, t])
    return outside <= limit + SLACK * max(1.0, limit)


def _interdependency(paper: Paper, rule: Json, k: str, t: str, layout: Layout) -> bool:
    other = rule["requires"]
    has = layout[other, t] if other in paper.care_types else frozenset(s for s, k2 in paper.today if k2 == other)
    subjects = layout[k, t] & paper.inside
    if rule["relation"] == "same_site":
        return subjects <= has
    if rule["relation"] == "excludes":
        return not subjects & has
    raise NotImplementedError(rule["relation"])


def _changes_hold(paper: Paper, rule: Json, layout: Layout) -> bool:
    care_types = [rule["care_type"]] if rule["care_type"] else paper.care_types
    before = {(s, k) for s, k in paper.today if k in care_types}
    changed_ever: set[Pair] = set()
    for t in paper.periods:
        now = {(s, k) for k in care_types for s in layout[k, t]}
        opened, closed = now - before, before - now
        counted = {"openings": opened, "closings": closed}.get(rule.get("counts", "both"), opened | closed)
        if t in rule["periods"] and len(counted) > rule.get("at_most", inf):
            return False
        if rule.get("irreversible") and changed_ever & (opened | closed):
            return False
        changed_ever |= opened | closed
        before = now
    return True


_HOLDS = {"site_count": _site_count, "lock": _lock, "access_norm": _access, "interdependency": _interdependency}
