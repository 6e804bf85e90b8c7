"""Pictures for the page: the gap as time went on, and growth on logarithmic axes with its slopes."""

import math
import re
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from benchmarks.record import Record

mpl.rcParams["svg.hashsalt"] = "care-landscape"
SMALLEST_GAP = 1e-7


def draw(records: Sequence[Record], folder: Path) -> list[str]:
    """Write the pictures into the folder and give the Markdown lines that show them, paths relative to the folder's parent."""
    folder.mkdir(parents=True, exist_ok=True)
    return [*_gaps(records, folder), *_growths(records, folder)]


def _gaps(records: Sequence[Record], folder: Path) -> list[str]:
    lines: list[str] = []
    for record in records:
        traced = [(way.name, _gap_steps(way.trace)) for way in record.ways if way.trace]
        traced = [(name, steps) for name, steps in traced if steps]
        if not traced:
            continue
        figure, axes = _axes("seconds", "gap")
        for name, steps in traced:
            axes.step([second for second, _ in steps], [gap for _, gap in steps], where="post", label=name)
        axes.set_yscale("log")
        lines += _shown(figure, axes, folder, f"gap-{record.case}", f"{record.case}: gap against time")
    return lines


def _gap_steps(trace: Sequence[Sequence[float | None]]) -> list[tuple[float, float]]:
    """The gap from when a value and a bound are both known; each stands until the next of its kind is told."""
    steps: list[tuple[float, float]] = []
    value, bound = None, None
    for second, told_value, told_bound in trace:
        value = value if told_value is None else told_value
        bound = bound if told_bound is None else told_bound
        if second is not None and value is not None and bound is not None:
            steps.append((second, max(SMALLEST_GAP, abs(value - bound) / max(abs(value), 1e-9))))
    return steps


def _growths(records: Sequence[Record], folder: Path) -> list[str]:
    lines: list[str] = []
    for record in records:
        for way in record.ways:
            by: dict[str, list[tuple[float, float]]] = defaultdict(list)
            for row in way.growth:
                by[row["by"]].append((float(row["size"]), float(row["seconds"])))
            if not by:
                continue
            figure, axes = _axes("size", "seconds")
            for name, points in sorted(by.items()):
                sizes, seconds = zip(*sorted(points), strict=True)
                axes.loglog(sizes, seconds, marker="o", label=f"{name}, slope {_slope(sizes, seconds):.2f}")
            lines += _shown(
                figure, axes, folder, f"growth-{record.case}-{way.name}", f"{record.case}: growth, {way.name}"
            )
    return lines


def _slope(sizes: Sequence[float], seconds: Sequence[float]) -> float:
    """The exponent of growth: the least-squares slope of log seconds over log size; NaN for a single size."""
    if len(sizes) < 2:
        return math.nan
    return float(np.polyfit(np.log(sizes), np.log(np.maximum(seconds, 1e-6)), 1)[0])


def _axes(x: str, y: str) -> tuple[Figure, mpl.axes.Axes]:
    figure = Figure(figsize=(6.4, 3.2), layout="constrained")
    axes = figure.subplots()
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.grid(visible=True, alpha=0.3)
    return figure, axes


def _shown(figure: Figure, axes: mpl.axes.Axes, folder: Path, name: str, title: str) -> list[str]:
    axes.legend(fontsize="small")
    axes.set_title(title, fontsize="medium")
    file = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") + ".svg"
    figure.savefig(folder / file, metadata={"Date": None})
    return [f"![{title}]({folder.name}/{file})"]
