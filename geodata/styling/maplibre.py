"""Styles in MapLibre's words: paint for a layer of vector tiles, and the legend that belongs to it."""

from __future__ import annotations

from typing import Any

from geodata.styling.classes import Class, Style
from geodata.styling.qgis import OUTLINE

PIXELS_PER_MM = 96 / 25.4
_TYPES = {"fill": "fill", "marker": "circle", "line": "line"}


def layer_type(style: Style) -> str:
    """What MapLibre calls such a layer."""
    return _TYPES[style.geometry]


def paint(style: Style) -> dict[str, Any]:
    """The paint of the style's layer."""
    colour = _by_class(style, lambda symbol: symbol.colour)
    if style.geometry == "line":
        return {"line-color": colour, "line-width": _by_class(style, lambda symbol: _pixels(symbol.size))}
    if style.geometry == "marker":
        radius = _by_class(style, lambda symbol: _pixels(symbol.size) / 2)
        return {
            "circle-color": colour, "circle-radius": radius, "circle-stroke-color": "#ffffff", "circle-stroke-width": 1,
        }  # fmt: skip
    if style.column is None:
        return {"fill-color": colour, "fill-opacity": 0.0, "fill-outline-color": "#1f2933"}
    return {"fill-color": colour, "fill-outline-color": OUTLINE}


def legend(style: Style) -> list[dict[str, Any]]:
    """The legend: label, colour, shape and size [mm] of each class."""
    return [
        {
            "label": each.label,
            "colour": each.symbol.colour,
            "size_mm": each.symbol.size,
            **({"shape": each.symbol.shape} if style.geometry == "marker" else {}),
        }
        for each in style.classes
    ]


def _by_class(style: Style, told: Any) -> Any:
    """The value of the first class that a feature belongs to; the last class takes what is left, blanks included."""
    *named, last = style.classes
    if style.column is None:
        return told(last.symbol)
    chosen: list[Any] = ["case", ["!", ["has", style.column]], told(last.symbol)]
    for each in named:
        chosen += [_condition(style.column, each), told(each.symbol)]
    return [*chosen, told(last.symbol)]


def _condition(column: str, each: Class) -> Any:
    value = ["get", column]
    if each.equals is not None:
        return ["==", value, each.equals]
    low = [] if each.low is None else [[">=", value, each.low]]
    high = [] if each.high is None else [["<", value, each.high]]
    both = low + high
    return both[0] if len(both) == 1 else ["all", *both]


def _pixels(millimetres: float) -> float:
    return round(millimetres * PIXELS_PER_MM, 2)
