"""Layers as files to take away: one layer in any format, or a whole plan or comparison in one file."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from app.answer_kinds import Kinds
from app.layers.collections_index import Collection
from app.layers.maps import MapLayer, parts_of, qgis_layer
from geodata.excel_layers import excel_layers
from geodata.formats import FORMATS, layer_file, typed
from geodata.geopackage import geopackage
from geodata.qgis_project import archive, project, zipped_project
from geodata.styling.classes import STYLES

ZIP = "application/zip"
ONE_FILE = ("geopackage", "excel")
"""Formats that hold several layers in one file."""
LAYER_KINDS: Kinds = {name: (form.media_type,) for name, form in FORMATS.items()}
"""The formats of one layer."""
WHOLE_KINDS: Kinds = {
    "geopackage": (FORMATS["geopackage"].media_type,),
    "qgis": (ZIP,),
    "excel": (FORMATS["excel"].media_type,),
    **{name: (ZIP,) for name in FORMATS if name not in ONE_FILE},
}
"""The formats of a whole plan: one GeoPackage or workbook, a GeoPackage with a QGIS project beside it, or a zip with a file per layer."""


def file_of_layer(entry: Collection, frame: Any, *, form: str, epsg: int) -> bytes:
    """One layer as a file; a GeoPackage carries its styles."""
    if form == "geopackage":
        return geopackage({entry.kind: _moved(frame, epsg)}, {entry.kind: STYLES[entry.noun, entry.kind]})
    return layer_file(frame, layer=entry.kind, file_format=form, epsg=epsg)


def whole_file(
    entries: Sequence[Collection], frame_of: Callable[[Collection], Any], *, title: str, form: str, epsg: int
) -> bytes:
    """All layers of a plan or comparison as one file."""
    frames = {entry.kind: frame_of(entry) for entry in entries}
    if form == "excel":
        return excel_layers({kind: typed(frame) for kind, frame in frames.items()})
    if form not in ("geopackage", "qgis"):
        extension = FORMATS[form].extension
        return archive(
            {
                f"{kind}.{extension}": layer_file(frame, layer=kind, file_format=form, epsg=epsg)
                for kind, frame in frames.items()
            }
        )
    package = geopackage(
        {kind: _moved(frame, epsg) for kind, frame in frames.items()},
        {entry.kind: STYLES[entry.noun, entry.kind] for entry in entries},
    )
    if form == "geopackage":
        return package
    layers = [
        qgis_layer(part, f"./plan.gpkg|layername={part.entry.kind}{_subset(part)}", provider="ogr", epsg=epsg)
        for part in parts_of(entries, frames)
    ]
    opened = project(title, layers, entries[0].box)
    return archive({"plan.gpkg": package, "plan.qgz": zipped_project(opened, "plan")})


def media_type_of(kinds: Mapping[str, tuple[str, ...]], form: str) -> str:
    """The media type of a format."""
    return kinds[form][0]


def file_name(name: str, form: str, *, whole: bool) -> str:
    """What the file is called when it is kept."""
    packed = whole and form not in ONE_FILE
    return f"{name}.{'zip' if packed else FORMATS[form].extension}"


def _moved(frame: Any, epsg: int) -> Any:
    return frame if epsg == 4326 else frame.to_crs(epsg)


def _subset(part: MapLayer) -> str:
    return f"|subset={part.expression}" if part.expression else ""
