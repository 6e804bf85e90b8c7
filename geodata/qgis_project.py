"""A QGIS project: layers with their sources, filters, styles and groups, in the Dutch national system."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from xml.etree import ElementTree as Xml

from pyproj import CRS, Transformer

from geodata.styling.classes import Style
from geodata.styling.qgis import VERSION, renderer

NATIONAL = 28992
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
_TYPES = {"fill": "Polygon", "marker": "Point", "line": "Line"}


@dataclass(frozen=True)
class ProjectLayer:
    """A layer of a project; `source` and `provider` as QGIS names them, `epsg` what it comes in."""

    layer_id: str
    title: str
    group: str
    source: str
    provider: str
    epsg: int
    style: Style
    visible: bool = True


def project(title: str, layers: Sequence[ProjectLayer], box: tuple[float, float, float, float] | None) -> bytes:
    """The project file (.qgs); the first layer is drawn on top, `box` (WGS84) is what it opens at."""
    root = Xml.Element("qgis", projectname=title, version=VERSION)
    Xml.SubElement(root, "title").text = title
    system = Xml.SubElement(root, "projectCrs")
    system.append(_system(NATIONAL))
    root.append(_tree(layers))
    if box is not None:
        root.append(_canvas(box))
    listed = Xml.SubElement(root, "projectlayers")
    for each in layers:
        listed.append(_layer(each))
    order = Xml.SubElement(root, "layerorder")
    for each in layers:
        Xml.SubElement(order, "layer", id=each.layer_id)
    properties = Xml.SubElement(root, "properties")
    projected = Xml.SubElement(Xml.SubElement(properties, "SpatialRefSys"), "ProjectionsEnabled", type="int")
    projected.text = "1"
    paths = Xml.SubElement(properties, "Paths")
    Xml.SubElement(paths, "Absolute", type="bool").text = "false"
    heading = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
    return (heading + Xml.tostring(root, encoding="unicode")).encode()


def zipped_project(content: bytes, name: str) -> bytes:
    """The project as QGIS zips it (.qgz)."""
    return archive({f"{name}.qgs": content})


def archive(files: dict[str, bytes]) -> bytes:
    """The files as a zip that is the same bytes each time."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in files.items():
            file.writestr(zipfile.ZipInfo(name, _LONG_AGO), content, compress_type=zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _tree(layers: Sequence[ProjectLayer]) -> Xml.Element:
    root = Xml.Element("layer-tree-group")
    groups: dict[str, Xml.Element] = {}
    for each in layers:
        if each.group not in groups:
            groups[each.group] = root if not each.group else Xml.SubElement(
                root, "layer-tree-group", name=each.group, checked="Qt::Checked", expanded="1"
            )  # fmt: skip
        Xml.SubElement(
            groups[each.group], "layer-tree-layer", id=each.layer_id, name=each.title, source=each.source,
            providerKey=each.provider, checked="Qt::Checked" if each.visible else "Qt::Unchecked", expanded="0",
        )  # fmt: skip
    return root


def _layer(each: ProjectLayer) -> Xml.Element:
    root = Xml.Element(
        "maplayer", type="vector", geometry=_TYPES[each.style.geometry], hasScaleBasedVisibilityFlag="0",
        autoRefreshEnabled="0", simplifyDrawingHints="1", simplifyDrawingTol="1",
    )  # fmt: skip
    Xml.SubElement(root, "id").text = each.layer_id
    Xml.SubElement(root, "datasource").text = each.source
    Xml.SubElement(root, "layername").text = each.title
    Xml.SubElement(root, "srs").append(_system(each.epsg))
    Xml.SubElement(root, "provider", encoding="UTF-8").text = each.provider
    root.append(renderer(each.style))
    return root


def _canvas(box: tuple[float, float, float, float]) -> Xml.Element:
    moved: Any = Transformer.from_crs(4326, NATIONAL, always_xy=True).transform_bounds(*box)
    root = Xml.Element("mapcanvas", name="theMapCanvas", annotationsVisible="1")
    Xml.SubElement(root, "units").text = "meters"
    extent = Xml.SubElement(root, "extent")
    for name, value in zip(("xmin", "ymin", "xmax", "ymax"), moved, strict=True):
        Xml.SubElement(extent, name).text = f"{value:.1f}"
    Xml.SubElement(root, "rotation").text = "0"
    Xml.SubElement(root, "destinationsrs").append(_system(NATIONAL))
    return root


def _system(epsg: int) -> Xml.Element:
    root = Xml.Element("spatialrefsys")
    Xml.SubElement(root, "wkt").text = _wkt(epsg)
    Xml.SubElement(root, "authid").text = f"EPSG:{epsg}"
    return root


@cache
def _wkt(epsg: int) -> str:
    return CRS.from_epsg(epsg).to_wkt("WKT2_2019")
