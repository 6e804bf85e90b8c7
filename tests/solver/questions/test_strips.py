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


@pytest.mark.parametrize(("steps", "count"), [(1, 1), (5, 5), (8, 8), (40, 10), (104, 26), (1000, 28)])
def test_a_front_of_many_steps_falls_into_more_strips(steps: int, count: int) -> None:
    assert len(strips_between(200.0 + steps, 200.0, counted=True)) == count


def test_strips_are_begun_in_turn_from_either_end() -> None:
    strips = strips_between(128.0, 0.0, counted=False)
    assert strips[:3] == [Strip(None, 22.0), Strip(106.0, None), Strip(22.0, 40.0)]
    assert strips[-1] == Strip(64.0, 74.0)


def test_strips_narrow_towards_the_middle() -> None:
    down = sorted(strips_between(296.0, 192.0, counted=True), key=lambda strip: -(strip.at_most or 999.0))
    wide = [strip.at_most - strip.above for strip in down if strip.at_most is not None and strip.above is not None]
    assert max(wide[:4]) == max(wide[-4:]) == 6.0
    assert max(wide[10:14]) == 3.0


def test_a_front_of_one_value_is_one_strip() -> None:
    assert strips_between(7.0, 7.0, counted=True) == [Strip(None, None)]
