"""A plan, comparison or layer as a map that opens in its styles: for MapLibre over tiles, for QGIS over features."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.layers.collections_index import Collection
from geodata.qgis_project import ProjectLayer, project
from geodata.styling.classes import STYLES, Style
from geodata.styling.maplibre import layer_type, legend, paint
from geodata.styling.qgis import equal
from geodata.tiles import DEEPEST

ON_TOP = ("sites", "moves", "flows", "regions", "catchments", "areas")
"""The kinds of layers, the one drawn over all others first."""
SHOWN = ("sites", "areas", "regions")
"""Of those, the ones that are to be seen at once."""
PARTING = ("run_id", "care_type_id", "period")
"""Columns whose values each make a part of a layer: to be looked at one at a time."""
MOST_PARTS = 60
BACKGROUND = "#eef3f7"


@dataclass(frozen=True)
class MapLayer:
    """A part of a layer: the features with these values, in its usual style."""

    entry: Collection
    style: Style
    values: tuple[tuple[str, str], ...]
    visible: bool

    @property
    def part_id(self) -> str:
        """A name of its own."""
        return "-".join((self.entry.kind, *(value for _, value in self.values)))

    @property
    def title(self) -> str:
        """What it is called in a list of layers."""
        return f"{self.entry.kind.capitalize()}: {self.style.title.lower()}"

    @property
    def group(self) -> str:
        """What it shares with the other layers of its care type, period and plan."""
        return ", ".join(value for _, value in self.values)

    @property
    def expression(self) -> str:
        """The values as an expression."""
        return " AND ".join(equal(column, value) for column, value in self.values)


def parts_of(entries: Sequence[Collection], frames: Mapping[str, Any]) -> list[MapLayer]:
    """The layers of a map, top first; those of the first care type and period can be seen, the others are there."""
    made: list[MapLayer] = []
    seen: dict[tuple[tuple[str, str], ...], None] = {}
    for entry in entries:
        for values in _values(frames[entry.kind]):
            seen.setdefault(values)
    for values in list(seen)[:MOST_PARTS]:
        for entry in sorted(entries, key=lambda entry: ON_TOP.index(entry.kind)):
            if values in _values(frames[entry.kind]):
                first = values == next(iter(seen))
                visible = first and entry.kind in SHOWN
                made.append(MapLayer(entry, STYLES[entry.noun, entry.kind][0], values, visible))
    return made


def maplibre_style(base: str, title: str, parts: Sequence[MapLayer]) -> dict[str, Any]:
    """A MapLibre style over the service's vector tiles; the legend of each layer is in its metadata."""
    entries = {part.entry.kind: part.entry for part in parts}
    sources = {
        kind: {
            "type": "vector",
            "tiles": [f"{base}/collections/{entry.collection_id}/tiles/WebMercatorQuad/{{z}}/{{y}}/{{x}}"],
            "minzoom": 0,
            "maxzoom": DEEPEST,
            **({"bounds": list(entry.box)} if entry.box else {}),
        }
        for kind, entry in entries.items()
    }
    layers: list[dict[str, Any]] = [
        {"id": "background", "type": "background", "paint": {"background-color": BACKGROUND}}
    ]
    layers += [_maplibre_layer(part) for part in reversed(parts)]
    told: dict[str, Any] = {"version": 8, "name": title, "sources": sources, "layers": layers}
    box = next((entry.box for entry in entries.values() if entry.box), None)
    if box is not None:
        told["center"] = [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2]
        told["zoom"] = 6
    return told


def qgis_project(base: str, title: str, parts: Sequence[MapLayer]) -> bytes:
    """A QGIS project (.qgs) over the service's features."""
    layers = [qgis_layer(part, _features_source(base, part), provider="OAPIF", epsg=4326) for part in parts]
    box = next((part.entry.box for part in parts if part.entry.box), None)
    return project(title, layers, box)


def qgis_layer(part: MapLayer, source: str, *, provider: str, epsg: int) -> ProjectLayer:
    """The part as a layer of a QGIS project that reads it from the source."""
    return ProjectLayer(part.part_id, part.title, part.group, source, provider, epsg, part.style, part.visible)


def _features_source(base: str, part: MapLayer) -> str:
    chosen = f" filter='{part.expression.replace(chr(39), chr(92) + chr(39))}'" if part.expression else ""
    return f" pagingEnabled='true' pageSize='10000' srsname='OGC:CRS84' typename='{part.entry.collection_id}' url='{base}'{chosen}"


def _maplibre_layer(part: MapLayer) -> dict[str, Any]:
    told: dict[str, Any] = {
        "id": part.part_id,
        "type": layer_type(part.style),
        "source": part.entry.kind,
        "source-layer": part.entry.kind,
        "paint": paint(part.style),
        "layout": {"visibility": "visible" if part.visible else "none"},
        "metadata": {"title": part.title, "group": part.group, "legend": legend(part.style)},
    }
    if part.values:
        told["filter"] = ["all", *(["==", ["get", column], value] for column, value in part.values)]
    return told


def _values(frame: Any) -> list[tuple[tuple[str, str], ...]]:
    """The different values of the parting columns, in the order of the layer; one part without values otherwise."""
    columns = [column for column in PARTING if column in frame.columns]
    if not columns:
        return [()]
    rows = frame[columns].drop_duplicates().itertuples(index=False, name=None)
    return [tuple(zip(columns, map(str, row), strict=True)) for row in rows]
