"""The worked examples through the front door: each figure as it stands on paper and as every layout tried gives it."""

import pytest

from tests.builders import Json, access_norm, scenario, site_count, volume_norm
from tests.front_door import answer, measure, sites, values, volumes
from tests.solver.brute import best
from tests.worked_worlds import b3, city_and_village, peopled_b3


def drawn(*open_sites: str) -> Json:
    """The question what a plan drawn by hand is worth."""
    return {
        "question": "evaluate",
        "plan": [{"site_id": site, "care_type_id": "hips", "period": "today"} for site in open_sites],
    }


@pytest.mark.parametrize(
    ("open_sites", "travel", "cases", "worst"),
    [
        ("ABC", 150, [40, 30, 50], 5),
        ("AC", 750, [70, 50], 25),
        ("BC", 1350, [70, 50], 30),
        ("AB", 1650, [40, 80], 30),
        ("B", 2850, [120], 30),
        ("C", 3450, [120], 60),
        ("A", 3750, [120], 60),
    ],
)
def test_b3_each_drawn_plan_is_worth_what_paper_says(
    open_sites: str, travel: float, cases: list[float], worst: float
) -> None:
    outcome = answer(b3(), scenario(question=drawn(*open_sites)))
    assert measure(outcome, "travel_time") == travel
    assert measure(outcome, "worst_minutes") == worst
    assert volumes(outcome) == dict(zip(open_sites, cases, strict=True))


def test_w1_the_norm_closes_the_middle_site_and_costs_600() -> None:
    bound = answer(b3(), scenario(volume_norm(50)))
    free = answer(b3(), scenario())
    assert (bound["outcome"], bound["stopped_by"]) == ("optimal", "proof")
    assert (sites(bound), values(bound)) == (["A", "C"], [750])
    assert (sites(free), values(free)) == (["A", "B", "C"], [150])


def test_w2_free_choice_costs_2000() -> None:
    steered = answer(b3(), scenario(volume_norm(60), behaviour="steered"))
    nearest = answer(b3(), scenario(volume_norm(60)))
    assert (sites(steered), values(steered)) == (["A", "C"], [pytest.approx(850, rel=1e-9)])
    assert (sites(nearest), values(nearest)) == (["B"], [2850])


def test_w2_ten_of_area_2_are_steered_to_c() -> None:
    outcome = answer(b3(), scenario(volume_norm(60), behaviour="steered"))
    flows = {(row["area_id"], row["site_id"]): row["cases_per_year"] for row in outcome["plan"]["flows"]}
    assert flows == {
        ("1", "A"): pytest.approx(40),
        ("2", "A"): pytest.approx(20),
        ("2", "C"): pytest.approx(10),
        ("3", "C"): pytest.approx(50),
    }


@pytest.mark.parametrize(
    ("at_most", "open_sites", "travel"), [(1, ["B"], 2850), (2, ["A", "C"], 750), (3, ["A", "B", "C"], 150)]
)
def test_w5_as_many_sites_as_the_staff_allows(at_most: int, open_sites: list[str], travel: float) -> None:
    outcome = answer(b3(), scenario(site_count(at_most=at_most)))
    assert (sites(outcome), values(outcome)) == (open_sites, [travel])


@pytest.mark.parametrize(
    ("rules", "objective", "site", "value"),
    [
        pytest.param([], "travel_time", "X", 500, id="least travel"),
        pytest.param([], "worst_minutes", "Y", 30, id="least worst"),
        pytest.param([access_norm(45, kind="share", at_least_share=0.99)], "travel_time", "X", 500, id="99 %"),
        pytest.param([access_norm(45, kind="share", at_least_share=0.995)], "travel_time", "Y", 30200, id="99.5 %"),
        pytest.param([access_norm(45, kind="everyone")], "travel_time", "Y", 30200, id="nobody over 45"),
    ],
)
def test_w9_the_norm_that_is_chosen_chooses_the_site(
    rules: list[Json], objective: str, site: str, value: float
) -> None:
    outcome = answer(city_and_village(), scenario(site_count(exactly=1), *rules, objectives=objective))
    assert (sites(outcome), values(outcome)) == ([site], [value])


@pytest.mark.parametrize(
    ("behaviour", "norm", "open_sites", "travel"),
    [
        ("nearest", 30, "ABC", 150),
        ("nearest", 31, "AC", 750),
        ("nearest", 50, "AC", 750),
        ("nearest", 51, "B", 2850),
        ("nearest", 120, "B", 2850),
        ("steered", 30, "ABC", 150),
        ("steered", 31, "ABC", 180),
        ("steered", 40, "ABC", 450),
        ("steered", 41, "AC", 750),
        ("steered", 50, "AC", 750),
        ("steered", 51, "AC", 760),
        ("steered", 60, "AC", 850),
        ("steered", 61, "B", 2850),
        ("steered", 120, "B", 2850),
    ],
)
def test_w13_each_step_of_the_norm(behaviour: str, norm: float, open_sites: str, travel: float) -> None:
    asked = scenario(volume_norm(norm), behaviour=behaviour)
    outcome, judged = answer(b3(), asked), best(b3(), asked)
    assert judged is not None
    assert judged.values == [pytest.approx(travel, rel=1e-9)]
    assert (sites(outcome), values(outcome)) == (list(open_sites), [pytest.approx(travel, rel=1e-9)])


@pytest.mark.parametrize("behaviour", ["nearest", "steered"])
def test_w13_no_plan_above_all_demand(behaviour: str) -> None:
    outcome = answer(b3(), scenario(volume_norm(121), behaviour=behaviour))
    assert (outcome["outcome"], outcome["stopped_by"], outcome["plan"]) == ("infeasible", "proof", None)


def test_w15_norm_70_and_nobody_over_25_cannot_live_together() -> None:
    outcome = answer(peopled_b3(), scenario(volume_norm(70), access_norm(25)))
    assert outcome["outcome"] == "infeasible"


@pytest.mark.parametrize(
    ("norm", "minutes", "open_sites", "travel"), [(50, 25, ["A", "C"], 750), (70, 30, ["B"], 2850)]
)
def test_w15_either_norm_relaxed_gives_a_plan(
    norm: float, minutes: float, open_sites: list[str], travel: float
) -> None:
    outcome = answer(peopled_b3(), scenario(volume_norm(norm), access_norm(minutes)))
    assert (sites(outcome), values(outcome)) == (open_sites, [travel])
