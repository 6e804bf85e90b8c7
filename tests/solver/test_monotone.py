"""What grows, falls or stays when a plan opens or closes a site, under each behaviour: measured on drawn plans."""

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.layers.columns import PlanAndToday, area_columns
from geodata.demo import write_demo
from geodata.package import read_package
from tests.builders import Json, scenario, world
from tests.front_door import answer, measure, volumes
from tests.strategies import BEHAVIOURS, Land, lands

FEW = settings(max_examples=15)
ONE_CARE_TYPE = lands(care_types=1, capacity=False, unreachable=False)


def drawn(land: Land, open_sites: set[str], *, behaviour: str = "nearest", **more: object) -> Json:
    """The outcome of a plan that offers the one care type at these sites, and nothing else."""
    plan = [{"site_id": s, "care_type_id": "k0", "period": "today"} for s in sorted(open_sites)]
    asked = scenario(
        behaviour=BEHAVIOURS[behaviour], question={"question": "evaluate", "plan": plan}, **{"rules": [], **more}
    )
    return answer(land.tables(), asked)


@st.composite
def nested(draw: st.DrawFn, land: Land) -> tuple[set[str], set[str]]:
    """A set of sites and one with a site fewer; the first site is in both."""
    more = draw(st.sets(st.sampled_from(land.sites), min_size=2)) | {land.sites[0]}
    return more, more - {draw(st.sampled_from(sorted(more - {land.sites[0]})))}


@FEW
@given(ONE_CARE_TYPE, st.data())
def test_closing_a_site_shortens_nobodys_trip(land: Land, data: st.DataObject) -> None:
    more, fewer = data.draw(nested(land))
    trips = [drawn(land, some, objectives=["worst_minutes", "travel_time"]) for some in (more, fewer)]
    for name in ("worst_minutes", "travel_time"):
        assert measure(trips[0], name) <= measure(trips[1], name)
    for area in land.areas:
        assert min(land.minutes[area, s] for s in more) <= min(land.minutes[area, s] for s in fewer)


@FEW
@given(ONE_CARE_TYPE, st.data())
def test_accessibility_grows_with_every_site_that_opens(land: Land, data: st.DataObject) -> None:
    more, fewer = data.draw(nested(land))
    assume(sum(land.demand.values()) > 0)
    reach = [drawn(land, some, behaviour="choice", objectives="accessibility") for some in (more, fewer)]
    assert measure(reach[0], "accessibility") > measure(reach[1], "accessibility")


@FEW
@given(ONE_CARE_TYPE, st.integers(0, 12), st.data())
def test_reach_and_reach_of_a_second_site_grow_with_every_site_that_opens(
    land: Land, steps: int, data: st.DataObject
) -> None:
    more, fewer = data.draw(nested(land))
    limit = 2.5 * steps
    backup = {"rule": "backup", "care_type": "k0", "max_minutes": limit, "at_least_share": 0.5, "hardness": "report"}
    beyond = {"objective": "beyond_minutes", "max_minutes": limit, "mode": "car"}
    assume(sum(land.population.values()) > 0)
    with_more, with_fewer = (drawn(land, some, rules=[backup], objectives=beyond) for some in (more, fewer))
    assert measure(with_more, "beyond_minutes") <= measure(with_fewer, "beyond_minutes")
    share = [next(row["value"] for row in one["norms"] if row["kind"] == "backup") for one in (with_more, with_fewer)]
    assert share[0] >= share[1]


@FEW
@given(lands(care_types=1, ties=False, capacity=False, unreachable=False), st.data())
def test_choice_with_a_steep_slope_is_nearest(land: Land, data: st.DataObject) -> None:
    _, open_sites = data.draw(nested(land))
    steep = {"behaviour": "choice", "weight_per_minute": 20.0, "mode": "car"}
    plan = [{"site_id": s, "care_type_id": "k0", "period": "today"} for s in sorted(open_sites)]
    question = {"question": "evaluate", "plan": plan}
    chosen = answer(land.tables(), scenario(behaviour=steep, question=question))
    nearest = answer(land.tables(), scenario(behaviour="nearest", question=question))
    assert measure(chosen, "travel_time") == pytest.approx(measure(nearest, "travel_time"), rel=1e-12, abs=1e-9)
    assert volumes(chosen) == pytest.approx(volumes(nearest), rel=1e-12, abs=1e-9)


