"""On random small worlds the audit and arithmetic on paper call the same plans allowed, and the same ones best."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.audits.audit import Auditor
from tests.builders import Json
from tests.solver.brute import best
from tests.solver.layouts import layouts
from tests.solver.paper import read
from tests.strategies import Land, cases

CHOICE: Json = {"behaviour": "choice", "mode": "car", "weight_per_minute": 0.05}


@settings(max_examples=60)
@given(cases(behaviours=("nearest", "observed")), st.booleans())
def test_the_audit_finds_the_best_plan_that_paper_finds(case: tuple[Land, Json], choose: bool) -> None:
    land, asked = case
    if choose:
        asked = asked | {"behaviours": dict.fromkeys(asked["behaviours"], CHOICE)}
    tables = land.tables()
    auditor = Auditor(tables, asked)
    drawn = [
        auditor.audit([(s, k, t) for (k, t), sites in layout.items() for s in sites])
        for layout in layouts(read(tables, asked))
    ]
    allowed = [tuple(row["value"] for row in plan.objectives) for plan in drawn if plan.keeps_every_hard_rule]
    on_paper = best(tables, asked)
    assert (on_paper is None) == (not allowed)
    if on_paper is not None:
        assert ordered(allowed, asked["objectives"]) == pytest.approx(on_paper.values, rel=1e-9, abs=1e-9)


def ordered(values: list[tuple[Any, ...]], objectives: list[Json]) -> list[float]:
    """The least value of each objective among the plans that are best in the ones before, up to their tolerance."""
    least = []
    for place, objective in enumerate(objectives):
        least.append(min(value[place] for value in values))
        held = least[-1] * (1 + objective.get("tolerance", 0.0)) + 1e-9 * max(1.0, abs(least[-1]))
        values = [value for value in values if value[place] <= held]
    return least
