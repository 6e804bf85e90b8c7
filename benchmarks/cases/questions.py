"""Questions at regional and national size: every rule kind at once, a sweep, a front by two workers, a drawn plan, and the check of an answer."""

from collections.abc import Mapping
from pathlib import Path

from benchmarks.case import Case, Json, Way

ASK = "benchmarks.ways.question:ask"
NEAREST: Json = {"*": {"behaviour": "nearest", "mode": "car"}}
REGION = "made up: region"
PERIODS = ["2026", "2028", "2030", "2032", "2034"]
STEPS = 10
SWEPT_TO = 877
"""Cases/year up to which the norm has that many steps."""
EVERY_RULE: list[Json] = [
    {"rule": "capacity", "id": "room", "care_type": "*", "factor": 1.6},
    {"rule": "volume_norm", "from": "table"},
    {"rule": "access_norm", "from": "table"},
    {"rule": "interdependency", "from": "table"},
    {"rule": "lock", "id": "first-hospital", "site": "Z01", "care_type": "obstetrics", "state": "open"},
    {"rule": "site_count", "id": "some-obstetrics", "care_type": "obstetrics", "at_least": 1},
    {"rule": "resource_limit", "id": "hours", "resource": "or_hours", "step": 500, "step_cost_eur": 100_000},
    {"rule": "resource_limit", "id": "nurses", "resource": "icu_nurses"},
    {"rule": "budget", "id": "money", "at_most_eur": 5e9, "scope": "operating"},
    {"rule": "organisation_balance", "id": "spread", "measure": "revenue", "at_least_share": 0.3},
    {"rule": "change_limit", "id": "calm", "at_most": 150, "counts": "both"},
    {
        "rule": "backup",
        "id": "spare",
        "care_type": "emergency",
        "max_minutes": 90,
        "mode": "car",
        "at_least_share": 0.8,
    },
    {"rule": "satellite", "id": "small", "care_type": "cataract", "parent": "endoscopy", "at_least": 10},
]


def cases(shared: Path) -> list[Case]:
    """P5 and P7 to P10."""
    nl_acute = str(shared / "cases" / "nl-acute")
    return [_every_rule(1), _every_rule(5), _sweep(nl_acute), _front(), _drawn(), _checked(nl_acute)]


def regional(question: Json, *, periods: int = 1, seconds: float, **limits: object) -> Json:
    """A question about the made-up region with every kind of rule."""
    return {
        "name": "every kind of rule",
        "periods": PERIODS[:periods],
        "behaviours": NEAREST,
        "rules": EVERY_RULE,
        "objectives": [{"objective": "travel_time"}, {"objective": "changes"}],
        "question": question,
        "limits": {"seconds": seconds, "relative_gap": 0.0, **limits},
    }


def _every_rule(periods: int) -> Case:
    seconds, most = 300.0, 0.001 if periods == 1 else 0.01
    asked: dict[str, Json] = {
        "front door": regional({"question": "optimise"}, periods=periods, seconds=seconds),
        "compact": regional({"question": "optimise"}, periods=periods, seconds=seconds, formulation="compact"),
    }

    def wrong(answers: Mapping[str, Json]) -> list[str]:
        ours = answers.get("front door")
        if ours is None or (ours["gap"] is not None and ours["gap"] <= most):
            return refusals(answers)
        return [*refusals(answers), f"front door: gap {ours['gap']}, asked {most}"]

    return Case(
        name=f"region 300 x 14 x 40, every kind of rule, {periods} period{'s' if periods > 1 else ''}",
        work=f"nearest patients, least travel, proved to {most:.1%}, then fewest changes; verified",
        ours=_way("front door", REGION, asked["front door"]),
        others=(_way("compact", REGION, asked["compact"]),),
        wrong=wrong,
        at_least=10.0 if periods == 1 else None,
        mark="P5",
        times=1,
    )


