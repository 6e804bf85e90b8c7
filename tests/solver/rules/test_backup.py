"""Backup: a second site within reach for a share of the people (W11)."""

import pytest

from tests.builders import Json, lock, scenario
from tests.front_door import answer, measure, sites
from tests.solver.rules.two_by_two import kept, two_by_two
from tests.solver.rules.written_rows import written_rows
from tests.worked_worlds import AMBULANCE, acute_access


def backup(share: float, **more: object) -> Json:
    rule = {"rule": "backup", "care_type": "seh", "max_minutes": 45, "at_least_share": share}
    return rule | AMBULANCE | more


@pytest.mark.parametrize(
    ("share", "open_sites"),
    [(0.56, ["X", "Z"]), (30000 / 35400, ["X", "Y"]), (0.8475, None)],
)  # fmt: skip
def test_the_fewest_sites_that_back_each_other_up(share: float, open_sites: list[str] | None) -> None:
    """W11: X and Y cover 30,000 of 35,400 twice, pairs with Z 20,000; all three 30,000."""
    plan = answer(acute_access(), scenario(backup(share), objectives=["sites", "travel_time"]))
    if open_sites is None:
        assert plan["outcome"] == "infeasible"
    elif share > 0.6:
        assert sites(plan) == open_sites
    else:
        assert len(sites(plan)) == 2


def test_one_site_backs_up_nobody() -> None:
    plan = answer(acute_access(), scenario(backup(0.1), lock("X", "closed"), lock("Z", "closed")))
    assert plan["outcome"] == "infeasible"


def test_softly_each_share_short_costs_its_penalty() -> None:
    """X and Z cover 20,000 of 35,400 twice; 0.8 is asked."""
    soft = backup(0.8, hardness="soft", penalty_per_unit=1000)
    plan = answer(acute_access(), scenario(soft, lock("Y", "closed")))
    assert measure(plan, "penalties") == pytest.approx(1000 * (0.8 - 20000 / 35400))


def test_reported_it_binds_nothing() -> None:
    plan = answer(acute_access(), scenario(backup(0.99, hardness="report")))
    assert (plan["outcome"], kept(plan, "backup")) == ("optimal", {"*": False})


@pytest.mark.parametrize(
    ("more", "row"),
    [({}, "+1 covered >= 250"), ({"hardness": "soft", "penalty_per_unit": 1}, "+0.002 covered +1 breach_1 >= 0.5")],
)  # fmt: skip
def test_its_rows_count_inhabitants_when_hard_and_shares_when_soft(more: Json, row: str) -> None:
    rule = {"rule": "backup", "care_type": "seh", "max_minutes": 10, "at_least_share": 0.5, **more}
    written = written_rows(two_by_two(), scenario(rule))
    assert [line.split("[")[0] + line.split("]")[-1] if "[" in line else line for line in written] == [row]
