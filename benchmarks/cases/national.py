"""The made-up nation of 4,000 areas and 110 sites, steered or to the nearest: one care type with capacity, norm and cost, and many tied together."""

from collections.abc import Callable, Mapping
from pathlib import Path

from benchmarks.case import Case, Json, Way
from geodata.demo.care_catalogue import CARE_TYPES

ASK = "benchmarks.ways.national:ask"
ONE = ("hip_replacement", "cataract", "lung_surgery", "pancreas_surgery")
"""Care types of many, some and few sites."""
ONE_NEAREST = ("obstetrics", "hip_replacement", "lung_surgery")
"""Care types whose sites have little room, some and much beside what nearest patients bring."""
SEEDS = (1, 2, 3)
P4_GAP = 0.005
P6_GAP = 0.01
COMPACT_TOO = 10
"""Care types of which one model of all flows fits the memory beside ours."""


def cases(shared: Path) -> list[Case]:
    """P4 and P6."""
    return [
        *(_one(care) for care in ONE),
        *(_many(count, seed) for count in (10, 40) for seed in SEEDS),
        *(_one_nearest(care) for care in ONE_NEAREST),
        *(_nearest(count, seed) for count in (10, 40) for seed in SEEDS),
    ]


def _one(care: str) -> Case:
    arguments: Json = {"care_types": [care], "tied": False, "seed": 1, "seconds": 60.0, "gap": P4_GAP}
    return Case(
        name=f"nation, {care} alone, steered",
        work="4,000 areas and 110 sites: travel and cost under capacity and volume norm, 60 seconds or a gap of 0.5 %",
        ours=Way("by price", ASK, {**arguments, "formulation": "by_price"}, seconds=200.0),
        others=(Way("compact HiGHS", ASK, {**arguments, "formulation": "compact"}, seconds=400.0),),
        wrong=_wrong(P4_GAP),
        mark="P4",
        times=1,
    )


def _one_nearest(care: str) -> Case:
    arguments: Json = {"care_types": [care], "tied": False, "seed": 1, "seconds": 60.0, "gap": 0.0}
    return Case(
        name=f"nation, {care} alone, nearest",
        work="the same for patients who go to the nearest: proved",
        ours=Way("front door", ASK, {**arguments, "formulation": "auto", "behaviour": "nearest"}, seconds=200.0),
        others=(),
        wrong=_wrong(1e-9),
        times=1,
    )


def _many(count: int, seed: int) -> Case:
    care_types = [care.id for care in CARE_TYPES[:count]]
    arguments: Json = {"care_types": care_types, "tied": True, "seed": seed, "seconds": 900.0, "gap": P6_GAP}
    compact = Way("compact HiGHS", ASK, {**arguments, "formulation": "compact"}, seconds=1500.0)
    return Case(
        name=f"nation, {count} care types tied, steered, seed {seed}",
        work=f"4,000 areas, 110 sites, {count} care types that share hours and bed days and require each other; 15 minutes or a gap of 1 %",
        ours=Way("by price", ASK, {**arguments, "formulation": "by_price"}, seconds=1500.0),
        others=(compact,) if count == COMPACT_TOO and seed == SEEDS[0] else (),
        wrong=_wrong(P6_GAP),
        full=True,
        mark="P6",
        times=1,
    )


def _nearest(count: int, seed: int) -> Case:
    care_types = [care.id for care in CARE_TYPES[:count]]
    arguments: Json = {"care_types": care_types, "tied": True, "seed": seed, "seconds": 300.0, "gap": P6_GAP}
    return Case(
        name=f"nation, {count} care types tied, nearest, seed {seed}",
        work=f"the same {count} care types for patients who go to the nearest; 5 minutes or a gap of 1 %",
        ours=Way("front door", ASK, {**arguments, "formulation": "auto", "behaviour": "nearest"}, seconds=600.0),
        others=(),
        wrong=_wrong(P6_GAP),
        full=True,
        mark="P6",
        times=1,
    )


def _wrong(gap: float) -> Callable[[Mapping[str, Json]], list[str]]:
    def wrong(answers: Mapping[str, Json]) -> list[str]:
        """Refused answers, gaps that were not reached, and bounds above another way's plan."""
        found = [f"{way}: {reason}" for way, answer in answers.items() for reason in answer["refused"]]
        for way in {"by price", "front door"} & answers.keys():
            if answers[way]["gap"] is None or answers[way]["gap"] > gap:
                found.append(f"{way}: gap {answers[way]['figures']['gap']}, asked {100 * gap:g} %")
        for way, answer in answers.items():
            for other, beside in answers.items():
                bound, value = answer["bound"], beside["value"]
                if bound is not None and value is not None and bound > value + 1e-6 * abs(value):
                    found.append(f"{way}: bound {bound} above the plan of {other}")
        return found

    return wrong
