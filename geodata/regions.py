"""Which areas belong to which region of which kind: municipalities, and every kind that the package names."""

from __future__ import annotations

import pandas as pd

from geodata.package import Package

MUNICIPALITY = "municipality"
SPELLINGS = (MUNICIPALITY, "gemeente")
"""How packages name the column or the kind of a municipality."""


def area_memberships(package: Package) -> pd.DataFrame:
    """One row per area and region that holds it: region_kind, region_id, area_id; an area may be in many.

    Municipalities come from region_members, else from the areas' own column `municipality` or `gemeente`.
    """
    parts = [pd.DataFrame({"region_kind": [], "region_id": [], "area_id": []}, dtype=object)]
    members = package.tables.get("region_members")
    if members is not None:
        table = pd.DataFrame({name: members[name] for name in ("region_kind", "region_id", "member_id")})
        table = table[members["member_kind"] == "area"].rename(columns={"member_id": "area_id"})
        parts.append(table.replace({"region_kind": dict.fromkeys(SPELLINGS, MUNICIPALITY)}))
    areas = package.tables["areas"]
    column = next((name for name in SPELLINGS if name in areas), None)
    if column is not None and not any((part["region_kind"] == MUNICIPALITY).any() for part in parts):
        own = pd.DataFrame({"region_id": areas[column], "area_id": areas["area_id"]}).dropna()
        parts.append(own.astype({"region_id": str}).assign(region_kind=MUNICIPALITY))
    together = pd.concat(parts, ignore_index=True)[["region_kind", "region_id", "area_id"]]
    return together[together["area_id"].isin(areas["area_id"])].drop_duplicates(ignore_index=True)
