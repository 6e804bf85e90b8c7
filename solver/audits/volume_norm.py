"""Volume norm: whoever offers a care type treats at least (or at most) so many cases a year.

volume[b,t] >= at_least wherever bearer b offers in period t; b is a site, an organisation or a network (the sum
over its sites that offer it, those outside the region left out); averaged over n years: the mean over those of the
last n years, counted back from the end of the period, in which b offers it.
"""

import math
from collections.abc import Iterator
from fractions import Fraction

from solver.audits.layout import Layout
from solver.audits.missing import missing
from solver.audits.poisson import probability_at_least, probability_at_most
from solver.audits.rows import Row, at_least, at_most, care_type, number
from solver.audits.scenario import Rule


def audit(layout: Layout, rule: Rule) -> Iterator[Row]:
    """A row per bearer that offers the care type, and limit [cases/year].

    With the probability to meet it in a Poisson year.
    """
    tables, k = layout.tables, care_type(layout, rule)
    window = number(rule, "years_averaged") if rule.get("years_averaged") is not None else Fraction(0)
    for subject, members in bearers(layout, rule).items():
        history = [_volume(layout, k, t, members) for t in layout.periods]
        for period in rule.periods:
            t = tables.period_at[period]
            if history[t] is None:
                continue
            value, years = _averaged(history, [tables.years(p) for p in tables.period_ids], t, window)
            if rule.get("at_least") is not None:
                limit = number(rule, "at_least")
                chance = probability_at_least(float(value * years), math.ceil(limit * years))
                yield at_least(layout, rule, subject, period, value, limit, probability=chance)
            if rule.get("at_most") is not None:
                limit = number(rule, "at_most")
                chance = probability_at_most(float(value * years), math.floor(limit * years))
                yield at_most(layout, rule, subject, period, value, limit, probability=chance)


def bearers(layout: Layout, rule: Rule) -> dict[str, list[int]]:
    """Who bears the norm, and the sites of each inside the region."""
    tables, bearer = layout.tables, rule.get("bearer", "site")
    inside = [s for s, own in enumerate(tables.site_inside.tolist()) if own]
    if bearer == "site":
        return {tables.site_ids[s]: [s] for s in inside}
    if bearer == "organisation":
        found: dict[str, list[int]] = {}
        for s in inside:
            found.setdefault(tables.organisation_of[s], []).append(s)
        return found
    if bearer != "network":
        raise missing(f"rule {rule.id}", f"there is no bearer {bearer}", "name site, organisation or network")
    if rule.get("network") is None:
        raise missing(f"rule {rule.id}", "names no network", "give network: a region_kind of region_members")
    networks = tables.region_sites(str(rule.get("network")))
    if not networks:
        raise missing(f"rule {rule.id}, network {rule.get('network')}", "has no sites in region_members", "add them")
    return {region: [s for s in sites if tables.site_inside[s]] for region, sites in networks.items()}


def _volume(layout: Layout, k: int, t: int, members: list[int]) -> Fraction | None:
    offering = [s for s in members if layout.offers[t, s, k]]
    if not offering:
        return None
    volume = layout.volume(k, t)
    return sum((volume[s] for s in offering), Fraction(0))


def _averaged(
    history: list[Fraction | None], years: list[Fraction], t: int, window: Fraction
) -> tuple[Fraction, Fraction]:
    """The mean a year, and over how many years; without a window the period's own volume, over one year."""
    left, summed, counted = window, Fraction(0), Fraction(0)
    for period in range(t, -1, -1):
        taken, volume = min(left, years[period]), history[period]
        if volume is not None:
            summed, counted = summed + taken * volume, counted + taken
        left -= taken
    now = history[t]
    return (summed / counted, counted) if counted else (now or Fraction(0), Fraction(1))
