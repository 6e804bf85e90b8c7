"""What must always hold: random small worlds, answered through the front door and set beside what they must equal."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.builders import Json, lock, scenario, volume_norm, with_tables
from tests.front_door import answer, best_of_all_layouts, measure, offers, values
from tests.strategies import BEHAVIOURS, Land, cases, lands, loosened, rules

SOME = settings(max_examples=25)
FEW = settings(max_examples=12)
EVERY = tuple(BEHAVIOURS)
UNDER_EACH = pytest.mark.parametrize("behaviour", EVERY)
BY_THEMSELVES = pytest.mark.parametrize("behaviour", ["nearest", "choice", "observed"])
"""Behaviours under which a plan fixes who goes where."""

SLACK = 1e-6
"""The rounding of a linear program, in case-minutes or euros."""


def same(expected: float) -> object:
    """The same number, but for the rounding of a linear program."""
    return pytest.approx(expected, rel=1e-7, abs=SLACK)


@settings(max_examples=60)
@given(cases(behaviours=EVERY))
def test_the_answer_is_the_best_of_all_layouts(case: tuple[Land, Json]) -> None:
    land, asked = case
    best_of_all_layouts(land.tables(), asked)


@SOME
@given(cases(behaviours=EVERY))
def test_every_case_goes_somewhere_that_is_open(case: tuple[Land, Json]) -> None:
    land, asked = case
    outcome = answer(land.tables(), asked | {"question": {"question": "optimise"}})
    assume(outcome["plan"] is not None)
    open_pairs = {(s, k) for s, k, _ in offers(outcome)}
    volume = dict.fromkeys(open_pairs, 0.0)
    for row in outcome["plan"]["volumes"]:
        volume[row["site_id"], row["care_type_id"]] += row["cases_per_year"]
    for k in land.care_types:
        treated = sum(cases for (_, k2), cases in volume.items() if k2 == k)
        assert treated == same(sum(land.demand[a, k] for a in land.areas))
    for row in outcome["plan"].get("flows") or []:
        assert (row["site_id"], row["care_type_id"]) in open_pairs
        assert row["cases_per_year"] > 0


@SOME
@given(cases(behaviours=EVERY))
def test_a_value_is_never_better_than_its_bound(case: tuple[Land, Json]) -> None:
    land, asked = case
    outcome = answer(land.tables(), asked)
    assume(outcome["plan"] is not None)
    for one in outcome["objectives"]:
        assert one["bound"] <= one["value"] + 1e-9 * max(1.0, abs(one["value"]))
        assert one["gap"] == pytest.approx(abs(one["value"] - one["bound"]) / max(abs(one["value"]), 1e-9))


@SOME
@given(cases(behaviours=EVERY), st.data())
def test_a_rule_left_out_or_loosened_never_worsens_the_first_objective(
    case: tuple[Land, Json], data: st.DataObject
) -> None:
    land, asked = case
    listed = asked["rules"]
    assume(listed)
    n = data.draw(st.integers(0, len(listed) - 1))
    changed = data.draw(st.sampled_from([[], [loosened(listed[n])]]))
    bound = answer(land.tables(), asked)
    free = answer(land.tables(), asked | {"rules": [*listed[:n], *changed, *listed[n + 1 :]]})
    if bound["plan"] is not None:
        assert values(free)[0] <= values(bound)[0] + SLACK


@SOME
@given(st.data())
def test_steered_is_never_worse_than_nearest(data: st.DataObject) -> None:
    land = data.draw(lands())
    listed = data.draw(rules(land))
    nearest = answer(land.tables(), scenario(*listed, behaviour="nearest"))
    assume(nearest["plan"] is not None)
    steered = answer(land.tables(), scenario(*listed, behaviour="steered"))
    assert values(steered)[0] <= values(nearest)[0] + 1e-6


@FEW
@given(lands(care_types=1, habits=True), st.integers(1, 60), st.integers(20, 100), st.integers(20, 200))
@UNDER_EACH
def test_three_times_the_cases_norms_capacity_stock_and_budget_give_three_times_the_travel(
    behaviour: str, land: Land, norm: int, stock: int, eur: int
) -> None:
    def asked(times: float) -> Json:
        tables = land.scaled(times).tables()
        tables["site_care"]["variable_cost_eur_per_case"] = np.arange(1.0, 1 + len(land.pairs))
        del tables["site_care"]["fixed_cost_eur_per_year"]
        tables = with_tables(
            tables,
            resources=[{"resource_id": "nurse", "unit": "fte", "pool": "site"}],
            resource_use=[{"care_type_id": "k0", "resource_id": "nurse", "per_case": 1.0, "per_open_site": 0.0}],
            resource_stock=[{"resource_id": "nurse", "pool_id": s, "quantity": times * stock} for s in land.sites],
        )
        limits = [
            volume_norm(times * norm),
            {"rule": "resource_limit", "resource": "nurse"},
            {"rule": "budget", "scope": "operating", "at_most_eur": times * eur},
        ]
        return answer(tables, scenario(*limits, behaviour=BEHAVIOURS[behaviour]))

    once, thrice = asked(1), asked(3)
    assert once["outcome"] == thrice["outcome"]
    assert [3 * value for value in values(once)] == [same(value) for value in values(thrice)]
    if once["plan"] is not None:
        assert offers(once) == offers(thrice)


@FEW
@given(cases(behaviours=EVERY), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(case: tuple[Land, Json], random: object) -> None:
    land, asked = case
    shuffled = land.reordered(lambda rows: random.sample(list(rows), len(rows)))  # type: ignore[attr-defined]
    first, second = answer(land.tables(), asked), answer(shuffled.tables(), asked)
    assert first["outcome"] == second["outcome"]
    assert values(first) == [same(value) for value in values(second)]


@FEW
@given(lands(care_types=1, ties=False, habits=True), st.integers(1, 60))
@UNDER_EACH
def test_other_names_without_ties_change_nothing(behaviour: str, land: Land, norm: int) -> None:
    names = dict(zip(land.sites, "zyx", strict=False))
    other = land.renamed(names)
    asked = scenario(volume_norm(norm), behaviour=BEHAVIOURS[behaviour])
    first, second = answer(land.tables(), asked), answer(other.tables(), asked)
    assert values(first) == [same(value) for value in values(second)]


@FEW
@given(cases(behaviours=EVERY))
def test_an_area_in_two_identical_halves_changes_nothing(case: tuple[Land, Json]) -> None:
    land, asked = case
    whole, halves = answer(land.tables(), asked), answer(land.halved("a0").tables(), asked)
    assert whole["outcome"] == halves["outcome"]
    assert values(whole) == [same(value) for value in values(halves)]


@FEW
@given(cases(behaviours=EVERY))
def test_a_new_site_locked_shut_changes_nothing(case: tuple[Land, Json]) -> None:
    land, asked = case
    shut = asked | {"rules": [*asked["rules"], lock("s9", "closed")]}
    without, beside = answer(land.tables(), asked), answer(land.with_site("s9", 1.0).tables(), shut)
    assert without["outcome"] == beside["outcome"]
    assert values(without) == [same(value) for value in values(beside)]


@FEW
@given(lands(capacity=False, unreachable=False, habits=True))
@BY_THEMSELVES
def test_everything_as_today_is_the_baseline_with_no_changes(behaviour: str, land: Land) -> None:
    assume(all(any((s, k) in land.offered for s in land.sites) for k in land.care_types))
    locks = [lock(s, "as_today", k) for s, k in land.pairs]
    asked = scenario(*locks, objectives=["travel_time", "changes"], behaviour=BEHAVIOURS[behaviour])
    outcome = answer(land.tables(), asked)
    assert values(outcome)[1] == 0
    assert outcome["baseline"]["measures"]["travel_time"]["value"] == measure(outcome, "travel_time")


@FEW
@given(cases(behaviours=EVERY))
def test_the_same_question_has_the_same_answer_to_the_last_digit(case: tuple[Land, Json]) -> None:
    land, asked = case
    first, second = answer(land.tables(), asked), answer(land.tables(), asked)
    assert first["provenance"]["result_sha256"] == second["provenance"]["result_sha256"]


@FEW
@given(cases(behaviours=EVERY))
def test_one_named_period_is_a_single_period(case: tuple[Land, Json]) -> None:
    land, asked = case
    named = answer(land.tables(), asked | {"periods": ["2030"]})
    single = answer(land.tables(), asked)
    assert named["outcome"] == single["outcome"]
    assert values(named) == [same(value) for value in values(single)]
