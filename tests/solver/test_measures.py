"""Each measure as an objective: its figures on paper, and what it chooses."""

import pytest

from app.assemble import InvalidScenario, assemble
from tests.builders import Json, lock, scenario, site_count, with_tables, world
from tests.front_door import answer, measure, sites
from tests.front_door import values as values_of
from tests.worked_worlds import B3_DEMAND, b3, one_area_three_sites, readiness_staff, volume_and_outcome

TWO = site_count(exactly=2)


def values(outcome: Json) -> list[float]:
    """The values of the objectives, which the solver must have found and proved as the audit finds them."""
    assert outcome["outcome"] == "optimal"
    return values_of(outcome)


def test_transition_cost_keeps_what_is_dear_to_close() -> None:
    """One of three must close: 70, 40 or 50 for the pair; leaving location B costs 40 more."""
    tables = b3(
        site_care={
            "opening_cost_eur": dict.fromkeys("ABC", 0.0),
            "closing_cost_eur": {"A": 70.0, "B": 40.0, "C": 50.0},
        },
        sites={"closing_cost_eur": {"A": 0.0, "B": 40.0, "C": 0.0}},
    )
    plan = answer(tables, scenario(TWO, objectives="transition_cost"))
    assert (sites(plan), values(plan)) == (["A", "B"], [50])


def test_leaving_a_location_costs_in_the_period_in_which_its_last_care_type_goes() -> None:
    """B is kept in the first of two periods by promise; then it goes, for 7, and its location with it, for 100."""
    tables = b3(
        site_care={"opening_cost_eur": dict.fromkeys("ABC", 0.0), "closing_cost_eur": dict.fromkeys("ABC", 7.0)},
        sites={"closing_cost_eur": dict.fromkeys("ABC", 100.0)},
        tables={"periods": [{"period_id": "t1"}, {"period_id": "t2"}]},
    )
    rules = [lock("B", "open", periods=["t1"]), lock("B", "closed", periods=["t2"])]
    plan = answer(tables, scenario(*rules, objectives="transition_cost"))
    assert values(plan) == [107]
    assert plan["measures"]["transition_cost"]["per_period"] == {"t1": 0, "t2": 107}


def test_staff_is_least_where_fewest_sites_are_ready() -> None:
    plan = answer(readiness_staff(100), scenario(TWO, objectives=[{"objective": "staff", "resource": "nurses"}]))
    assert values(plan) == [pytest.approx(14)]
    assert plan["objectives"][0]["unit"] == "fte"


@pytest.mark.parametrize(
    ("open_sites", "outcomes"), [("ABC", 6.2), ("AC", 4.8), ("AB", 5.6), ("BC", 4.8), ("A", 4.8), ("B", 4.8)]
)
def test_adverse_outcomes_of_each_plan(open_sites: str, outcomes: float) -> None:
    """W14: AB has 40 cases at 6 % and 80 at 4 %, so 5.6."""
    rules = [lock(s, "open" if s in open_sites else "closed") for s in "ABC"]
    plan = answer(volume_and_outcome(), scenario(*rules, objectives="adverse_outcomes"))
    assert values(plan) == [pytest.approx(outcomes)]


def test_adverse_outcomes_need_a_rate_for_small_volumes() -> None:
    tables = b3(tables={"outcome_rates": [{"care_type_id": "hips", "from_volume": 20.0, "rate": 0.1}]})
    with pytest.raises(InvalidScenario, match="below 20"):
        assemble(tables, scenario(objectives="adverse_outcomes"))


def test_where_more_cases_mean_a_higher_rate_the_threshold_itself_counts() -> None:
    tables = b3(
        tables={
            "outcome_rates": [{"care_type_id": "hips", "from_volume": v, "rate": r} for v, r in ((0, 0.0), (50, 0.1))]
        }
    )
    plan = answer(tables, scenario(*[lock(s, "open") for s in "ABC"], objectives="adverse_outcomes"))
    assert values(plan) == [pytest.approx(5)]


