"""Why not: what it costs to force a site open or closed, each price as the scenario with a lock would have it."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings

from app.assemble import assemble
from solver.scenario import InvalidScenario
from tests.builders import Json, lock, scenario, site_count, volume_norm, world
from tests.front_door import answer, offers, sites, values
from tests.solver.brute import best
from tests.solver.questions.stores import stores
from tests.strategies import Land, cases
from tests.worked_worlds import anticipation, b3


def asked(**fields: object) -> Json:
    return {"question": "why_not", **fields}


def prices(outcome: Json) -> dict[tuple[str, str], float | None]:
    """The difference by site and state."""
    return {(row["site_id"], row["state"]): row["difference"] for row in outcome["prices"]}


def test_w1_forcing_b_open_breaks_the_norm_of_its_neighbours() -> None:
    outcome = answer(b3(), scenario(volume_norm(50), question=asked()))
    assert (sites(outcome), values(outcome)) == (["A", "C"], [750])
    assert prices(outcome) == {("B", "open"): 600, ("A", "closed"): 600, ("C", "closed"): 2100}


def test_each_price_says_what_opens_and_closes_with_it() -> None:
    outcome = answer(b3(), scenario(volume_norm(50), question=asked(site="C")))
    (row,) = outcome["prices"]
    assert [one["site_id"] for one in row["opens"]] == ["B"]
    assert [one["site_id"] for one in row["closes"]] == ["A", "C"]
    assert (row["outcome"], row["objectives"][0]["value"], row["objectives"][0]["gap"]) == ("optimal", 2850, 0)


def test_what_cannot_be_forced_has_no_price() -> None:
    outcome = answer(b3(), scenario(volume_norm(70), question=asked(site="A")))
    assert sites(outcome) == ["B"]
    assert prices(outcome) == {("A", "open"): 900}
    outcome = answer(b3(), scenario(lock("A", "closed"), question=asked(site="A")))
    assert prices(outcome) == {("A", "open"): None}
    assert outcome["prices"][0]["outcome"] == "infeasible"


def test_a_state_that_is_already_so_costs_nothing() -> None:
    outcome = answer(b3(), scenario(volume_norm(50), question=asked(state="open")))
    assert prices(outcome) == {("A", "open"): 0, ("B", "open"): 600, ("C", "open"): 0}


def test_a_pair_that_is_open_for_a_while_is_forced_both_ways() -> None:
    norms = [volume_norm(norm, periods=[period]) for period, norm in (("t1", 28), ("t2", 40), ("t3", 60))]
    outcome = answer(anticipation(), scenario(*norms, question=asked(site="s64")))
    assert values(outcome) == [2600]
    assert set(prices(outcome)) == {("s64", "open"), ("s64", "closed")}
    for state in ("open", "closed"):
        locked = answer(anticipation(), scenario(*norms, lock("s64", state)))
        assert prices(outcome)["s64", state] == (values(locked)[0] - 2600 if locked["plan"] else None)


def test_no_plan_has_no_prices() -> None:
    outcome = answer(b3(), scenario(volume_norm(121), question=asked()))
    assert (outcome["outcome"], outcome["prices"]) == ("infeasible", [])


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"site": "Q"}, "site Q can offer nothing of what is asked"),
        ({"care_type": "knees"}, "knees is not a care type of the scenario"),
        ({"site": "OUT"}, "site OUT is outside the region and keeps what it offers"),
        ({"site": "C"}, "site C can offer nothing of what is asked"),
    ],
)
def test_a_pair_nobody_decides_about_is_refused_at_the_door(fields: Json, problem: str) -> None:
    tables = world(
        {"1": {"A": 1, "C": 2, "OUT": 3}},
        {"1": 10.0},
        pairs=[("A", "hips"), ("OUT", "hips")],
        sites={"in_region": {"OUT": False}},
    )
    with pytest.raises(InvalidScenario) as refused:
        assemble(tables, scenario(question=asked(**fields)))
    assert problem in [one["problem"] for one in refused.value.problems]


@settings(max_examples=25)
@given(cases())
def test_each_price_is_that_of_a_lock(case: tuple[Land, Json]) -> None:
    land, told = case
    assume(not any(one.get("tolerance") for one in told["objectives"]))
    outcome = answer(land.tables(), told | {"question": asked()})
    assume(outcome["plan"] is not None)
    free = best(land.tables(), told)
    assert free is not None
    assert len(outcome["prices"]) == len(land.pairs)
    for row in outcome["prices"]:
        forced = lock(row["site_id"], row["state"], row["care_type_id"])
        judged = best(land.tables(), told | {"rules": [*told["rules"], forced]})
        open_now = (row["site_id"], row["care_type_id"], "today") in offers(outcome)
        assert row["state"] == ("closed" if open_now else "open")
        if judged is None:
            assert (row["outcome"], row["difference"]) == ("infeasible", None)
        else:
            assert row["outcome"] == "optimal"
            assert row["difference"] == pytest.approx(judged.values[0] - free.values[0], rel=1e-6, abs=1e-5)


@pytest.mark.parametrize("count", range(4, 9))
def test_the_price_of_forcing_each_store(shared: Path, count: int) -> None:
    known = stores(shared)
    mine = known.count() == count
    least = known.total[mine].min()
    best_set = known.named(int(np.flatnonzero(mine)[known.total[mine].argmin()]))
    outcome = answer(known.tables, scenario(site_count(exactly=count), question=asked()))
    assert frozenset(sites(outcome)) == best_set
    assert len(outcome["prices"]) == 16
    for (store, state), difference in prices(outcome).items():
        assert state == ("closed" if store in best_set else "open")
        forced = mine & (known.open[:, known.names.index(store)] == (state == "open"))
        assert difference == pytest.approx(known.total[forced].min() - least, rel=1e-9)
