"""A plan's layers as GeoJSON files, for whoever has no server at hand."""

from pathlib import Path
from typing import Any

from app import json_text
from app.features import page
from app.layers import RUN_KINDS, run_frame
from geodata.crs import CRS84
from geodata.package import Package


def write_layers(directory: Path, outcome: dict[str, Any], package: Package) -> None:
    """Writes areas.geojson, sites.geojson and flows.geojson (WGS84); nothing when the outcome holds no plan."""
    if not outcome.get("plan"):
        return
    for kind in RUN_KINDS:
        frame = run_frame(outcome, package, kind)
        features = page(frame, range(len(frame)), CRS84)
        json_text.write_whole(directory / f"{kind}.geojson", {"type": "FeatureCollection", "features": features})
