"""How time and memory grow with areas, sites and care types: nearest patients proved, and steered patients to a gap."""

from collections.abc import Mapping
from pathlib import Path

from benchmarks.case import Case, Json, Way

AREAS = (250, 500, 1000, 2000, 4000, 8000, 16000)
SITES = (10, 20, 40, 80, 160, 300)
CARE_TYPES = (1, 2, 5, 10, 20, 40, 80)
USUAL = {"areas": 1000, "sites": 40, "care_types": 5}
SECONDS = 120.0
STEERED_GAP = 0.01
ROOM: Json = {"rule": "capacity", "id": "room", "care_type": "*", "factor": 10}
"""With fewer sites each needs more room than it has today."""


def cases(shared: Path) -> list[Case]:
    """Both behaviours."""
    nearest = "least travel with at most six in ten sites open for each care type, proved"
    steered = f"least travel under the norms and capacities of the table, to a gap of {STEERED_GAP:.0%}"
    return [
        _case("nearest", nearest, [{"rule": "site_count", "care_type": "*"}, ROOM], 0.0),
        _case("steered", steered, [{"rule": "volume_norm", "from": "table"}], STEERED_GAP),
    ]


def _case(behaviour: str, work: str, rules: list[Json], gap: float) -> Case:
    scenario: Json = {
        "name": f"growth, {behaviour}",
        "behaviours": {"*": {"behaviour": behaviour, "mode": "car"}},
        "rules": rules,
        "objectives": [{"objective": "travel_time"}],
        "question": {"question": "optimise"},
        "limits": {"seconds": SECONDS, "relative_gap": gap},
    }
    steps = {"areas": AREAS, "sites": SITES, "care_types": CARE_TYPES}
    sizes = {by: [{**USUAL, by: size} for size in listed] for by, listed in steps.items()}
    return Case(
        name=f"growth, {behaviour}",
        work=f"{work}; {USUAL['areas']:,} areas, {USUAL['sites']} sites and {USUAL['care_types']} care types where they do not grow",
        ours=Way(
            "front door",
            "benchmarks.ways.growth:grow",
            {"scenario": scenario, "sizes": sizes, "seconds": 3 * SECONDS},
            seconds=2 * 3600.0,
        ),
        others=(),
        wrong=_wrong,
        full=True,
        clock="wall",
        times=1,
    )


def _wrong(answers: Mapping[str, Json]) -> list[str]:
    """Answers that the check refused."""
    return [f"{way}: {reason}" for way, answer in answers.items() for reason in answer["refused"]]
