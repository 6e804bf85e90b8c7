"""Robustness: one plan for several futures, as every layout tried in every future would have it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.assemble import assemble
from solver.scenario import InvalidScenario
from solver.verify import verify
from tests.builders import Json, PlainTables, rows, scenario, volume_norm, with_tables, world
from tests.front_door import answer, offers, sites, values
from tests.solver.brute import Offers, each
from tests.strategies import Land, cases
from tests.worked_worlds import B3_MINUTES, b3, fragile

ATTITUDES = ["expected", "worst_case", "regret"]
BEHAVIOURS = ["nearest", "steered"]


def asked(attitude: str = "expected", **fields: object) -> Json:
    return {"question": "robustness", "attitude": attitude, **fields}


def combined(attitude: str, values: list[float], own: list[float], weights: list[float]) -> float:
    if attitude == "expected":
        return sum(w * v for w, v in zip(weights, values, strict=True)) / sum(weights)
    if attitude == "worst_case":
        return max(values)
    return max(v - o for v, o in zip(values, own, strict=True))


@pytest.mark.parametrize("attitude", ATTITUDES)
def test_w10_the_plan_that_holds_in_both_futures_is_b_alone(attitude: str) -> None:
    outcome = answer(fragile(), scenario(volume_norm(50), question=asked(attitude)))
    assert (outcome["outcome"], sites(outcome)) == ("optimal", ["B"])
    assert [(row["future"], row["objectives"][0]["value"]) for row in outcome["futures"]] == [
        ("base", 2850),
        ("fewer", 2670),
    ]
    assert values(outcome) == [{"expected": 2760, "worst_case": 2850, "regret": 2100}[attitude]]


def test_w10_in_the_nominal_future_alone_a_and_c_are_best() -> None:
    outcome = answer(fragile(), scenario(volume_norm(50), question=asked(futures=["base"])))
    assert (sites(outcome), values(outcome)) == (["A", "C"], [750])


def test_steered_patients_go_elsewhere_in_another_future() -> None:
    outcome = answer(fragile(), scenario(volume_norm(50), behaviour="steered", question=asked("worst_case")))
    assert sites(outcome) == ["A", "C"]
    assert values(outcome) == [pytest.approx(810)]
    to_c = {
        (row["future"], row["area_id"]): row["cases_per_year"]
        for row in outcome["plan"]["flows"]
        if row["site_id"] == "C"
    }
    assert to_c == {("base", "3"): 50, ("fewer", "2"): pytest.approx(6), ("fewer", "3"): 44}


def test_flows_of_a_future_that_is_not_the_worst_are_no_longer_than_need_be() -> None:
    outcome = answer(fragile(), scenario(volume_norm(50), behaviour="steered", question=asked("worst_case")))
    assert outcome["futures"][0]["objectives"][0]["value"] == pytest.approx(750)


def test_probabilities_weigh_the_futures() -> None:
    futures = [{"future_id": f, "probability": p} for f, p in (("base", 0.75), ("fewer", 0.25))]
    outcome = answer(with_tables(fragile(), futures=futures), scenario(volume_norm(50), question=asked()))
    assert values(outcome) == [0.75 * 2850 + 0.25 * 2670]
    assert [row["probability"] for row in outcome["futures"]] == [0.75, 0.25]


def test_regret_is_the_largest_loss_against_each_futures_own_best() -> None:
    """Half the cases move from area 1 to area 3 in the other future; one site only. A is best now, C then, B loses least."""
    tables = world(
        B3_MINUTES,
        {("1", "hips"): 100.0, ("2", "hips"): 0.0, ("3", "hips"): 10.0}
        | {("1", "hips", None, "later"): 10.0, ("3", "hips", None, "later"): 100.0},
        tables={"futures": [{"future_id": "base"}, {"future_id": "later"}]},
    )
    one = [{"rule": "site_count", "care_type": "*", "exactly": 1}]
    outcome = answer(tables, scenario(*one, question=asked("regret")))
    assert (sites(outcome), values(outcome)) == (["B"], [3300 - 600])
    assert [(row["own_best"], row["loss"]) for row in outcome["futures"]] == [(600, 2700), (600, 2700)]


def test_travel_times_differ_by_future() -> None:
    snow = {"1": {"A": 90}}
    tables = b3(
        more_minutes={("car", "snow"): snow}, tables={"futures": [{"future_id": "base"}, {"future_id": "snow"}]}
    )
    outcome = answer(tables, scenario(question=asked("worst_case")))
    assert [row["objectives"][0]["value"] for row in outcome["futures"]] == [150, 150 + 40 * 30]


def test_norms_and_volumes_say_of_which_future_they_are() -> None:
    outcome = answer(fragile(), scenario(volume_norm(50, id="norm"), question=asked()))
    assert {row["future"] for row in outcome["norms"]} == {"base", "fewer"}
    assert [(row["future"], row["cases_per_year"]) for row in outcome["plan"]["volumes"]] == [
        ("base", 120),
        ("fewer", 114),
    ]


def test_no_plan_holds_in_every_future() -> None:
    for attitude in ATTITUDES:
        outcome = answer(fragile(), scenario(volume_norm(118), question=asked(attitude)))
        assert (outcome["outcome"], outcome["plan"], outcome["futures"]) == ("infeasible", None, [])


@pytest.mark.parametrize(
    ("tables", "fields", "problem"),
    [
        (b3(), {}, "the data know no futures"),
        (fragile(), {"futures": ["flood"]}, "the data have no future flood"),
        (fragile(), {"futures": ["fewer", "fewer"]}, "a future is named twice"),
        (
            with_tables(fragile(), futures=[{"future_id": "base", "probability": 0.5}, {"future_id": "fewer"}]),
            {},
            "no probability for fewer",
        ),
    ],
)
def test_futures_that_make_no_sense_are_refused_at_the_door(tables: PlainTables, fields: Json, problem: str) -> None:
    with pytest.raises(InvalidScenario) as refused:
        assemble(tables, scenario(question=asked(**fields)))
    assert [one["problem"] for one in refused.value.problems] == [problem]


def test_a_wrong_loss_is_refused() -> None:
    outcome = answer(fragile(), scenario(volume_norm(50), question=asked("regret")))
    outcome["futures"][0]["loss"] = 2000
    assert verify(outcome, fragile()) == [
        "the loss in future base is 2000, recomputed 2100",
        "objective travel_time (regret) is 2100, recomputed 2000",
    ]


def test_duplicating_a_future_and_sharing_its_probability_changes_nothing() -> None:
    once = with_tables(
        fragile(), futures=[{"future_id": "base", "probability": 0.5}, {"future_id": "fewer", "probability": 0.5}]
    )
    demand = rows(once, "demand")
    demand += [{**row, "future": "again"} for row in demand if row.get("future") == "fewer"]
    twice = with_tables(
        once,
        demand=demand,
        futures=[{"future_id": f, "probability": p} for f, p in (("base", 0.5), ("fewer", 0.25), ("again", 0.25))],
    )
    for behaviour in BEHAVIOURS:
        first, second = (
            answer(t, scenario(volume_norm(50), behaviour=behaviour, question=asked())) for t in (once, twice)
        )
        assert offers(first) == offers(second)
        assert values(first) == [pytest.approx(values(second)[0], rel=1e-7)]


def in_future(land: Land, factor: dict[tuple[str, str], float]) -> Land:
    """The same landscape with other demand."""
    return Land(**{**vars(land), "demand": {key: cases * factor[key] for key, cases in land.demand.items()}})


@settings(max_examples=30)
@given(cases(), st.data(), st.sampled_from(ATTITUDES))
def test_the_plan_is_the_best_of_all_layouts_over_the_futures(
    case: tuple[Land, Json], data: st.DataObject, attitude: str
) -> None:
    land, told = case
    told = told | {"objectives": [{"objective": "travel_time"}]}
    keys = sorted(land.demand)
    later = in_future(land, {key: data.draw(st.sampled_from([0.0, 0.5, 1.0, 2.0])) for key in keys})
    tables = land.tables()
    more = [{"area_id": a, "care_type_id": k, "cases_per_year": later.demand[a, k], "future": "later"} for a, k in keys]
    chances = [0.25, 0.75]
    both = with_tables(
        tables,
        demand=[*rows(tables, "demand"), *more],
        futures=[{"future_id": f, "probability": p} for f, p in zip(("base", "later"), chances, strict=True)],
    )
    tried = [{offered: worth[0] for worth, offered in each(one.tables(), told)} for one in (land, later)]
    outcome = answer(both, told | {"question": asked(attitude)})
    if not (set(tried[0]) & set(tried[1])):
        assert outcome["outcome"] == "infeasible"
        return
    own = [min(one.values()) for one in tried]
    worth: dict[Offers, float] = {
        offered: combined(attitude, [tried[0][offered], tried[1][offered]], own, chances)
        for offered in set(tried[0]) & set(tried[1])
    }
    assert outcome["outcome"] == "optimal"
    assert values(outcome) == [pytest.approx(min(worth.values()), rel=1e-7, abs=1e-5)]
    assert worth[frozenset(offers(outcome))] == pytest.approx(min(worth.values()), rel=1e-7, abs=1e-5)


@pytest.mark.parametrize("attitude", ATTITUDES)
def test_patients_who_choose_can_be_asked_too(attitude: str) -> None:
    choice = {"behaviour": "choice", "weight_per_minute": 0.05}
    outcome = answer(fragile(), scenario(volume_norm(30), behaviour=choice, question=asked(attitude)))
    assert outcome["outcome"] == "optimal"


@pytest.mark.parametrize("attitude", ATTITUDES)
@pytest.mark.parametrize("norm", [30, 45, 50])
def test_whole_layouts_shared_by_all_futures_and_prefixes_of_each_give_the_same(norm: float, attitude: str) -> None:
    """With a norm of 45 two sites are enough in one future and too many in the other: that layout is in no plan for both."""
    told = {
        way: answer(fragile(), scenario(volume_norm(norm), question=asked(attitude), limits={"formulation": way}))
        for way in ("layouts", "compact")
    }
    assert sites(told["layouts"]) == sites(told["compact"])
    assert values(told["layouts"]) == pytest.approx(values(told["compact"]))
