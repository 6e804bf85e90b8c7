"""A question put as the service puts it: assembled, asked, and verified before anybody looks at the answer."""

from collections.abc import Mapping
from typing import Any

from app.assemble import assemble
from solver.solve import ask
from solver.verify import verify
from solver.watch import Watch
from tests.builders import Column, Json
from tests.solver.brute import best

ROUNDING = 1e-7
"""The rounding of a linear program, relative, in case-minutes or euros; values below ten count as ten."""


def answer(tables: Mapping[str, Mapping[str, Column]], scenario: Json) -> Json:
    """The outcome of a scenario as JSON, which must pass the independent check."""
    outcome: Json = ask(assemble(tables, scenario), Watch()).to_json()
    assert verify(outcome, tables) == []
    return outcome


def best_of_all_layouts(tables: Mapping[str, Mapping[str, Column]], scenario: Json) -> Json:
    """The outcome of a scenario as JSON, which must be what trying every layout gives: proved, the objectives within their tolerances, or no plan at all."""
    judged, outcome = best(tables, scenario), answer(tables, scenario)
    if judged is None:
        assert (outcome["outcome"], outcome["plan"]) == ("infeasible", None)
        return outcome
    assert (outcome["outcome"], outcome["stopped_by"]) == ("optimal", "proof")
    for one, asked, least in zip(outcome["objectives"], scenario["objectives"], judged.values, strict=True):
        slack = ROUNDING * max(10.0, abs(least))
        assert one["bound"] - slack <= least
        assert least - slack <= one["value"] <= least + asked.get("tolerance", 0.0) * abs(least) + slack
    assert offers(outcome) in judged.offers
    return outcome


def offers(outcome: Json) -> set[tuple[str, str, str]]:
    """The plan as a set of (site, care type, period)."""
    return {(one["site_id"], one["care_type_id"], one["period"]) for one in outcome["plan"]["offers"]}


def sites(outcome: Json) -> list[str]:
    """The sites of a plan of one care type and one period, in order of id."""
    return sorted(site for site, _, _ in offers(outcome))


def volumes(outcome: Json) -> dict[str, float]:
    """Cases per year by site, of a plan of one care type and one period."""
    return {row["site_id"]: row["cases_per_year"] for row in outcome["plan"]["volumes"]}


def values(outcome: Json) -> list[float]:
    """The values of the ordered objectives; none without a plan."""
    return [one["value"] for one in outcome["objectives"] if one["value"] is not None]


def measure(outcome: Json, name: str) -> Any:
    """The value of a measure of the plan."""
    return outcome["measures"][name]["value"]
