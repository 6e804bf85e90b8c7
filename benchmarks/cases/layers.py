"""4,067 polygons as a GIS program gets them: features beside a plain file read, tiles and files beside GDAL's and geopandas's."""

from collections.abc import Mapping
from pathlib import Path

from benchmarks.case import Case, Json, Way

WAYS = "benchmarks.ways.layers"
AREAS = 4067


def cases(shared: Path) -> list[Case]:
    """Features, tiles and files."""
    arguments: Json = {"data": str(shared / "cases" / "nl-acute")}

    def way(name: str, function: str) -> Way:
        return Way(name, f"{WAYS}:{function}", arguments)

    def all_areas(answers: Mapping[str, Json]) -> list[str]:
        return [f"{name}: {told['count']} of {AREAS} areas" for name, told in answers.items() if told["count"] != AREAS]

    def something(answers: Mapping[str, Json]) -> list[str]:
        return [f"{name}: nothing was made" for name, told in answers.items() if not told["count"]]

    return [
        Case(
            name="layers: 4,067 polygons as features",
            work="all areas of nl-acute with their columns as GeoJSON over HTTP, the data loaded before",
            ours=way("service", "features"),
            others=(way("GDAL: GeoPackage to GeoJSON", "file_to_geojson"), way("plain file read", "file_read")),
            wrong=all_areas,
        ),
        Case(
            name="layers: vector tiles of a country",
            work="every tile of levels 6 to 9 over the Netherlands, the data loaded before",
            ours=way("service", "tiles"),
            others=(way("GDAL's MVT driver", "gdal_tiles"),),
            wrong=something,
        ),
        Case(
            name="layers: files to take away",
            work="all areas of nl-acute as GeoPackage (ours with styles), FlatGeobuf, GeoParquet and CSV",
            ours=way("service", "downloads"),
            others=(way("geopandas", "plain_files"),),
            wrong=something,
        ),
    ]
