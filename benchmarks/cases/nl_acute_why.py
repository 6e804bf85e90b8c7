"""Four scenarios of the real Netherlands that no plan can meet: the conflict, and the smallest changes that would help."""

from collections.abc import Mapping
from pathlib import Path

from benchmarks.case import Case, Json, Way

WHY = "benchmarks.ways.why:diagnose"
CARE = "obstetrics"
REACH: Json = {"rule": "access_norm", "care_type": CARE, "mode": "car", "max_minutes": 45, "kind": "no_worse"}
OPEN: Json = {"rule": "lock", "id": "keep", "site": "H86", "care_type": CARE, "state": "open", "party": "province"}
CLOSED: Json = {"rule": "lock", "id": "close", "site": "H86", "care_type": CARE, "state": "closed", "party": "insurer"}
SCENARIOS: dict[str, tuple[list[Json], list[set[str]]]] = {
    "a norm too high": (
        [
            {"rule": "volume_norm", "id": "norm", "care_type": CARE, "at_least": 2500},
            {"rule": "site_count", "id": "count", "care_type": CARE, "exactly": 74},
        ],
        [{"norm", "count"}],
    ),
    "minutes too few": (
        [{**REACH, "id": "reach", "kind": "everyone", "max_minutes": 25}],
        [{"reach"}],
    ),
    "two locks against each other": ([OPEN, CLOSED, {**REACH, "id": "reach"}], [{"keep", "close"}]),
    "two conflicts at once": (
        [OPEN, CLOSED, {**REACH, "id": "reach", "kind": "everyone", "max_minutes": 25}],
        [{"keep", "close"}, {"reach"}],
    ),
}
"""Rules, and the conflicts among them by rule id."""


def cases(shared: Path) -> list[Case]:
    """One case per scenario."""
    return [_case(shared / "cases" / "nl-acute", name, *told) for name, told in SCENARIOS.items()]


def _case(data: Path, name: str, rules: list[Json], conflicts: list[set[str]]) -> Case:
    def wrong(answers: Mapping[str, Json]) -> list[str]:
        found = []
        for way, answer in answers.items():
            found += [f"{way}: {reason}" for reason in answer["refused"]]
            told = [set(one) for one in answer["conflicts"]]
            if sorted(map(sorted, told)) != sorted(map(sorted, conflicts)):
                found.append(f"{way}: conflicts {told}, expected {conflicts}")
            found += [f"{way}: a conflict is {one}" for one in answer["proofs"] if one != "proved"]
            found += [f"{way}: no repair was found"] if not answer["repairs"] else []
            found += [f"{way}: repair {one} did not hold" for one in answer["unsound"]]
        return found

    scenario = {
        "name": name,
        "care_types": [CARE],
        "behaviours": {"*": {"behaviour": "nearest", "mode": "car"}},
        "rules": rules,
        "objectives": [{"objective": "travel_time"}],
        "question": {"question": "diagnose"},
        "limits": {"seconds": 300},
    }
    return Case(
        name=f"nl-acute, why no plan: {name}",
        work="an irreducible conflict in the region's words, and every repair solved again and verified",
        ours=Way("front door", WHY, {"data": str(data), "scenario": scenario}),
        others=(),
        wrong=wrong,
        times=1,
    )