def _sweep(data: str) -> Case:
    scenario: Json = {
        "name": "what each step of the norm costs",
        "care_types": ["obstetrics"],
        "behaviours": NEAREST,
        "rules": [{"id": "norm", "rule": "volume_norm", "care_type": "obstetrics", "at_least": 0, "bearer": "site"}],
        "objectives": [{"objective": "travel_time"}],
        "question": {"question": "norm_sweep", "rule": "norm", "from": 0, "to": SWEPT_TO},
        "limits": {"seconds": 600},
    }

    def wrong(answers: Mapping[str, Json]) -> list[str]:
        ours, afresh = answers.get("one search", {}), answers.get("each step afresh", {})
        told, known = ours.get("steps", [])[:STEPS], afresh.get("steps", [])
        if len(told) == STEPS and known and any(abs(a - b) > 1e-6 * b for a, b in zip(told, known, strict=True)):
            return [f"one search: steps {told}, afresh {known}"]
        return refusals(answers) if len(told) == STEPS else [f"one search: {len(told)} steps"]

    afresh = Way(
        "each step afresh",
        "benchmarks.ways.question:sweep_afresh",
        {"data": data, "scenario": scenario, "steps": STEPS},
    )
    return Case(
        name=f"nl-acute obstetrics, the first {STEPS} steps of a volume norm",
        work="the smallest volume at which each next plan is best, every plan proved",
        ours=_way("one search", data, scenario),
        others=(afresh,),
        wrong=wrong,
        at_least=10.0,
        mark="P7",
        times=1,
    )


def _front() -> Case:
    question: Json = {"question": "pareto", "objectives": ["travel_time", "sites"]}

    def wrong(answers: Mapping[str, Json]) -> list[str]:
        fronts = {way: answer["points"] for way, answer in answers.items()}
        unlike = len({str(front) for front in fronts.values()}) > 1
        return [*refusals(answers), *([f"two workers: another front than one worker {fronts}"] if unlike else [])]

    return Case(
        name="region 300 x 14 x 40, every kind of rule, the front of travel and sites",
        work="every best compromise, each proved and verified; the same whatever the number of workers",
        ours=_way("two workers", REGION, regional(question, seconds=1200, workers=2), clock="wall"),
        others=(_way("one worker", REGION, regional(question, seconds=1200), clock="wall"),),
        wrong=wrong,
        at_least=1.8,
        mark="P8",
        clock="wall",
        times=1,
    )


def _drawn() -> Case:
    scenario: Json = {
        "name": "today's landscape",
        "behaviours": NEAREST,
        "rules": [{"rule": "volume_norm", "from": "table"}, {"rule": "access_norm", "from": "table"}],
        "objectives": [{"objective": "travel_time"}],
        "question": {"question": "evaluate"},
    }
    arguments = {"data": "made up: national", "scenario": scenario}

    def wrong(answers: Mapping[str, Json]) -> list[str]:
        return [f"{way}: no value" for way, answer in answers.items() if answer["value"] is None]

    return Case(
        name="national 4,000 x 110 x 40, a drawn plan evaluated",
        work="flows, measures, norms and breaches of a plan and of today's landscape; in process, asked under 1 s",
        ours=Way("evaluate", "benchmarks.ways.question:evaluate", arguments),
        others=(),
        wrong=wrong,
        mark="P9",
    )


def _checked(data: str) -> Case:
    scenario: Json = {
        "name": "close ten",
        "care_types": ["obstetrics"],
        "behaviours": NEAREST,
        "rules": [{"rule": "site_count", "care_type": "obstetrics", "exactly": 65}],
        "objectives": [{"objective": "travel_time"}],
        "question": {"question": "optimise"},
    }
    return Case(
        name="nl-acute obstetrics, close 10, the check beside the solve",
        work="4,067 areas x 75 sites: optimum proved, then recomputed exactly; asked under 5 % of the solve and 0.5 s",
        ours=_way("front door", data, scenario),
        others=(),
        wrong=refusals,
        mark="P10",
    )


def _way(name: str, data: str, scenario: Json, clock: str = "cpu") -> Way:
    return Way(name, ASK, {"data": data, "scenario": scenario, "clock": clock})


def refusals(answers: Mapping[str, Json]) -> list[str]:
    """What the check refused, by way."""
    return [f"{way}: {reason}" for way, answer in answers.items() for reason in answer.get("refused", ())]


__all__ = ["cases", "regional"]
