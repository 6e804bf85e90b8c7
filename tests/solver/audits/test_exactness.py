"""Decimals are added and multiplied without rounding, whatever their digits."""

from fractions import Fraction

import numpy as np
import pytest

from solver.audits import exact
from solver.audits.audit import audit
from solver.audits.poisson import probability_at_least
from tests.builders import access_norm, scenario, world
from tests.solver.audits.drawn import offers, value, volumes
from tests.worked_worlds import AMBULANCE


def test_ten_tenths_make_one() -> None:
    tenths = np.full(10, 0.1)
    assert exact.total(tenths) == 1
    assert sum(tenths.tolist()) != 1
    assert exact.totals(np.zeros(10, dtype=np.int64), tenths, 2) == [1, 0]


def test_sums_of_large_numbers_with_many_digits_are_exact() -> None:
    large = np.array([1234567890.123, 987654321.001, 0.001])
    assert exact.totals(np.array([0, 1, 1]), large, 2) == [Fraction("1234567890.123"), Fraction("987654321.002")]


def test_products_of_many_digits_are_exact() -> None:
    left, right = np.array([123456.789, 0.001]), np.array([98765.4321, 0.0001])
    assert exact.dot(left, right) == Fraction("123456.789") * Fraction("98765.4321") + Fraction("0.0000001")


def test_products_beyond_64_bits_are_exact() -> None:
    large = np.full(4, 1234567890.12345)
    assert exact.dot(large, large) == 4 * Fraction("1234567890.12345") ** 2


def test_shares_that_are_no_decimals_keep_sixteen_digits() -> None:
    thirds = np.full(3, 1 / 3) * np.array([1.0, 1e-5, 1e5])
    assert float(exact.total(thirds)) == pytest.approx((1 + 1e-5 + 1e5) / 3, rel=1e-15)


def test_seventeen_million_cases_with_decimals_are_travelled_exactly() -> None:
    areas = [f"{n:04d}" for n in range(300)]
    cases = {area: 57_000 + n + 0.001 * (n % 7) for n, area in enumerate(areas)}
    cases = {area: float(f"{number:.3f}") for area, number in cases.items()}
    minutes = {area: {"A": float(f"{12.1 + 0.1 * n:.1f}")} for n, area in enumerate(areas)}
    drawn = audit(world(minutes, cases), scenario(), offers("A"))
    on_paper = sum(Fraction(repr(cases[area])) * Fraction(repr(minutes[area]["A"])) for area in areas)
    assert drawn.exact_objectives[0].value == on_paper
    assert volumes(drawn) == {"A": float(sum(Fraction(repr(number)) for number in cases.values()))}


def test_an_ambulance_chain_of_exactly_the_norm_is_within() -> None:
    posts = {"ambulance_posts": [{"post_id": "p"}], "post_times": [{"post_id": "p", "area_id": "1", "minutes": 2.2}]}
    norm = scenario(access_norm(3.3, mode="ambulance", dispatch_minutes=1.1))
    for drive, holds in ((0.0, True), (0.000001, False)):
        peopled = world({"1": {"A": drive}}, {"1": 1.0}, population={"1": 10.0}, tables=posts)
        assert audit(peopled, norm, offers("A")).norms[0]["holds"] is holds
    assert 1.1 + 2.2 > 3.3


def test_minutes_are_compared_without_slack_and_limits_with_it() -> None:
    peopled = world({"1": {"A": 45.0000001}}, {"1": 49.99999}, population={"1": 10.0})
    near = scenario({"rule": "volume_norm", "care_type": "hips", "at_least": 50}, access_norm(45, "hips"))
    assert [row["holds"] for row in audit(peopled, near, offers("A")).norms] == [True, False]


def test_a_chain_with_an_unreachable_drive_stays_unreachable() -> None:
    posts = {"ambulance_posts": [{"post_id": "p"}], "post_times": [{"post_id": "p", "area_id": "1", "minutes": 4}]}
    lost = world({"1": {"A": float("inf")}}, {"1": 5.0}, population={"1": 10.0}, tables=posts)
    drawn = audit(lost, scenario(behaviour={"behaviour": "nearest", **AMBULANCE}), offers("A"))
    assert (value(drawn, "unserved"), value(drawn, "worst_minutes")) == (5, None)


def test_chances_agree_with_the_sum_of_every_term() -> None:
    def plainly(expected: float, norm: int) -> float:
        term, below = Fraction(1), Fraction(0)
        for n in range(norm):
            below += term
            term = term * Fraction(expected) / (n + 1)
        return 1 - float(below) * float(np.exp(-expected))

    for expected, norm in ((3.5, 4), (60.0, 50), (120.25, 150)):
        assert probability_at_least(expected, norm) == pytest.approx(plainly(expected, norm), abs=1e-12)


def test_a_large_site_meets_a_norm_at_its_mean_in_half_of_the_years() -> None:
    assert probability_at_least(1e6, 1_000_000) == pytest.approx(0.5 + 1 / (3 * np.sqrt(2 * np.pi * 1e6)), abs=1e-6)


def test_overdispersion_makes_a_comfortable_norm_less_certain() -> None:
    assert probability_at_least(70, 50, overdispersion=3) < probability_at_least(70, 50)
