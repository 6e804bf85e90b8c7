"""The real Netherlands: keep all sites, all but one, all but two; beside the plain dense Pyomo model of the same."""

import json
from collections.abc import Mapping
from pathlib import Path

from benchmarks.case import Case, Json, Way

FRONT_DOOR = "benchmarks.ways.front_door:ask"
DENSE = "benchmarks.ways.dense_pyomo:median"
TO_SIX_DECIMALS = 5e-7


def cases(shared: Path) -> list[Case]:
    """One case per scenario of the folder whose answer is known."""
    folder = shared / "cases" / "nl-acute"
    known = json.loads((folder / "expected.json").read_text())
    return [_case(folder, row["scenario"], row["mean_minutes_per_case"]) for row in known]


def _case(folder: Path, scenario: str, mean: float) -> Case:
    _, care, _, closed = scenario.removesuffix(".json").split("-")
    arguments: Json = {"data": str(folder), "scenario": str(folder / scenario)}

    def wrong(answers: Mapping[str, Json]) -> list[str]:
        means = [
            f"{way}: mean {answer['mean']} minutes, known {mean}"
            for way, answer in answers.items()
            if abs(answer["mean"] - mean) > TO_SIX_DECIMALS
        ]
        refused = [f"{way}: {reason}" for way, answer in answers.items() for reason in answer.get("refused", ())]
        unproved = [
            f"{way}: {answer['outcome']}"
            for way, answer in answers.items()
            if answer.get("outcome", "optimal") != "optimal"
        ]
        return means + refused + unproved

    return Case(
        name=f"nl-acute {care}, close {closed}",
        work="all of 4,067 areas to the nearest site; least travel, proved and verified, from files to answer",
        ours=Way("front door", FRONT_DOOR, arguments),
        others=(Way("plain dense Pyomo + HiGHS", DENSE, arguments),),
        wrong=wrong,
        at_least=30.0 if closed != "0" else None,
        mark="P3",
    )
