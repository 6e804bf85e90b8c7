"""The judge itself: trying every layout by plain arithmetic gives the figures of the worked examples."""

from math import log

import pytest

from tests.builders import Json, PlainTables, access_norm, lock, scenario, site_count, volume_norm
from tests.solver.brute import best
from tests.worked_worlds import (
    AMBULANCE,
    acute_access,
    anticipation,
    b3,
    city_and_village,
    domino,
    one_area_three_sites,
    peopled_b3,
)

HALVING = {"behaviour": "choice", "weight_per_minute": log(2) / 10}
IN_AN_AMBULANCE = {"behaviour": "nearest", **AMBULANCE}
NEEDS = [
    {"rule": "interdependency", "care_type": care, "requires": other, "relation": "same_site"}
    for care, other in (("seh", "icu"), ("obstetrics", "paediatrics"), ("obstetrics", "seh"))
]
TWO_FUNCTIONS = [site_count("seh", at_least=1), site_count("obstetrics", at_least=1)]
RISING_NORM = [volume_norm(norm, periods=[period]) for period, norm in (("t1", 28), ("t2", 40), ("t3", 60))]
ONE_FINAL_CLOSING = {"rule": "change_limit", "at_most": 1, "irreversible": True}


@pytest.mark.parametrize(
    ("tables", "asked", "values"),
    [
        pytest.param(b3(), scenario(volume_norm(50)), [750], id="W1"),
        pytest.param(b3(), scenario(volume_norm(60), behaviour="steered"), [850], id="W2 steered"),
        pytest.param(b3(), scenario(volume_norm(60)), [2850], id="W2 nearest"),
        pytest.param(
            acute_access(),
            scenario(access_norm(45, **AMBULANCE), behaviour=IN_AN_AMBULANCE, objectives=["sites", "travel_time"]),
            [2, 1_017_600],
            id="W3",
        ),
        pytest.param(domino(), scenario(*TWO_FUNCTIONS, objectives="operating_cost"), [7], id="W4 nothing tied"),
        pytest.param(domino(), scenario(*TWO_FUNCTIONS, *NEEDS, objectives="operating_cost"), [15], id="W4 tied"),
        pytest.param(
            domino(),
            scenario(*TWO_FUNCTIONS, *NEEDS, lock("A", "closed", "icu"), objectives="operating_cost"),
            [19],
            id="W4 no ICU at A",
        ),
        pytest.param(one_area_three_sites(), scenario(volume_norm(30), behaviour=HALVING), [0], id="W6 least travel"),
        pytest.param(
            one_area_three_sites(),
            scenario(volume_norm(30), behaviour=HALVING, objectives="accessibility"),
            [pytest.approx(-5.850, abs=5e-4)],
            id="W6 most accessible",
        ),
        pytest.param(anticipation(), scenario(*RISING_NORM, ONE_FINAL_CLOSING), [2880], id="W7"),
        pytest.param(anticipation(), scenario(*RISING_NORM), [2600], id="W7 without the change limit"),
        pytest.param(city_and_village(), scenario(site_count(exactly=1), objectives="worst_minutes"), [30], id="W9"),
        pytest.param(peopled_b3(), scenario(volume_norm(70), access_norm(30)), [2850], id="W15 within 30"),
    ],
)
def test_every_layout_tried_gives_the_figure_on_paper(tables: PlainTables, asked: Json, values: list[float]) -> None:
    found = best(tables, asked)
    assert found is not None
    assert found.values == values


def test_no_layout_means_no_plan() -> None:
    assert best(peopled_b3(), scenario(volume_norm(70), access_norm(25))) is None
