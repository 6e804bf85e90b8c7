"""The bound of every closing of sites of the real Netherlands, whichever way it was found, held against whole numbers and nothing else.

Multipliers come with the answer. What they prove is added up here from the tables with Python's own whole numbers, and again by the check that everybody has.
"""

from collections.abc import Mapping
from fractions import Fraction

import numpy as np
import pytest

from app.assemble import assemble
from solver.ask import Ask
from solver.audits.certificate import lagrangian_bound
from solver.solve_model import solve_model
from solver.watch import Watch
from tests.builders import Column, Json, scenario, site_count
from tests.front_door import answer, sites, volumes

Netherlands = Mapping[str, Mapping[str, Column]]
OFFERING = {"obstetrics": 75, "emergency": 83}
ONE = 10**9
"""Cases, minutes and multipliers of the tables have no more than nine decimals."""
NOTHING = Fraction(1, 10**9)
"""A gap, relative, that only the decimals of the multipliers leave."""
OF_EACH = pytest.mark.parametrize("care", OFFERING)


def closing(care: str, closed: int, *rules: Json, behaviour: Json | str = "nearest", gap: float = 0.0) -> Json:
    count = site_count(care, exactly=OFFERING[care] - closed)
    limits = {"seconds": 300, "relative_gap": gap}
    return scenario(count, *rules, care_types=[care], behaviour=behaviour, limits=limits)


class ByHand:
    """One care type of the Netherlands in whole numbers: billionths of cases, minutes and multipliers."""

    def __init__(self, tables: Netherlands, care: str) -> None:
        there, demand = tables["site_care"], tables["demand"]
        self.sites = there["site_id"][there["care_type_id"] == care].tolist()
        mine = demand["care_type_id"] == care
        self.cases = {
            a: _whole(cases)
            for a, cases in zip(demand["area_id"][mine], demand["cases_per_year"][mine].tolist(), strict=True)
            if cases > 0
        }
        travel = tables["travel_times"]
        row = {a: i for i, a in enumerate(travel["area_id"])}
        minutes = travel["minutes"][0][[row[a] for a in self.cases]]
        self.minutes = {
            s: [_whole(to) for to in minutes[:, column].tolist()]
            for column, s in enumerate(travel["site_id"])
            if s in self.sites
        }

    def travel(self, opened: list[str]) -> Fraction:
        """Of everybody to the nearest of these sites."""
        nearest = map(min, zip(*(self.minutes[s] for s in opened), strict=True))
        return Fraction(sum(d * m for d, m in zip(self.cases.values(), nearest, strict=True)), ONE**2)

    def proved(self, multipliers: Mapping[str, float], most: int) -> Fraction:
        """No choice of so many sites makes less travel, whoever goes where."""
        price = [_whole(multipliers.get(a, 0.0)) * ONE for a in self.cases]
        saved = sorted(
            sum(min(0, d * m - v) for d, m, v in zip(self.cases.values(), to, price, strict=True))
            for to in self.minutes.values()
        )
        return Fraction(sum(price) + sum(saved[:most]), ONE**2)


def _whole(decimal: float) -> int:
    exact = Fraction(repr(decimal)) * ONE
    assert exact.denominator == 1
    return int(exact)


@pytest.fixture(scope="module")
def by_hand(netherlands: Netherlands) -> dict[str, ByHand]:
    return {care: ByHand(netherlands, care) for care in OFFERING}


def exact(outcome: Json, tables: Netherlands, known: ByHand) -> Fraction:
    """What the multipliers of an answer prove by hand, which is what the check says they prove and no less than the certificate says."""
    told = outcome["verification"]["certificate"]
    assert told["kind"] == "lagrangian"
    (multipliers,) = told["multipliers"]["today"].values()
    proved = known.proved(multipliers, outcome["scenario"]["rules"][0]["exactly"])
    checked = lagrangian_bound(tables, outcome["scenario"], told["multipliers"])
    assert checked is not None
    assert abs(checked - proved) <= NOTHING * proved
    assert Fraction(told["bound"]) <= checked
    return proved


@OF_EACH
@pytest.mark.parametrize("closed", [1, 2, 5, 10, 20, 40])
def test_whole_numbers_prove_that_no_closing_of_so_many_sites_is_better(
    netherlands: Netherlands, by_hand: dict[str, ByHand], care: str, closed: int
) -> None:
    outcome, known = answer(netherlands, closing(care, closed)), by_hand[care]
    proved, value = exact(outcome, netherlands, known), known.travel(sites(outcome))
    assert (outcome["outcome"], outcome["stopped_by"]) == ("optimal", "proof")
    assert Fraction(repr(outcome["objectives"][0]["value"])) == value
    assert proved <= value <= proved * (1 + NOTHING)
    assert Fraction(outcome["objectives"][0]["bound"]) <= proved * (1 + NOTHING)
    assert outcome["verification"]["certificate"]["gap"] <= NOTHING


@OF_EACH
@pytest.mark.parametrize("lazily", [True, False], ids=["the concentration kernel", "the prefix graph"])
def test_whole_numbers_prove_the_bound_of_each_way_to_write_nearest_patients(
    netherlands: Netherlands, by_hand: dict[str, ByHand], care: str, lazily: bool
) -> None:
    asked = closing(care, 10)
    case = assemble(netherlands, asked)
    found = solve_model(
        Ask(case.land, case.rules, case.objectives, case.limits, patterns=False, lazily=lazily), Watch()
    )
    assert ("concentration kernel" in found.formulation) == lazily
    assert found.bounds[0] is not None
    proved = exact(answer(netherlands, asked), netherlands, by_hand[care])
    assert proved * (1 - NOTHING) <= Fraction(found.bounds[0]) <= proved * (1 + NOTHING)


@OF_EACH
def test_whole_numbers_prove_the_bound_of_a_search_by_price(
    netherlands: Netherlands, by_hand: dict[str, ByHand], care: str
) -> None:
    outcome = answer(netherlands, closing(care, 10, behaviour="steered", gap=0.005))
    first = outcome["objectives"][0]
    assert outcome["provenance"]["formulation"].startswith("by price")
    proved = exact(outcome, netherlands, by_hand[care])
    assert Fraction(first["bound"]) <= proved * (1 + NOTHING)
    assert proved <= Fraction(first["value"]) <= proved * Fraction("1.01")


@OF_EACH
def test_whole_numbers_prove_the_bound_of_a_search_by_capacity(
    netherlands: Netherlands, by_hand: dict[str, ByHand], care: str
) -> None:
    """Each site holds a tenth more than the largest of the closing without capacities, so that the best closing stays what it is."""
    enough = np.ceil(1.1 * max(volumes(answer(netherlands, closing(care, 10))).values()))
    there = netherlands["site_care"]
    capacities = np.where(there["care_type_id"] == care, enough, np.inf)
    tables = dict(netherlands) | {"site_care": dict(there) | {"capacity_per_year": capacities}}
    steered: Json = {"behaviour": "steered", "mode": "car", "undivided": True}
    outcome = answer(tables, closing(care, 10, {"rule": "capacity", "care_type": care}, behaviour=steered, gap=0.005))
    first = outcome["objectives"][0]
    assert outcome["provenance"]["formulation"].startswith("by capacity")
    proved = exact(outcome, tables, by_hand[care])
    assert Fraction(first["bound"]) <= proved * (1 + NOTHING)
    assert proved <= Fraction(repr(first["value"])) <= proved * Fraction("1.01")
