"""The made-up region whose care types share hours and require each other, with bounds that others certified, read as a landscape.

A care type's minutes count four more for each beyond its norm, so each has a travel mode of its own; a case that nobody treats costs 360, which is a site
outside the region, 360 minutes from everybody.
"""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.library import Json, Tables

BEYOND, NOBODY = 4.0, 360.0


def read(path: Path, seconds: float, gap: float) -> tuple[Tables, Json]:
    """The tables and the scenario of an instance."""
    data = np.load(path)
    areas, homes = data["t"].shape
    kinds = len(data["norm"])
    area, care = _names("a", areas), _names("k", kinds)
    site = np.append(_names("s", homes), "nobody").astype(object)
    inside = site != "nobody"
    host, kind = np.repeat(site, kinds), np.tile(care, homes + 1)
    none = np.full(kinds, np.nan)
    tables: Tables = {
        "package": {
            "name": _text(["coupled"]), "title": _text(["A coupled region"]), "reference_date": _text(["2025-01-01"]),
            "absent_means_zero": _text([]),
        },
        "areas": {"area_id": area, "in_region": np.ones(areas, bool)},
        "sites": {"site_id": site, "in_region": inside},
        "care_types": {"care_type_id": care},
        "demand": {
            "area_id": np.repeat(area, kinds), "care_type_id": np.tile(care, areas), "cases_per_year": data["dem"].ravel()
        },
        "site_care": {
            "site_id": host, "care_type_id": kind, "offered_today": host == "nobody",
            "capacity_per_year": np.vstack([data["cap"], none]).ravel(),
            "fixed_cost_eur_per_year": np.vstack([data["fix"], np.zeros(kinds)]).ravel(),
        },
        "interdependencies": {
            "care_type_id": care[data["dep"][:, 0]], "requires": care[data["dep"][:, 1]],
            "relation": _text(["same_site"] * len(data["dep"])),
        },
        "resources": {"resource_id": _text(["hours"]), "unit": _text(["hours"]), "pool": _text(["site"])},
        "resource_use": {
            "care_type_id": care, "resource_id": _text(["hours"] * kinds), "per_case": data["hrs"], "per_open_site": np.zeros(kinds)
        },
        "resource_stock": {
            "resource_id": _text(["hours"] * homes), "pool_id": site[inside], "quantity": data["sitecap"]
        },
        "travel_times": {
            "area_id": area, "site_id": site, "mode": care, "future": _text([None] * kinds), "minutes": _minutes(data)
        },
    }  # fmt: skip
    norms = [
        {"rule": "volume_norm", "care_type": str(k), "at_least": float(least)}
        for k, least in zip(care, data["vmin"], strict=True)
    ]
    both = [{"weight": 1, "objective": "travel_time"}, {"weight": 1, "objective": "operating_cost"}]
    return tables, {
        "name": "coupled",
        "care_types": care.tolist(),
        "behaviours": {str(k): {"behaviour": "steered", "mode": str(k)} for k in care},
        "rules": [
            *norms,
            {"rule": "interdependency", "from": "table"},
            {"rule": "resource_limit", "resource": "hours"},
        ],
        "objectives": [{"objective": "weighted", "terms": both}],
        "question": {"question": "optimise"},
        "limits": {"seconds": seconds, "relative_gap": gap},
    }


def _minutes(data: Any) -> NDArray[np.float64]:
    """[S,A,H+1]: of every care type the nearest few sites only, the others out of reach."""
    t = data["t"].astype(float)
    areas, homes = t.shape
    nearest = np.argsort(t, axis=1, kind="stable")
    minutes = np.full((len(data["norm"]), areas, homes + 1), np.inf)
    minutes[:, :, homes] = NOBODY
    for k, (norm, most) in enumerate(zip(data["norm"], data["maxsites"], strict=True)):
        near = nearest[:, : min(homes, max(min(8, homes), int(np.ceil(4 * homes / most))))]
        counted = t + BEYOND * np.maximum(0.0, t - norm)
        np.put_along_axis(minutes[k], near, np.take_along_axis(counted, near, axis=1), axis=1)
    return minutes


def _names(letter: str, count: int) -> NDArray[Any]:
    return _text([f"{letter}{i:03d}" for i in range(count)])


def _text(values: list[Any]) -> NDArray[Any]:
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column
