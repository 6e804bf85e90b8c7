"""Alternatives: the plans that come next, in order, none twice and none left out."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings

from tests.builders import Json, scenario, site_count, volume_norm
from tests.front_door import answer, offers
from tests.solver.brute import each
from tests.solver.questions.plans import offers_of, sites_of, values_of
from tests.solver.questions.stores import stores
from tests.strategies import Land, cases
from tests.worked_worlds import b3

B3_IN_ORDER = [("ABC", 150), ("AC", 750), ("BC", 1350), ("AB", 1650), ("B", 2850), ("C", 3450), ("A", 3750)]


def asked(**fields: object) -> Json:
    return {"question": "alternatives", **fields}


def test_b3_every_plan_stands_in_its_place() -> None:
    outcome = answer(b3(), scenario(question=asked()))
    assert [(sites_of(row), *values_of(row)) for row in outcome["alternatives"]] == B3_IN_ORDER
    assert (outcome["complete"], outcome["count_at_least"]) == (True, 7)
    assert (outcome["outcome"], sites_of(outcome)) == ("optimal", "ABC")


def test_no_more_plans_are_listed_than_asked_for() -> None:
    outcome = answer(b3(), scenario(question=asked(at_most=3)))
    assert [sites_of(row) for row in outcome["alternatives"]] == ["ABC", "AC", "BC"]
    assert (outcome["complete"], outcome["count_at_least"]) == (False, 7)


@pytest.mark.parametrize(("share", "listed"), [(0.0, 1), (0.79, 1), (0.8, 2), (1.2, 3)])
def test_a_plan_exactly_at_the_share_is_within_it(share: float, listed: int) -> None:
    outcome = answer(b3(), scenario(volume_norm(40), question=asked(within_share=share)))
    assert [sites_of(row) for row in outcome["alternatives"]] == ["AC", "BC", "AB"][:listed]
    assert (outcome["complete"], outcome["count_at_least"]) == (True, listed)


def test_steered_patients_are_sent_anew_in_every_plan() -> None:
    outcome = answer(b3(), scenario(volume_norm(50), behaviour="steered", question=asked(at_most=3)))
    assert [(sites_of(row), *values_of(row)) for row in outcome["alternatives"]] == [
        ("AC", pytest.approx(750)),
        ("BC", pytest.approx(1350)),
        ("AB", pytest.approx(1850)),
    ]
    assert (outcome["complete"], outcome["count_at_least"]) == (False, 4)


def test_no_plan_has_no_alternatives() -> None:
    outcome = answer(b3(), scenario(volume_norm(121), question=asked()))
    assert (outcome["outcome"], outcome["alternatives"]) == ("infeasible", [])
    assert (outcome["complete"], outcome["count_at_least"]) == (True, 0)


def test_equal_plans_stand_in_order_of_their_changes() -> None:
    equal = [site_count(exactly=2)]
    outcome = answer(b3(offered=["A", "B"]), scenario(*equal, objectives="sites", question=asked()))
    assert [sites_of(row) for row in outcome["alternatives"]] == ["AB", "AC", "BC"]


@settings(max_examples=30)
@given(cases())
def test_the_plans_are_all_there_are_in_their_order(case: tuple[Land, Json]) -> None:
    land, told = case
    told = told | {"objectives": [{**one, "tolerance": 0.0} for one in told["objectives"]]}
    tried = each(land.tables(), told)
    assume(len(tried) <= 40)
    outcome = answer(land.tables(), told | {"question": asked()})
    listed = outcome["alternatives"]
    assert outcome["complete"]
    assert outcome["count_at_least"] == len(listed) == len(tried)
    assert {offers_of(row) for row in listed} == {offered for _, offered in tried}
    for row, (values, _) in zip(listed, tried, strict=True):
        assert values_of(row)[0] == pytest.approx(values[0], rel=1e-7, abs=1e-6)
    if listed:
        assert offers_of(listed[0]) == offers(outcome)


@settings(max_examples=15)
@given(cases(behaviours=["nearest", "steered", "choice"]).filter(lambda case: len(case[0].care_types) == 2))
def test_within_a_share_are_those_and_no_others(case: tuple[Land, Json]) -> None:
    land, told = case
    for behaviour in told["behaviours"].values():
        if behaviour["behaviour"] == "choice":
            behaviour["weight_per_minute"] = 0.1
    told = told | {"objectives": [{"objective": "travel_time"}]}
    tried = each(land.tables(), told)
    assume(len(tried) > 0)
    outcome = answer(land.tables(), told | {"question": asked(within_share=0.3)})
    limit = 1.3 * tried[0][0][0]
    assume(not any(abs(values[0] - limit) < 1e-5 for values, _ in tried))
    assert {offers_of(row) for row in outcome["alternatives"]} == {
        offered for values, offered in tried if values[0] <= limit
    }


@pytest.mark.parametrize("count", range(4, 9))
def test_the_ten_best_sets_of_so_many_stores(shared: Path, count: int) -> None:
    known = stores(shared)
    outcome = answer(known.tables, scenario(site_count(exactly=count), question=asked(at_most=10)))
    mine = np.flatnonzero(known.count() == count)
    best = mine[np.argsort(known.total[mine])[:10]]
    assert [frozenset(site for site, _, _ in offers_of(row)) for row in outcome["alternatives"]] == [
        known.named(i) for i in best
    ]
    assert [values_of(row) for row in outcome["alternatives"]] == [[pytest.approx(known.total[i])] for i in best]
    assert outcome["count_at_least"] == len(mine)


@pytest.mark.parametrize("share", [0.01, 0.02, 0.05])
@pytest.mark.parametrize("count", range(4, 9))
def test_how_many_sets_of_stores_are_almost_as_good(shared: Path, count: int, share: float) -> None:
    known = stores(shared)
    question = asked(within_share=share, at_most=5)
    outcome = answer(known.tables, scenario(site_count(exactly=count), question=question))
    total = known.total[known.count() == count]
    number = int((total <= (1 + share) * total.min()).sum())
    assert outcome["count_at_least"] == number
    assert outcome["complete"] == (number <= 5)
