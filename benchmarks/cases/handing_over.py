"""A national model written and handed to the solver, not solved: what the way of writing it costs in time and memory."""

from collections.abc import Mapping
from pathlib import Path

from benchmarks.case import Case, Json, Way
from geodata.demo.care_catalogue import CARE_TYPES

WITHIN_MINUTES = 67.0
"""Longer trips are left out, for both ways, so that the other way fits the machine."""


def cases(shared: Path) -> list[Case]:
    """P1."""
    arguments: Json = {
        "care_types": [care.id for care in CARE_TYPES[:10]],
        "seed": 1,
        "within_minutes": WITHIN_MINUTES,
    }
    return [
        Case(
            name="nation, 10 care types tied, steered: written and handed over",
            work=f"4,000 areas, 110 sites, trips of at most {WITHIN_MINUTES:g} minutes: the same flows and policy in HiGHS; a fifth of the memory asked too",
            ours=Way("arrays", "benchmarks.ways.handing_over:arrays", arguments),
            others=(Way("sparse Pyomo + appsi_highs", "benchmarks.ways.handing_over:sparse_pyomo", arguments),),
            wrong=_wrong,
            at_least=50.0,
            mark="P1",
        )
    ]


def _wrong(answers: Mapping[str, Json]) -> list[str]:
    """Ways that wrote another model. Pyomo leaves out rows without columns, so flows are compared."""
    flows = {answer["flows"] for answer in answers.values()}
    return [] if len(flows) < 2 else [f"arrays: another number of flows {sorted(flows)}"]
