"""What must be so in every plan.

Pairs exist, outside sites stay as today, flows go from demand to an offering site, all are served.
"""

from collections.abc import Iterable, Iterator
from fractions import Fraction

import numpy as np

from solver.audits import steered
from solver.audits.faults import Fault
from solver.audits.layout import Layout
from solver.audits.tables import Tables


def faults_of_offers(
    tables: Tables, care_types: Iterable[int], offers: Iterable[tuple[str, str, str]]
) -> Iterator[Fault]:
    """Offers of ids that nobody knows, of pairs without a site_care row, and changes at sites outside the region."""
    chosen, listed = {tables.care_type_ids[k] for k in care_types}, set(offers)
    for site, care_type, period in sorted(listed, key=repr):
        if site not in tables.site_at or care_type not in chosen or period not in tables.period_at:
            yield _fault(
                "offers",
                site,
                care_type,
                period,
                f"{care_type} at site {site} in period {period} is not of this scenario and data",
            )
        elif not tables.may_offer[tables.site_at[site], tables.care_type_at[care_type]]:
            yield _fault(
                "offers",
                site,
                care_type,
                period,
                f"site {site} has no row in site_care for {care_type}, so it cannot offer it",
            )
    for s in np.flatnonzero(~tables.site_inside).tolist():
        for care_type in sorted(chosen):
            for period in tables.period_ids:
                site, today = tables.site_ids[s], bool(tables.offered_today[s, tables.care_type_at[care_type]])
                if ((site, care_type, period) in listed) != today:
                    what = (
                        f"site {site} is outside the region and keeps today's offers, but the plan changes {care_type}"
                    )
                    yield _fault("outside", site, care_type, period, what)


def faults_of_flows(layout: Layout) -> Iterator[Fault]:
    """Flows that cannot be, cases left unserved, and patients divided who may not be."""
    tables = layout.tables
    for k in layout.care_types:
        behaviour, name = layout.ground.asked.behaviours[tables.care_type_ids[k]], tables.care_type_ids[k]
        for t, period in enumerate(tables.period_ids):
            unserved = layout.unserved(k, t)
            if unserved:
                areas = [tables.area_ids[a] for a in np.flatnonzero(layout.stream(k, t).unserved).tolist()]
                what = f"{float(unserved):g} cases of {name} in period {period} are unserved, in {_some(areas)}"
                yield Fault("served", "*", name, period, unserved, what)
            if behaviour["behaviour"] == "steered":
                yield from _steered(layout, k, t, undivided=bool(behaviour.get("undivided")))


def _steered(layout: Layout, k: int, t: int, *, undivided: bool) -> Iterator[Fault]:
    tables, stream = layout.tables, layout.stream(k, t)
    name, period, demand = tables.care_type_ids[k], tables.period_ids[t], tables.demand[k, t]
    minutes = layout.ground.minutes(k, layout.ground.way(k))[stream.site, stream.area]
    closed, lost = ~layout.offers[t, stream.site, k], ~np.isfinite(minutes)
    for wrong, why in ((closed, f"which does not offer {name}"), (lost & ~closed, "which it cannot reach")):
        for i in np.flatnonzero(wrong).tolist():
            area, site, cases = tables.area_ids[stream.area[i]], tables.site_ids[stream.site[i]], float(stream.cases[i])
            what = f"flow of {cases:g} cases of {name} from area {area} to site {site} in period {period}, {why}"
            yield Fault("flow", site, name, period, Fraction(cases), what)
    for a, excess in steered.too_much(demand, stream):
        area = tables.area_ids[a]
        what = f"area {area} sends {excess:g} cases of {name} more than its demand of {demand[a]:g} in period {period}"
        yield Fault("flow", area, name, period, Fraction(excess), what)
    for a in steered.divided(demand, stream) if undivided else ():
        area = tables.area_ids[a]
        what = f"patients of {name} from area {area} go to several sites in period {period}, but may not be divided"
        yield Fault("undivided", area, name, period, Fraction(1), what)


def _fault(kind: str, site: str, care_type: str, period: str, what: str) -> Fault:
    return Fault(kind, site, care_type, period, Fraction(1), what)


def _some(ids: list[str]) -> str:
    more = f" and {len(ids) - 5} more" if len(ids) > 5 else ""
    return ("area " if len(ids) == 1 else "areas ") + ", ".join(ids[:5]) + more
