"""Styles in QGIS's own words: a renderer of rules, as a style file (QML) and as a part of a project."""

from __future__ import annotations

from xml.etree import ElementTree as Xml

from geodata.styling.classes import Class, Style, Symbol

VERSION = "3.22.0-Białowieża"
_LAYER_CLASS = {"fill": "SimpleFill", "marker": "SimpleMarker", "line": "SimpleLine"}
_GEOMETRY_TYPE = {"marker": "0", "line": "1", "fill": "2"}
_SHAPES = {"circle": "circle", "triangle": "triangle", "cross": "cross2", "square": "square"}
OUTLINE = "#5f6b76"


def qml(style: Style) -> str:
    """The style as a QML document."""
    root = Xml.Element("qgis", version=VERSION, styleCategories="Symbology")
    root.append(renderer(style))
    Xml.SubElement(root, "layerGeometryType").text = _GEOMETRY_TYPE[style.geometry]
    return "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n" + Xml.tostring(root, encoding="unicode")


def renderer(style: Style) -> Xml.Element:
    """The style as a renderer of rules, one per class, so that features without a value are drawn too."""
    root = Xml.Element(
        "renderer-v2",
        type="RuleRenderer",
        forceraster="0",
        symbollevels="1" if _has_levels(style) else "0",
        enableorderby="0",
    )
    rules = Xml.SubElement(root, "rules", key="root")
    symbols = Xml.SubElement(root, "symbols")
    for number, each in enumerate(style.classes):
        told = {"key": f"rule-{number}", "symbol": str(number), "label": each.label}
        if style.column is not None:
            told["filter"] = "ELSE" if each.is_rest else condition(style.column, each)
        Xml.SubElement(rules, "rule", told)
        symbols.append(_symbol(style, each.symbol, number))
    return root


def condition(column: str, each: Class) -> str:
    """The class as a QGIS expression."""
    name = '"' + column.replace('"', '""') + '"'
    if each.equals is not None:
        return equal(column, each.equals)
    low = [] if each.low is None else [f"{name} >= {each.low:g}"]
    high = [] if each.high is None else [f"{name} < {each.high:g}"]
    return " AND ".join(low + high)


def equal(column: str, value: str) -> str:
    """A column equals a text, as QGIS and GDAL both read it."""
    return "\"{}\" = '{}'".format(column.replace('"', '""'), value.replace("'", "''"))


def _has_levels(style: Style) -> bool:
    return any(each.symbol.above for each in style.classes)


def _symbol(style: Style, symbol: Symbol, number: int) -> Xml.Element:
    root = Xml.Element("symbol", name=str(number), type=style.geometry, alpha="1", clip_to_extent="1", force_rhr="0")
    layer = Xml.SubElement(
        root, "layer", {"class": _LAYER_CLASS[style.geometry], "enabled": "1", "locked": "0", "pass": str(symbol.above)}
    )
    options = Xml.SubElement(layer, "Option", type="Map")
    for name, value in _properties(style, symbol).items():
        Xml.SubElement(options, "Option", name=name, value=value, type="QString")
        Xml.SubElement(layer, "prop", k=name, v=value)
    return root


def _properties(style: Style, symbol: Symbol) -> dict[str, str]:
    size = f"{symbol.size:g}"
    if style.geometry == "line":
        return {"line_color": _rgba(symbol.colour), "line_width": size, "line_width_unit": "MM", "capstyle": "round"}
    if style.geometry == "marker":
        outline = symbol.colour if symbol.shape == "cross" else "#ffffff"
        width = "0.8" if symbol.shape == "cross" else "0.3"
        return {
            "color": _rgba(symbol.colour), "name": _SHAPES[symbol.shape], "size": size, "size_unit": "MM",
            "outline_color": _rgba(outline), "outline_width": width, "outline_width_unit": "MM",
        }  # fmt: skip
    hollow = style.column is None
    return {
        "color": _rgba(symbol.colour), "style": "no" if hollow else "solid",
        "outline_color": _rgba("#1f2933" if hollow else OUTLINE), "outline_style": "solid",
        "outline_width": size if hollow else "0.05", "outline_width_unit": "MM",
    }  # fmt: skip


def _rgba(colour: str) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"{red},{green},{blue},255"
