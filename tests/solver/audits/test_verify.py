"""An outcome that says what is so passes; each planted wrong is refused, with its reason."""

from collections.abc import Callable
from typing import Any

import pytest

from solver.verify import verify
from tests.builders import Json, lock, scenario, volume_norm
from tests.solver.audits.drawn import flows, offers, outcome
from tests.worked_worlds import b3, fragile

STEERED = flows({("1", "A"): 40, ("2", "A"): 20, ("2", "C"): 10, ("3", "C"): 50})
TODAY = flows({("1", "A"): 40, ("2", "B"): 30, ("3", "C"): 50})


def nearest() -> Json:
    return outcome(b3(), scenario(volume_norm(50, id="norm")), offers("AC"))


def steered() -> Json:
    return outcome(b3(), scenario(volume_norm(60, id="norm"), behaviour="steered"), offers("AC"), STEERED, TODAY)


def test_what_is_so_passes() -> None:
    assert verify(nearest(), b3()) == []
    assert verify(steered(), b3()) == []


def refusals(told: Json, plant: Callable[[Json], Any]) -> list[str]:
    plant(told)
    return verify(told, b3())


def test_a_flow_to_a_site_that_does_not_offer() -> None:
    assert "flow of 40 cases of hips from area 1 to site B in period today, which does not offer hips" in refusals(
        steered(), lambda told: told["plan"]["flows"][0].update(site_id="B")
    )


def test_patients_that_vanish() -> None:
    assert "1 cases of hips in period today are unserved, in area 2" in refusals(
        steered(), lambda told: told["plan"]["flows"][2].update(cases_per_year=9)
    )


def test_patients_out_of_nowhere() -> None:
    assert "area 3 sends 2 cases of hips more than its demand of 50 in period today" in refusals(
        steered(), lambda told: told["plan"]["flows"][3].update(cases_per_year=52)
    )


def test_a_flow_that_nearest_patients_do_not_make() -> None:
    assert "flow of hips from area 2 to site C in period today is 30, recomputed 0" in refusals(
        nearest(), lambda told: told["plan"]["flows"][1].update(site_id="C")
    )


def test_a_volume_below_the_norm() -> None:
    found = refusals(
        nearest(),
        lambda told: told["plan"]["offers"].append({"site_id": "B", "care_type_id": "hips", "period": "today"}),
    )
    assert "rule norm:hips (volume_norm) is broken for A hips in period today: 40 against 50" in found


def test_a_volume_told_wrong() -> None:
    assert refusals(nearest(), lambda told: told["plan"]["volumes"][0].update(cases_per_year=71)) == [
        "volume of hips at site A in period today is 71, recomputed 70"
    ]


def test_an_objective_off_by_one() -> None:
    found = refusals(nearest(), lambda told: told["objectives"][0].update(value=751, bound=751))
    assert found == ["objective travel_time is 751, recomputed 750"]


def test_a_count_off_by_a_little() -> None:
    assert refusals(nearest(), lambda told: told["measures"]["sites"].update(value=2.0000001)) == [
        "measure sites is 2.0000001, recomputed 2"
    ]


def test_a_norm_that_is_said_to_hold() -> None:
    found = refusals(nearest(), lambda told: told["norms"][0].update(value=49, margin=-1, holds=False))
    assert found == [
        "norm norm:hips for A hips in period today is 49 against 50 (does not hold), recomputed 70 against 50 (holds)"
    ]


def test_a_norm_left_out() -> None:
    found = refusals(nearest(), lambda told: told["norms"].pop())
    assert len(found) == 1
    assert "is not told" in found[0]


def test_a_value_better_than_its_bound() -> None:
    found = refusals(nearest(), lambda told: told["objectives"][0].update(bound=760, gap=10 / 750))
    assert "objective travel_time is 750, better than its bound 760" in found


def test_optimal_without_a_proof() -> None:
    found = refusals(nearest(), lambda told: told["objectives"][0].update(bound=700, gap=50 / 750))
    assert found == ["the outcome is optimal, but objective travel_time is proved only to 700 for 750"]
    feasible = refusals(
        nearest(), lambda told: (told["objectives"][0].update(bound=700, gap=50 / 750), told.update(outcome="feasible"))
    )
    assert feasible == []


