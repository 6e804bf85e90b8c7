"""A plan's layers as GeoJSON files, for whoever has no server at hand."""

from pathlib import Path
from typing import Any

from app.layers.columns import PlanAndToday
from app.layers.frames import RUN_KINDS, run_frame
from geodata.formats import layer_file
from geodata.package import Package


def write_layers(directory: Path, outcome: dict[str, Any], package: Package) -> None:
    """Writes each of RUN_KINDS as a GeoJSON file (WGS84); nothing when the outcome holds no plan."""
    if not outcome.get("plan"):
        return
    directory.mkdir(parents=True, exist_ok=True)
    both = PlanAndToday.of(outcome, package)
    for kind in RUN_KINDS:
        content = layer_file(run_frame(both, package, kind), layer=kind, file_format="geojson")
        (directory / f"{kind}.geojson").write_bytes(content)
