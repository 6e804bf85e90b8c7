"""Who gains and who loses by one plan: patients and inhabitants per region, cases per organisation, beside today's."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from app.comparing.plans import LaidOut
from app.comparing.regions import Counted, region_rows
from app.comparing.side_by_side import organisation_rows
from app.dataset_summary import groupings
from app.layers.columns import DECIMALS
from geodata.package import Package
from geodata.regions import MUNICIPALITY, SPELLINGS, area_memberships

WHOLE = "*"
"""The kind and the id of the region that holds every area, and the care type that stands for all of them."""
AREA = "area"
CASES = ("cases_today", "cases", "cases_difference")
COUNTS = ("sites_today", "sites", *CASES)
Row = dict[str, Any]


def gains_and_losses(plan: LaidOut, package: Package, *, care_type: str, period: str, group: str | None = None) -> Row:
    """About a care type and a period of the plan, and the inhabitants of a group where one is named.

    `whole` is the region as a whole, `regions` its parts of every kind: those of the data, and columns of text that put areas
    in groups; each area by itself where there is none. `organisations` are told apart and, in the period, over all care types.
    """
    tables = plan.both.plan.tables
    where = (tables.care_type_ids.index(care_type), tables.period_ids.index(period))
    counted = Counted(_members(package), [where], group)
    rows = [_alone(row) for row in region_rows([plan], package, counted)]
    organisations = [_alone(row) for row in organisation_rows([plan], package) if row["period"] == period]
    return {
        "care_type_id": care_type,
        "period": period,
        "group": group,
        "whole": next((row for row in rows if row["region_kind"] == WHOLE), None),
        "regions": [row for row in rows if row["region_kind"] != WHOLE],
        "organisations": [
            *(row for row in organisations if row["care_type_id"] == care_type),
            *_over_all_care_types(organisations),
        ],
    }


def _members(package: Package) -> pd.DataFrame:
    """region_kind, region_id, area_id: the regions of the data, groups of areas by their own columns, and the whole."""
    areas = package.tables["areas"]
    parts = [area_memberships(package)]
    known = set(parts[0]["region_kind"])
    for name in groupings(areas):
        if name not in known and not (name in SPELLINGS and MUNICIPALITY in known):
            own = pd.DataFrame({"region_id": areas[name], "area_id": areas["area_id"]}).dropna()
            parts.append(own.astype({"region_id": str}).assign(region_kind=name))
    everything = pd.DataFrame({"area_id": areas["area_id"]})
    if not sum(map(len, parts)):
        parts.append(everything.assign(region_kind=AREA, region_id=areas["area_id"]))
    parts.append(everything.assign(region_kind=WHOLE, region_id=WHOLE))
    return pd.concat(parts, ignore_index=True)[["region_kind", "region_id", "area_id"]]


def _alone(row: Mapping[str, Any]) -> Row:
    """A row of a comparison that has one plan, its lists taken apart."""
    names = {"verdicts": "verdict"}
    return {names.get(name, name): value[0] if isinstance(value, list) else value for name, value in row.items()}


def _over_all_care_types(rows: list[Row]) -> Iterator[Row]:
    """The sums of each organisation; what is not known of one care type is not known of all."""
    for organisation in dict.fromkeys(row["organisation_id"] for row in rows):
        mine = [row for row in rows if row["organisation_id"] == organisation]
        sums = {
            name: None if any(row[name] is None for row in mine) else round(sum(row[name] for row in mine), DECIMALS)
            for name in COUNTS
        }
        yield {**mine[0], "care_type_id": WHOLE, **sums}