def test_a_gap_told_wrong() -> None:
    found = refusals(
        nearest(), lambda told: (told["objectives"][0].update(bound=700, gap=0.01), told.update(outcome="feasible"))
    )
    assert found == ["the gap of objective travel_time is 0.01, recomputed 0.0666666666667"]


def test_a_plan_that_is_missing() -> None:
    assert refusals(nearest(), lambda told: told.update(plan=None)) == ["the outcome is optimal but holds no plan"]


def test_a_site_that_cannot_offer() -> None:
    narrow = b3(pairs=[("A", "hips"), ("B", "hips")])
    told = outcome(narrow, scenario(), offers("A"))
    told["plan"]["offers"].append({"site_id": "C", "care_type_id": "hips", "period": "today"})
    assert "site C has no row in site_care for hips, so it cannot offer it" in verify(told, narrow)


def test_a_broken_lock() -> None:
    told = outcome(b3(), scenario(lock("B", "open", id="promise")), offers("AC"))
    assert verify(told, b3()) == ["rule promise:hips (lock) is broken for B hips in period today: 0 against 1"]


def test_another_dataset() -> None:
    told = nearest() | {"provenance": {"dataset_sha256": "aa"}}
    assert verify(told, b3(), "bb") == ["the outcome was made from dataset aa, this is dataset bb"]
    assert verify(told, b3(), "aa") == []


def test_an_evaluated_plan_may_break_rules_but_not_be_another_plan() -> None:
    question = {"question": "evaluate", "plan": [{"site_id": s, "care_type_id": "hips"} for s in "AB"]}
    told = outcome(b3(), scenario(volume_norm(50), question=question), offers("AB"), word="infeasible")
    for row in told["objectives"]:
        row.update(bound=None, gap=None)
    assert verify(told, b3()) == []
    told["plan"]["offers"].pop()
    assert "the plan to evaluate and the plan found differ in hips at site B in period today" in verify(told, b3())
    kept = outcome(b3(), scenario(question=question), offers("AB"), word="infeasible")
    assert "the outcome is infeasible, but the plan breaks no hard rule" in verify(kept, b3())


def test_a_baseline_told_wrong() -> None:
    found = refusals(nearest(), lambda told: told["baseline"]["measures"]["travel_time"].update(value=149))
    assert found == ["baseline measure travel_time is 149, recomputed 150"]


def test_a_lower_priority_objective_may_cost_up_to_the_tolerance() -> None:
    within = [{"objective": "travel_time", "tolerance": 0.25}, {"objective": "sites"}]
    told = outcome(b3(), scenario(objectives=within), offers("AC"))
    told["objectives"][0].update(value=600, bound=600)
    assert verify(told, b3()) == []
    told["objectives"][0].update(value=590, bound=590)
    assert verify(told, b3()) == ["objective travel_time is 590, recomputed 750"]


def test_points_alternatives_and_steps_are_plans_too() -> None:
    points = scenario(question={"question": "pareto", "objectives": ["sites", "travel_time"], "points": 3})
    told = nearest() | {"scenario": points, "norms": None, "breaches": None, "objectives": []}
    told["points"] = [_answer("ABC", 3, 150), _answer("AC", 2, 750), _answer("B", 1, 2850)]
    assert verify(told, b3()) == []
    told["points"][1] = _answer("AC", 2, 749)
    assert verify(told, b3()) == ["objective travel_time is 749, recomputed 750 at point 2"]
    told["points"][1] = _answer("BC", 2, 1350)
    told["points"].append(_answer("AC", 2, 750))
    assert verify(told, b3()) == ["point 2 is no better than point 4 in any objective"]


def _answer(sites: str, count: float, travel: float) -> Json:
    rows = [{"site_id": s, "care_type_id": "hips", "period": "today"} for s in sites]
    values = [{"objective": "sites", "value": count}, {"objective": "travel_time", "value": travel}]
    return {"objectives": values, "plan": {"offers": rows}}


def test_the_same_alternative_twice() -> None:
    told = outcome(b3(), scenario(objectives=["sites", "travel_time"], question="alternatives"), offers("B"))
    told["alternatives"] = [_answer("B", 1, 2850), _answer("C", 1, 3450), _answer("B", 1, 2850)]
    assert verify(told, b3()) == ["alternative 3 offers the same as alternative 1"]


