"""The real Netherlands with five, ten, twenty and forty sites fewer; beside the plain dense Pyomo model of the same."""

from collections.abc import Mapping
from pathlib import Path

from benchmarks.case import Case, Json, Way

SITES = {"obstetrics": 75, "emergency": 83}
CLOSED = (5, 10, 20, 40)
ALIKE = 1e-6


def cases(shared: Path) -> list[Case]:
    """P3, both care types."""
    return [_case(str(shared / "cases" / "nl-acute"), care, closed) for care in SITES for closed in CLOSED]


def _case(data: str, care: str, closed: int) -> Case:
    scenario: Json = {
        "name": f"close {closed}",
        "care_types": [care],
        "behaviours": {"*": {"behaviour": "nearest", "mode": "car"}},
        "rules": [{"rule": "site_count", "care_type": care, "exactly": SITES[care] - closed}],
        "objectives": [{"objective": "travel_time"}],
        "question": {"question": "optimise"},
        "limits": {"seconds": 600},
    }
    arguments: Json = {"data": data, "scenario": scenario}

    def wrong(answers: Mapping[str, Json]) -> list[str]:
        found = [f"{way}: {reason}" for way, answer in answers.items() for reason in answer.get("refused", ())]
        found += [
            f"{way}: {answer['outcome']}"
            for way, answer in answers.items()
            if answer.get("outcome", "optimal") != "optimal"
        ]
        values = {way: answer["value"] for way, answer in answers.items()}
        least = min(values.values(), default=0.0)
        return [
            *found,
            *(f"{way}: travel {value}, known {least}" for way, value in values.items() if value > least * (1 + ALIKE)),
        ]

    return Case(
        name=f"nl-acute {care}, close {closed}",
        work="all of 4,067 areas to the nearest site; least travel, proved and verified, from tables to answer",
        ours=Way("front door", "benchmarks.ways.question:ask", arguments),
        others=(Way("plain dense Pyomo + HiGHS", "benchmarks.ways.dense_pyomo:median", arguments),),
        wrong=wrong,
        at_least=30.0,
        full=closed > CLOSED[0],
        mark="P3",
        times=1,
    )