@FEW
@given(st.lists(st.integers(0, 60), min_size=3, max_size=3), st.floats(0.01, 0.2), st.floats(0.2, 5.0))
def test_how_two_sites_share_does_not_depend_on_a_third(minutes: list[int], weight: float, pull: float) -> None:
    tables = world(
        {"1": dict(zip("ABC", map(float, minutes), strict=True))},
        {"1": 100.0},
        site_care={"attraction": {"A": pull, "B": 1.0, "C": 2.0}},
    )
    behaviour = {"behaviour": "choice", "weight_per_minute": weight, "mode": "car"}

    def ratio(open_sites: str) -> float:
        plan = [{"site_id": s, "care_type_id": "hips", "period": "today"} for s in open_sites]
        went = volumes(answer(tables, scenario(behaviour=behaviour, question={"question": "evaluate", "plan": plan})))
        return went["A"] / went["B"]

    assert ratio("AB") == pytest.approx(ratio("ABC"), rel=1e-9)
    assert ratio("AB") == pytest.approx(pull * math.exp(-weight * (minutes[0] - minutes[1])), rel=1e-9)


@FEW
@given(ONE_CARE_TYPE.filter(lambda land: sum(land.population.values()) > 0), st.integers(0, 12), st.data())
def test_one_site_out_adds_up_the_inhabitants_of_the_areas_it_leaves_beyond(
    land: Land, steps: int, data: st.DataObject
) -> None:
    more, _ = data.draw(nested(land))
    plan = [{"site_id": s, "care_type_id": "k0", "period": "today"} for s in sorted(more)]
    limit = 2.5 * steps
    locks = [
        {"rule": "lock", "site": s, "care_type": "k0", "state": "open" if s in more else "closed"} for s in land.sites
    ]
    question = {"question": "one_site_out", "max_minutes": limit}
    outcome = answer(land.tables(), scenario(*locks, question=question))
    assert len(outcome["one_site_out"]) == len(plan)

    def beyond(open_sites: set[str], area: str) -> bool:
        return min((land.minutes[area, s] for s in open_sites), default=math.inf) > limit

    for row in outcome["one_site_out"]:
        left = more - {row["site_id"]}
        added = [a for a in land.areas if beyond(left, a) and not beyond(more, a)]
        assert row["inhabitants_beyond"] == sum(land.population[a] for a in added)


@pytest.mark.parametrize("behaviour", BEHAVIOURS)
def test_what_areas_travel_adds_up_to_what_the_region_travels(behaviour: str, tmp_path: Path) -> None:
    write_demo(tmp_path, size="small", seed=1)
    package = read_package(tmp_path).package
    assert package is not None
    outcome = answer(package.tables, scenario(behaviour=BEHAVIOURS[behaviour], question="evaluate"))
    areas = area_columns(PlanAndToday.of(outcome, package))
    inside = dict(zip(package.tables["areas"]["area_id"], package.tables["areas"]["in_region"], strict=True))
    counted = np.array([inside[a] for a in areas["area_id"]])
    travel = (areas["minutes_plan"] * areas["cases_per_year"])[counted]
    assert measure(outcome, "travel_time") == pytest.approx(float(np.nansum(travel)), rel=1e-9)


def test_the_mean_distance_falls_with_the_root_of_the_number_of_sites() -> None:
    rng = np.random.default_rng(7)
    areas, sites = rng.random((1500, 2)), rng.random((256, 2))
    minutes = np.hypot(*(areas[:, None, :] - sites[None, :, :]).transpose(2, 0, 1)) * 60
    tables = world(
        {f"a{n}": {f"s{m:03}": float(minutes[n, m]) for m in range(256)} for n in range(1500)},
        {f"a{n}": 1.0 for n in range(1500)},
    )

    def mean(count: int) -> float:
        plan = [{"site_id": f"s{m:03}", "care_type_id": "hips", "period": "today"} for m in range(count)]
        outcome = answer(tables, scenario(question={"question": "evaluate", "plan": plan}))
        return float(measure(outcome, "mean_minutes_per_case"))

    means = [mean(count) for count in (16, 64, 256)]
    assert [means[0] / means[1], means[1] / means[2]] == [pytest.approx(2, rel=0.15)] * 2
