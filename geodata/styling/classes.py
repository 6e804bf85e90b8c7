"""The styles of each layer: which column decides, its classes, and what each looks like.

One ramp for minutes, a two-sided one for differences (blue is closer, orange farther), and for what sites do colours
that differ in lightness as well, each with a shape of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

Geometry = Literal["fill", "marker", "line"]
Shape = Literal["circle", "triangle", "cross", "square"]
UNKNOWN = "#c9d1d8"
RAMP = ("#fff7d6", "#fde0a1", "#fbb76b", "#ef8354", "#cf4f4f", "#97295c", "#54115a")
TWO_SIDED = ("#0f5a8c", "#5b9fc9", "#b9d9ec", "#f4f4f0", "#f7cf9d", "#e08a3c", "#a04a08")
MINUTES = (5.0, 10.0, 15.0, 20.0, 30.0, 45.0)
DIFFERENCES = (-15.0, -5.0, -0.05, 0.05, 5.0, 15.0)
CASES = (10.0, 50.0, 200.0, 1000.0)
PERSONS = (1000.0, 2500.0, 5000.0, 7500.0, 10000.0, 15000.0)


@dataclass(frozen=True)
class Symbol:
    """What a class looks like; `size` is a diameter or a width [mm on paper], `above` how high it is drawn."""

    colour: str
    size: float = 0.2
    shape: Shape = "circle"
    above: int = 0


@dataclass(frozen=True)
class Class:
    """The features whose value is at least `low` and below `high`, or equals `equals`; all others where none is given."""

    label: str
    symbol: Symbol
    low: float | None = None
    high: float | None = None
    equals: str | None = None

    @property
    def is_rest(self) -> bool:
        """Whether it takes whatever no other class does."""
        return self.low is None and self.high is None and self.equals is None


@dataclass(frozen=True)
class Style:
    """One way to draw a layer; the classes are its legend, in order."""

    style_id: str
    title: str
    geometry: Geometry
    column: str | None
    classes: tuple[Class, ...]


def _steps(limits: tuple[float, ...], unit: str) -> list[tuple[str, float | None, float | None]]:
    """Label, low and high of each class between the limits, open at both ends."""
    ends = (None, *limits, None)
    told = []
    for low, high in pairwise(ends):
        if low is None:
            label = f"less than {high:g}"
        elif high is None:
            label = f"{low:g} and more"
        else:
            label = f"{low:g} to {high:g}"
        told.append((f"{label} {unit}", low, high))
    return told


def _filled(
    style_id: str, title: str, column: str, limits: tuple[float, ...], colours: tuple[str, ...], unit: str
) -> Style:
    named = _steps(limits, unit)
    classes = [
        Class(label, Symbol(colour), low, high) for (label, low, high), colour in zip(named, colours, strict=True)
    ]
    return Style(style_id, title, "fill", column, (*classes, Class("no value", Symbol(UNKNOWN))))


def _minutes(style_id: str, title: str, column: str) -> Style:
    return _filled(style_id, title, column, MINUTES, RAMP, "minutes")


def _difference(style_id: str, title: str, column: str) -> Style:
    style = _filled(style_id, title, column, DIFFERENCES, TWO_SIDED, "minutes")
    words = ("15 minutes closer or more", "5 to 15 minutes closer", "up to 5 minutes closer", "the same",
             "up to 5 minutes farther", "5 to 15 minutes farther", "15 minutes farther or more")  # fmt: skip
    told = [Class(word, c.symbol, c.low, c.high) for word, c in zip(words, style.classes[:-1], strict=True)]
    return Style(style_id, title, "fill", column, (*told, style.classes[-1]))


def _wider(style_id: str, title: str, column: str, colour: str) -> Style:
    widths = (0.2, 0.4, 0.8, 1.4, 2.2)
    named = _steps(CASES, "cases a year")
    classes = [
        Class(label, Symbol(colour, size), low, high) for (label, low, high), size in zip(named, widths, strict=True)
    ]
    return Style(style_id, title, "line", column, (*classes, Class("no value", Symbol(UNKNOWN, 0.2))))


_STATES = Style(
    "state", "What changes", "marker", "state",
    (
        Class("stays", Symbol("#0f5a8c", 3.0, "circle", 1), equals="stays"),
        Class("opens", Symbol("#2a9d6f", 4.5, "triangle", 2), equals="opens"),
        Class("closes", Symbol("#c2410c", 4.5, "cross", 2), equals="closes"),
        Class("never", Symbol("#8a8f98", 1.4, "square"), equals="never"),
        Class("no value", Symbol(UNKNOWN, 1.4, "square")),
    ),
)  # fmt: skip
_BORDERS = Style("borders", "Borders", "fill", None, (Class("region", Symbol("#ffffff", 0.5)),))
STYLES: dict[tuple[str, str], tuple[Style, ...]] = {
    ("run", "areas"): (
        _minutes("minutes", "Minutes in the plan", "minutes_plan"),
        _difference("difference", "Minutes in the plan less today's", "minutes_difference"),
        _minutes("minutes-today", "Minutes today", "minutes_today"),
    ),
    ("comparison", "areas"): (
        _difference("difference-first", "Minutes less those in the first plan", "minutes_difference_first"),
        _difference("difference", "Minutes in the plan less today's", "minutes_difference"),
        _minutes("minutes", "Minutes in the plan", "minutes_plan"),
    ),
    ("dataset", "areas"): (_filled("population", "Inhabitants", "population", PERSONS, RAMP, "inhabitants"),),
    ("run", "sites"): (_STATES,),
    ("comparison", "sites"): (_STATES,),
    ("dataset", "sites"): (
        Style("sites", "Sites", "marker", None, (Class("site", Symbol("#0f5a8c", 3.0, "circle")),)),
    ),
    ("run", "flows"): (_wider("cases", "Cases that travel", "cases_per_year", "#5b7a99"),),
    ("comparison", "flows"): (_wider("cases", "Cases that travel", "cases_per_year", "#5b7a99"),),
    ("run", "catchments"): (
        _minutes("minutes", "Mean minutes of the site's patients", "mean_minutes"),
        Style("borders", "Borders", "fill", None, (Class("catchment", Symbol("#ffffff", 0.5)),)),
    ),
    ("run", "moves"): (_wider("cases", "Cases that move", "cases_per_year", "#a04a08"),),
    ("dataset", "regions"): (_BORDERS,),
}
"""Noun and kind of a layer -> its styles, the usual one first."""