def test_the_largest_loss_is_that_of_the_site_that_closes_unless_a_sister_receives_it() -> None:
    loss = {"objective": "largest_organisation_loss", "measure": "cases"}
    tables = b3(sites={"organisation_id": {"A": "o", "B": "o", "C": "p"}})
    plan = answer(tables, scenario(TWO, objectives=[loss, "travel_time"]))
    assert (sites(plan), values(plan)) == (["A", "C"], [0, 750])
    apart = answer(b3(), scenario(TWO, objectives=[loss]))
    assert values(apart) == [1]


def test_the_gap_between_groups() -> None:
    """Area 2 is old, 1 and 3 are not: all open 5 against 0 minutes; B open with one other shrinks or turns it."""
    tables = b3(
        population=B3_DEMAND,
        tables={
            "population_groups": [{"area_id": a, "group": "old", "persons": 30.0 if a == "2" else 0.0} for a in "123"]
        },
    )
    plan = answer(tables, scenario(objectives=[{"objective": "group_gap", "group": "old"}, "travel_time"]))
    gaps = {
        "ABC": 5,
        "AB": 1500 / 90 - 5,
        "BC": 1200 / 90 - 5,
        "AC": 25,
        "A": 3000 / 90 - 25,
        "B": 25,
        "C": 2400 / 90 - 35,
    }
    assert values(plan)[0] == pytest.approx(min(abs(gap) for gap in gaps.values()))
    by_attribute = b3(areas={"kind": {"1": "town", "2": "village", "3": "town"}})
    same = answer(by_attribute, scenario(objectives=[{"objective": "group_gap", "group": "kind"}, "travel_time"]))
    assert values(same) == [pytest.approx(value) for value in values(plan)]
    with pytest.raises(InvalidScenario, match="fewer than two groups"):
        assemble(
            b3(areas={"kind": dict.fromkeys("123", "town")}),
            scenario(objectives=[{"objective": "group_gap", "group": "kind"}]),
        )


@pytest.mark.parametrize("behaviour", ["nearest", "steered"])
def test_co2_follows_kilometres_not_minutes(behaviour: str) -> None:
    """The way to A is short in minutes and long in km."""
    tables = b3(km={a: {"A": 100.0, "B": 1.0, "C": 10.0} for a in "123"})
    emits: Json = {"objective": "co2", "kg_per_km": {"car": 0.5}}
    plan = answer(tables, scenario(site_count(exactly=1), behaviour=behaviour, objectives=[emits]))
    assert (sites(plan), values(plan)) == (["B"], [pytest.approx(120)])
    steered = answer(tables, scenario(*[lock(s, "open") for s in "ABC"], behaviour=behaviour, objectives=[emits]))
    expected = 120 if behaviour == "steered" else 40 * 100 + 30 * 1 + 50 * 10
    assert values(steered) == [pytest.approx(expected)]


def test_co2_needs_kilometres_and_a_rate() -> None:
    with pytest.raises(InvalidScenario, match="no kilometres for mode car") as refused:
        assemble(b3(), scenario(objectives=[{"objective": "co2", "kg_per_km": {"transit": 0.1}}]))
    assert "kg_per_km says nothing of mode car" in str(refused.value)


@pytest.mark.parametrize("behaviour", ["nearest", "steered"])
@pytest.mark.parametrize(
    ("share", "tail"),
    [(0.25, 30), (30 / 120, 30), (0.5, (50 * 30 + 10 * 30) / 60), (1.0, (70 * 30 + 20 * 30 + 30 * 5) / 120)],
)
def test_the_tail_of_one_site(behaviour: str, share: float, tail: float) -> None:
    """B alone: 40 and 50 cases travel 30 minutes, 30 travel 5."""
    asked = scenario(
        lock("A", "closed"),
        lock("C", "closed"),
        behaviour=behaviour,
        objectives=[{"objective": "tail_minutes", "share": share}],
    )
    assert values(answer(b3(), asked)) == [pytest.approx(tail)]


@pytest.mark.parametrize("behaviour", ["nearest", "steered"])
def test_the_tail_chooses_for_those_who_travel_longest(behaviour: str) -> None:
    """Of two sites: AC leaves 30 cases at 25 minutes (a tail of a quarter: 25), BC 40 at 30 and AB 50 at 30."""
    asked = scenario(TWO, behaviour=behaviour, objectives=[{"objective": "tail_minutes", "share": 0.25}])
    plan = answer(b3(), asked)
    assert (sites(plan), values(plan)) == (["A", "C"], [pytest.approx(25)])