def test_alternatives_stand_best_first_and_within_the_share() -> None:
    asked = scenario(question={"question": "alternatives", "within_share": 0.2, "at_most": 2})
    told = outcome(b3(), asked, offers("B"))
    told["alternatives"] = [_travels("B", 2850), _travels("C", 3450)]
    assert verify(told, b3()) == ["alternative 2 is more than 0.2 worse than the best"]
    told["alternatives"] = [_travels("AB", 1650), _travels("BC", 1350), _travels("ABC", 150)]
    assert verify(told, b3()) == [
        "3 alternatives are told, at most 2 were asked",
        "alternative 2 is better than alternative 1, which stands before it",
        "alternative 3 is better than alternative 2, which stands before it",
    ]


def test_a_step_must_hold_at_its_tight_end() -> None:
    sweep = {"question": "norm_sweep", "rule": "norm", "from": 0, "to": 130}
    told = outcome(b3(), scenario(volume_norm(0, id="norm"), question=sweep), offers("ABC"))
    told["steps"] = [{"from": 30, "to": 51, **_travels("AC", 750)}]
    assert verify(told, b3()) == [
        "rule norm:hips (volume_norm) is broken for C hips in period today: 50 against 51 at step 1"
    ]
    told["steps"] = [{"from": 30, "to": 50, **_travels("AC", 750)}, {"from": 50, "to": None, "plan": None}]
    assert verify(told, b3()) == []


def _travels(sites: str, travel: float) -> Json:
    return _answer(sites, 0, travel) | {"objectives": [{"objective": "travel_time", "value": travel}]}


def test_a_price_is_the_difference_it_makes() -> None:
    told = outcome(b3(), scenario(question="why_not"), offers("ABC"))
    price = {"site_id": "B", "care_type_id": "hips", "state": "closed", "outcome": "optimal", "difference": 601.0}
    told["prices"] = [price | _travels("AC", 750)]
    assert verify(told, b3()) == ["the difference with hips at site B forced closed is 601, recomputed 600"]
    told["prices"] = [price | {"difference": 0.0} | _travels("ABC", 150)]
    assert verify(told, b3()) == ["the plan with hips at site B forced closed has it open in period today"]


def test_a_robust_plan_holds_in_every_future() -> None:
    question = {"question": "robustness", "futures": ["base", "fewer"], "attitude": "worst_case"}
    norm = scenario(volume_norm(50, id="norm"), question=question)
    told = outcome(fragile(), norm, offers("B"))
    for row in list(told["plan"]["volumes"]):
        row["future"] = "base"
        told["plan"]["volumes"].append(row | {"future": "fewer", "cases_per_year": 114})
    told["plan"]["flows"] = None
    told["futures"] = [
        {"future": "base", "objectives": [{"objective": "travel_time", "value": 2850}], "breaches": []},
        {"future": "fewer", "objectives": [{"objective": "travel_time", "value": 2670}], "breaches": []},
    ]
    assert verify(told, fragile()) == []
    told["futures"][1]["objectives"][0]["value"] = 2671
    assert verify(told, fragile()) == ["objective travel_time is 2671, recomputed 2670 in future fewer"]
    told["plan"] = {"offers": [{"site_id": s, "care_type_id": "hips", "period": "today"} for s in "AC"]}
    assert any("44 against 50 in future fewer" in reason for reason in verify(told, fragile()))


def test_inhabitants_beyond_when_one_site_is_out() -> None:
    peopled = b3(population={"1": 10, "2": 20, "3": 30})
    question = {"question": "one_site_out", "max_minutes": 20, "of": "plan"}
    told = outcome(peopled, scenario(question=question), offers("AC"))
    told["one_site_out"] = [
        {"site_id": site, "care_type_id": "hips", "inhabitants_beyond": beyond}
        for site, beyond in (("A", 10.0), ("C", 30.0))
    ]
    assert verify(told, peopled) == []
    told["one_site_out"][1]["inhabitants_beyond"] = 31.0
    assert verify(told, peopled) == ["31 more inhabitants are beyond without hips at site C, recomputed 30"]
    del told["one_site_out"][1]
    assert verify(told, peopled) == ["hips at site C is offered, but what happens without it is not told"]


@pytest.mark.parametrize("wreck", ["plan", "objectives", "scenario"])
def test_an_outcome_that_cannot_be_read_is_refused_not_crashed(wreck: str) -> None:
    told = nearest() | {wreck: "nonsense"}
    assert verify(told, b3())
