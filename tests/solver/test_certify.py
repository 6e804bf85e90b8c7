"""Certificates begin from what a search met on its way, and prove what they prove from nothing."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.assemble import assemble
from solver.ask import Ask
from solver.audits.certificate import lagrangian_bound
from solver.case import Case
from solver.certify import Begin, multipliers
from solver.objectives.travel_time import TravelTime
from solver.solve_model import solve_model
from solver.solved import Solved
from solver.watch import Watch
from tests.builders import Json, PlainTables, scenario, site_count
from tests.solver.test_kernel import WORLDS, concentrations
from tests.worked_worlds import b3


def solved(case: Case) -> Solved:
    return solve_model(Ask(case.land, case.rules, case.objectives, case.limits, lazily=True, patterns=False), Watch())


def proved(case: Case, begin: Begin | None) -> float:
    told = multipliers(case, Watch(), begin)
    assert told is not None
    bound = lagrangian_bound(case.tables, case.scenario, told, case.future)
    assert bound is not None
    return float(bound)


@WORLDS
@given(concentrations(), st.floats(0.0, 2.0))
def test_a_certificate_proves_the_same_from_the_beginning_from_what_was_met_and_from_anything(
    world: tuple[PlainTables, Json], factor: float
) -> None:
    """Where everybody reaches every site: that somebody's few sites cannot all close is a row whose price no multiplier tells."""
    assume(np.isfinite(world[0]["travel_times"]["minutes"]).all())
    case = assemble(*world)
    found = solved(case)
    assume(isinstance(case.objectives[0], TravelTime) and found.layout is not None and found.multipliers)
    afresh = proved(case, None)
    value = found.values[0]
    assert value is not None
    assert afresh <= value + 1e-6
    other = {stage: factor * told for stage, told in found.multipliers.items()}
    assert [proved(case, found.multipliers), proved(case, other)] == [pytest.approx(afresh, rel=1e-7, abs=1e-4)] * 2


def test_what_a_search_meets_at_its_beginning_is_handed_on() -> None:
    case = assemble(b3(), scenario(site_count("hips", exactly=2)))
    (told,) = solved(case).multipliers.values()
    assert len(told) == len(case.land.area_ids)
    assert (told >= 0).all()