@pytest.mark.parametrize("behaviour", ["nearest", "steered"])
def test_the_tail_of_care_types_that_are_tied_together(behaviour: str) -> None:
    """Knees stay where hips are, at twice two sites: two care types that both do as one does."""
    hips_with_knees = {"rule": "interdependency", "care_type": "hips", "requires": "knees"}
    tail = {"objective": "tail_minutes", "share": 0.25}
    asked = scenario(site_count("*", exactly=2), hips_with_knees, behaviour=behaviour, objectives=[tail])
    plan = answer(b3(care_types=("hips", "knees")), asked)
    assert (sites(plan), values(plan)) == (["A", "A", "C", "C"], [pytest.approx(25)])


def test_accessibility_is_maximised() -> None:
    """W6 with norm 30: A and B give the most choice within reach, 5.850 minutes."""
    choice = {"behaviour": "choice", "weight_per_minute": 0.06931471805599453, "mode": "car"}
    norm = {"rule": "volume_norm", "care_type": "hips", "at_least": 30}
    plan = answer(one_area_three_sites(), scenario(norm, behaviour=choice, objectives="accessibility"))
    assert sites(plan) == ["A", "B"]
    assert values(plan) == [pytest.approx(5.850, abs=5e-4)]
    with pytest.raises(InvalidScenario, match="weight_per_minute"):
        assemble(one_area_three_sites(), scenario(objectives="accessibility"))


def test_a_weighted_sum_takes_every_measure_and_rewards_accessibility() -> None:
    choice = {"behaviour": "choice", "weight_per_minute": 0.06931471805599453, "mode": "car"}
    terms = [{"weight": 1, "objective": "accessibility"}, {"weight": 3, "objective": "sites"}]
    plan = answer(
        one_area_three_sites(), scenario(behaviour=choice, objectives={"objective": "weighted", "terms": terms})
    )
    assert sites(plan) == ["A", "B"]
    assert values(plan) == [pytest.approx(3 * 2 - 5.850, abs=5e-4)]


def test_the_largest_of_several_cannot_be_rewarded_for_being_large() -> None:
    terms = [{"weight": -1, "objective": "worst_minutes"}, {"weight": 1, "objective": "travel_time"}]
    with pytest.raises(InvalidScenario, match="can only be kept small"):
        assemble(b3(), scenario(objectives={"objective": "weighted", "terms": terms}))


def test_blanks_are_told_all_at_once() -> None:
    """A blank closing cost, a pool without stock and a period without a quantity in one answer."""
    tables = with_tables(
        readiness_staff(10) | {"site_care": b3(site_care={"closing_cost_eur": {"A": 1.0}})["site_care"]},
        resource_stock=[{"resource_id": "nurses", "pool_id": "*", "quantity": 1.0, "period": "t1"}],
    )
    asked = scenario({"rule": "resource_limit", "resource": "nurses"}, objectives="transition_cost")
    with pytest.raises(InvalidScenario) as refused:
        assemble(tables, asked)
    problems = sorted(problem["problem"] for problem in refused.value.problems)
    assert problems == ["blank for B, hips", "blank for C, hips", "no quantity of nurses for pool *, period today"]
    assert all(problem["fix"] for problem in refused.value.problems)
    assert measure(answer(b3(), scenario()), "travel_time") == 150


def test_beyond_counts_the_care_types_that_are_named() -> None:
    two = world(
        {"1": {"A": 0, "B": 60}}, {"1": 5.0}, care_types=("hips", "knees"), pairs=[("A", "hips"), ("B", "knees")],
        population={"1": 7.0},
    )  # fmt: skip
    beyond: Json = {"objective": "beyond_minutes", "max_minutes": 30}
    for named, inhabitants in ((None, 7), ("*", 7), ("hips", 0), (["knees"], 7), (["hips", "knees"], 7)):
        one = beyond if named is None else beyond | {"care_type": named}
        assert values(answer(two, scenario(objectives=[one]))) == [inhabitants]
    with pytest.raises(InvalidScenario, match="no care_type teeth"):
        assemble(two, scenario(objectives=[beyond | {"care_type": ["hips", "teeth"]}]))
