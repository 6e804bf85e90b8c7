"""Questions to begin with on a made-up region: its own norms, a lock, and the least travel that meets them."""

from __future__ import annotations

from typing import Any

from geodata.demo.care_catalogue import chosen_care_types
from geodata.demo.sizes import SizeName, size_of

_LIMITS = {
    "small": {"seconds": 60, "relative_gap": 0.0},
    "region": {"seconds": 600, "relative_gap": 0.001},
    "national": {"seconds": 900, "relative_gap": 0.01},
}


def demo_scenario(size: SizeName) -> dict[str, Any]:
    """Optimise travel under the region's volume and access norms, patients to the nearest site; raises ValueError."""
    extent = size_of(size)
    return {
        "name": f"The norms met with the least travel ({size})",
        "care_types": [c.id for c in chosen_care_types(extent.care_types)],
        "behaviours": {"*": {"behaviour": "nearest", "mode": "car"}},
        "rules": [
            {"rule": "volume_norm", "from": "table"},
            {"rule": "access_norm", "from": "table"},
            {
                "id": "first-hospital",
                "rule": "lock",
                "site": first_site(size),
                "care_type": "obstetrics",
                "state": "open",
                "party": "province",
                "reason": "The province has promised acute obstetrics in its capital.",
            },
            {"id": "some-obstetrics", "rule": "site_count", "care_type": "obstetrics", "at_least": 1},
        ],
        "objectives": [{"objective": "travel_time"}, {"objective": "changes"}],
        "question": {"question": "optimise"},
        "limits": dict(_LIMITS[size]),
    }


def demo_scenario_steered(size: SizeName = "national") -> dict[str, Any]:
    """One care type whose patients the planner assigns, with capacity and a volume norm: nationally a long run."""
    size_of(size)
    return {
        "name": f"Hip replacement, steered ({size})",
        "care_types": ["hip_replacement"],
        "behaviours": {"*": {"behaviour": "steered", "mode": "car"}},
        "rules": [
            {"rule": "capacity", "care_type": "hip_replacement", "factor": 1},
            {"rule": "volume_norm", "care_type": "hip_replacement", "at_least": 150, "bearer": "site"},
        ],
        "objectives": [
            {
                "objective": "weighted",
                "terms": [
                    {"weight": 1, "objective": "travel_time"},
                    {"weight": 0.05, "objective": "operating_cost"},
                ],
            }
        ],
        "question": {"question": "optimise"},
        "limits": {"seconds": 600, "relative_gap": 0.0},
    }


def first_site(size: SizeName) -> str:
    """The id of the hospital in the largest town."""
    width = max(2, len(str(size_of(size).sites)))
    return f"Z{1:0{width}d}"
