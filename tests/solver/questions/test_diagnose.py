"""Why there is no plan: conflicts that cannot be made smaller, and repairs that make the whole scenario feasible."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.assemble import assemble
from solver.solve import ask
from solver.verify import verify
from solver.watch import Watch
from tests.builders import UNREACHABLE, Json, PlainTables, access_norm, lock, scenario, site_count, volume_norm, world
from tests.front_door import answer, sites, values
from tests.solver.brute import best
from tests.strategies import Land, lands, rules
from tests.worked_worlds import b3, peopled_b3

WHY = {"question": "diagnose"}


def conflicts(outcome: Json) -> list[set[str]]:
    """The conflicts as sets of rule ids."""
    return [{member["rule"] for member in one["members"]} for one in outcome["diagnosis"]["conflicts"]]


def repairs(outcome: Json) -> dict[tuple[str, str], tuple[Any, list[str], list[float]]]:
    """Single changes: (rule, field) -> new value, sites of the plan, values of the objectives."""
    return {
        (one["change"]["rule"], one["change"]["field"]): (one["change"]["to"], sites(one), values(one))
        for one in outcome["diagnosis"]["repairs"]
    }


def allows_a_plan(tables: PlainTables, asked: Json, kept: list[Json]) -> bool:
    """By trying every layout: the core and these rules of the canonical scenario; a capacity left out does not come back."""
    hard = [rule for rule in kept if rule["hardness"] == "hard"]
    limited = {rule["care_type"] for rule in hard if rule["rule"] == "capacity"}
    care_types = tables["care_types"]["care_type_id"]
    loose = [{"rule": "capacity", "care_type": k, "factor": 1e6} for k in care_types if k not in limited]
    return best(tables, {**asked, "rules": [*hard, *loose]}) is not None


def changed(listed: list[Json], change: Any) -> list[Json]:
    """Canonical rules with a change, or several, made."""
    listed = [dict(rule) for rule in listed]
    for one in change if isinstance(change, list) else [change]:
        for rule in listed:
            if rule["id"] == one["rule"] or rule["id"].startswith(one["rule"] + ":"):
                rule |= {**one.get("with", {}), one["field"]: one["to"]}
    return listed


# --- on paper -----------------------------------------------------------------------------------------------------


def test_w15_the_norm_and_the_minutes_are_the_conflict() -> None:
    outcome = answer(peopled_b3(), scenario(volume_norm(70, id="norm"), access_norm(25, id="reach"), question=WHY))
    assert (outcome["outcome"], outcome["stopped_by"], outcome["plan"]) == ("infeasible", "proof", None)
    assert conflicts(outcome) == [{"norm:hips", "reach:hips"}]
    assert outcome["diagnosis"]["conflicts"][0]["proof"] == "proved"
    assert repairs(outcome) == {
        ("norm:hips", "at_least"): (50, ["A", "C"], [750]),
        ("reach:hips", "max_minutes"): (30, ["B"], [2850]),
        ("reach:hips", "at_least_share"): (70 / 120, ["A"], [3750]),
    }


def test_w15_a_norm_above_all_demand_comes_down_to_all_demand() -> None:
    outcome = answer(b3(), scenario(volume_norm(130, id="norm"), question=WHY))
    assert conflicts(outcome) == [{"norm:hips"}]
    assert repairs(outcome) == {("norm:hips", "at_least"): (120, ["B"], [2850])}


def test_a_steered_norm_comes_down_to_what_steering_reaches() -> None:
    asked = scenario(volume_norm(70, id="norm"), access_norm(25, id="reach"), question=WHY, behaviour="steered")
    norm, plan, travel = repairs(answer(peopled_b3(), asked))["norm:hips", "at_least"]
    assert (norm, plan, travel) == (60, ["A", "C"], [pytest.approx(850)])


def test_two_locks_against_each_other_are_named_with_who_asked_for_them() -> None:
    open_it, close_it = lock("A", "open", id="keep", party="province"), lock("A", "closed", id="close")
    outcome = answer(b3(), scenario(volume_norm(30), open_it, close_it, question=WHY))
    assert [member["text"] for member in outcome["diagnosis"]["conflicts"][0]["members"]] == [
        "lock A open for hips (province)",
        "lock A closed for hips",
    ]
    assert repairs(outcome) == {
        ("keep:hips", "hardness"): ("report", ["B", "C"], [1350]),
        ("close:hips", "hardness"): ("report", ["A", "B", "C"], [150]),
    }


def test_disjoint_conflicts_are_listed_one_by_one_and_each_gets_a_change() -> None:
    locks = lock("A", "open", id="keep"), lock("A", "closed", id="close")
    outcome = answer(b3(), scenario(volume_norm(70, id="norm"), *locks, site_count(exactly=2, id="two"), question=WHY))
    assert conflicts(outcome) == [{"keep:hips", "close:hips"}, {"two:hips", "norm:hips"}]
    made = [tuple((one["rule"], one["to"]) for one in repair["change"]) for repair in outcome["diagnosis"]["repairs"]]
    assert made == [
        (("keep:hips", "report"), ("two:hips", 1)),
        (("keep:hips", "report"), ("norm:hips", 50)),
        (("close:hips", "report"), ("two:hips", 1)),
        (("close:hips", "report"), ("norm:hips", 50)),
    ]


def test_a_family_that_cannot_work_is_named() -> None:
    outcome = answer(b3(), scenario(volume_norm(70, id="norm"), site_count(exactly=2, id="two"), question=WHY))
    assert repairs(outcome).keys() == {("two:hips", "exactly"), ("norm:hips", "at_least")}
    assert outcome["diagnosis"]["tried_in_vain"] == [
        {"rule": "two:hips", "field": "exactly", "text": "exactly 2 sites offering hips"}
    ]


def test_capacity_in_the_way_may_be_raised() -> None:
    tables = b3(capacity={"A": 50, "B": 40, "C": 20})
    outcome = answer(tables, scenario(question=WHY, behaviour="steered"))
    assert conflicts(outcome) == [{"capacity:hips"}]
    factor, plan, _ = repairs(outcome)["capacity:hips", "factor"]
    assert (factor, plan) == (pytest.approx(120 / 110), ["A", "B", "C"])


def test_somebody_no_site_reaches_is_nobodys_rule() -> None:
    tables = world({"1": {"A": 5}, "2": {"A": UNREACHABLE}}, {"1": 10.0, "2": 10.0})
    outcome = answer(tables, scenario(question=WHY))
    assert conflicts(outcome) == [{"served"}]
    assert outcome["diagnosis"]["repairs"] == []


def test_a_scenario_with_a_plan_has_no_conflict() -> None:
    outcome = answer(b3(), scenario(volume_norm(50), question=WHY))
    assert (outcome["outcome"], values(outcome)) == ("optimal", [750])
    assert outcome["diagnosis"] == {"conflicts": [], "repairs": [], "tried_in_vain": [], "complete": True}


def test_optimise_says_why_there_is_no_plan() -> None:
    outcome = answer(peopled_b3(), scenario(volume_norm(70, id="norm"), access_norm(25, id="reach")))
    assert (outcome["outcome"], conflicts(outcome)) == ("infeasible", [{"norm:hips", "reach:hips"}])


def test_a_drawn_plan_is_told_each_rule_it_breaks() -> None:
    outcome = answer(
        peopled_b3(), scenario(volume_norm(45, id="norm"), access_norm(4, id="reach"), question="evaluate")
    )
    assert conflicts(outcome) == [{"norm:hips"}, {"reach:hips"}]


def test_a_repair_that_does_not_repair_is_refused() -> None:
    outcome = answer(peopled_b3(), scenario(volume_norm(70, id="norm"), access_norm(25, id="reach"), question=WHY))
    outcome["diagnosis"]["repairs"][0]["change"]["to"] = 60
    assert any("repair 1" in reason for reason in verify(outcome, peopled_b3()))


def test_stopped_before_it_began_it_claims_nothing() -> None:
    watch = Watch()
    watch.stop()
    outcome = ask(assemble(b3(), scenario(volume_norm(130, id="norm"), question=WHY)), watch).to_json()
    assert (outcome["outcome"], outcome["stopped_by"]) == ("no_plan_found", "cancel")
    assert outcome["diagnosis"]["conflicts"] == []


# --- on random worlds ---------------------------------------------------------------------------------------------


@st.composite
def tight_cases(draw: st.DrawFn) -> tuple[Land, Json]:
    """Twice as many rules as elsewhere, so that many cases have no plan."""
    land = draw(lands())
    listed = [{**rule, "id": f"r{n}"} for n, rule in enumerate([*draw(rules(land)), *draw(rules(land))])]
    steered = {k: {"behaviour": draw(st.sampled_from(["nearest", "steered"])), "mode": "car"} for k in land.care_types}
    return land, scenario(*listed, behaviours=steered, question=WHY)


@settings(max_examples=30)
@given(tight_cases())
def test_a_conflict_is_irreducible_and_every_repair_repairs(drawn: tuple[Land, Json]) -> None:
    land, asked = drawn
    tables = land.tables()
    outcome = answer(tables, asked)
    listed = outcome["scenario"]["rules"]
    found = conflicts(outcome)
    if outcome["outcome"] == "optimal":
        assert allows_a_plan(tables, asked, listed)
        assert found == []
        return
    assert outcome["outcome"] == "infeasible"
    for ids in found:
        assert not allows_a_plan(tables, asked, [rule for rule in listed if rule["id"] in ids])
        for one in ids - {"served"}:
            assert allows_a_plan(tables, asked, [rule for rule in listed if rule["id"] in ids - {one}])
    members = [rule_id for ids in found for rule_id in ids]
    assert len(members) == len(set(members))
    if found != [{"served"}]:
        assert allows_a_plan(tables, asked, [rule for rule in listed if rule["id"] not in members])
    for repair in outcome["diagnosis"]["repairs"]:
        assert allows_a_plan(tables, asked, changed(listed, repair["change"]))
        assert repair["plan"] is not None


@settings(max_examples=10)
@given(tight_cases(), st.floats(0.01, 0.98))
def test_less_than_the_smallest_change_does_not_do(drawn: tuple[Land, Json], share: float) -> None:
    land, asked = drawn
    tables = land.tables()
    outcome = answer(tables, asked)
    listed = outcome["scenario"]["rules"]
    for repair in outcome["diagnosis"]["repairs"]:
        change = repair["change"]
        if isinstance(change, list) or change["field"] in ("hardness", "exactly") or not repair["smallest"]:
            continue
        less = change["from"] + share * (change["to"] - change["from"])
        assert not allows_a_plan(tables, asked, changed(listed, {**change, "to": less}))
