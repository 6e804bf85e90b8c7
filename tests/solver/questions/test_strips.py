"""Strips of a front: together they are all of it, none twice, and the long ones are begun early."""

import pytest

from solver.strips import Strip, strips_between


@pytest.mark.parametrize(("high", "low"), [(296, 192), (31, 4), (9, 1), (3, 2), (1200, 0)])
def test_every_whole_value_lies_in_one_strip(high: int, low: int) -> None:
    strips = strips_between(high, low, counted=True)
    for value in range(low, high + 1):
        inside = [
            strip
            for strip in strips
            if (strip.at_most is None or value <= strip.at_most) and (strip.above is None or value > strip.above)
        ]
        assert len(inside) == 1


@pytest.mark.parametrize(("steps", "count"), [(1, 1), (5, 5), (8, 8), (40, 10), (104, 20)])
def test_a_front_of_many_steps_falls_into_more_strips(steps: int, count: int) -> None:
    assert len(strips_between(200.0 + steps, 200.0, counted=True)) == count


def test_strips_are_begun_in_turn_from_either_end() -> None:
    strips = strips_between(80.0, 0.0, counted=False)
    assert strips[:3] == [Strip(None, 10.0), Strip(70.0, None), Strip(10.0, 20.0)]
    assert strips[-1] == Strip(40.0, 50.0)


def test_a_front_of_one_value_is_one_strip() -> None:
    assert strips_between(7.0, 7.0, counted=True) == [Strip(None, None)]
