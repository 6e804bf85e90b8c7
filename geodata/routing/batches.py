"""A whole matrix out of many small questions: each answer is kept on disk, so that routing goes on where it stopped."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from geodata.routing.engine import Block, Engine, EngineUnavailable, RoutingError
from geodata.routing.matrix import Floats, MixedEnginesError, Points, RoutedMatrix

ATTEMPTS = 6
FIRST_WAIT_SECONDS = 0.5
DECIMALS = 3
"""Minutes and km are kept to a thousandth, 0.06 seconds and a metre."""


class RoutingStopped(Exception):
    """The engine stayed away; what was answered is kept, and the same command goes on from there."""


def route(
    engine: Engine,
    areas: Points,
    sites: Points,
    folder: Path,
    *,
    wait: Callable[[float], None],
    progress: Callable[[int, int], None] = lambda done, of: None,
    at_most: int | None = None,
) -> RoutedMatrix:
    """The matrix from areas to sites; finished batches are kept in `folder` and never asked twice.

    An engine that does not answer is asked again after `wait(seconds)`, twice as long each time. Raises RoutingStopped
    when it stays away, RoutingError when it refuses, MixedEnginesError when its map changed on the way.
    """
    kept = folder / _key(engine, areas, sites, at_most)
    kept.mkdir(parents=True, exist_ok=True)
    minutes = np.full((len(areas.ids), len(sites.ids)), np.nan)
    km = minutes.copy()
    off_road: dict[str, float] = {}
    map_version: str | None = None
    batches = list(_batches(len(areas.ids), len(sites.ids), at_most or engine.at_most))
    for done, (rows, columns) in enumerate(batches):
        path = kept / f"batch-{done:06}.json"
        block = _read(path) if path.exists() else None
        if block is None:
            block = _asked(engine, areas[rows], sites[columns], wait, done, len(batches))
            _write(path, block)
        if done and block.map_version != map_version:
            raise MixedEnginesError(
                f"The engine's map was {map_version} and is now {block.map_version}: minutes of two maps cannot be one "
                f"matrix. Remove the folder {kept.name} of kept batches and route all pairs again."
            )
        map_version = block.map_version
        minutes[rows, columns], km[rows, columns] = block.minutes, block.km
        _note(off_road, areas.ids[rows], block.origins_off_road_km)
        _note(off_road, sites.ids[columns], block.destinations_off_road_km)
        progress(done + 1, len(batches))
    return RoutedMatrix(areas.ids, sites.ids, minutes, km, engine.provenance, off_road)


def _batches(areas: int, sites: int, at_most: int) -> Iterator[tuple[slice, slice]]:
    """Blocks of rows and columns with at most so many places together."""
    if at_most < 2:
        raise RoutingError("A question to an engine needs at least two places; raise at_most.")
    wide = max(1, min(sites, at_most // 2))
    tall = max(1, at_most - wide)
    for first in range(0, areas, tall):
        for left in range(0, sites, wide):
            yield slice(first, min(first + tall, areas)), slice(left, min(left + wide, sites))


def _asked(
    engine: Engine, origins: Points, destinations: Points, wait: Callable[[float], None], done: int, of: int
) -> Block:
    reason = ""
    for attempt in range(ATTEMPTS):
        if attempt:
            wait(FIRST_WAIT_SECONDS * 2 ** (attempt - 1))
        try:
            return _rounded(engine.block(origins, destinations))
        except EngineUnavailable as outage:
            reason = str(outage)
    raise RoutingStopped(
        f"{engine.provenance.engine} did not answer {ATTEMPTS} times in a row ({reason}). {done:,} of {of:,} batches are "
        "kept; start the engine again and give the same command to go on from there."
    )


def _rounded(block: Block) -> Block:
    """The block as it is kept, so that a matrix is the same whether its batches were kept or asked just now."""
    return replace(
        block, minutes=np.round(block.minutes, DECIMALS), km=np.round(block.km, DECIMALS),
        origins_off_road_km=np.round(block.origins_off_road_km, DECIMALS),
        destinations_off_road_km=np.round(block.destinations_off_road_km, DECIMALS),
    )  # fmt: skip


def _key(engine: Engine, areas: Points, sites: Points, at_most: int | None) -> str:
    """A name for this very job: other places, another engine or another map are another job."""
    told = [engine.provenance.text(), str(at_most or engine.at_most)]
    told += [
        f"{name} {lat:.7f} {lon:.7f}"
        for places in (areas, sites)
        for name, lat, lon in zip(places.ids, places.lat.tolist(), places.lon.tolist(), strict=True)
    ]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:16]


def _note(off_road: dict[str, float], ids: tuple[str, ...], km: Floats) -> None:
    off_road |= {name: far for name, far in zip(ids, km.tolist(), strict=True) if not np.isnan(far)}


def _write(path: Path, block: Block) -> None:
    """Whole or not at all: a batch that was half written when the machine stopped is asked again.

    Python's JSON keeps Infinity for no way and NaN for not known.
    """
    document = {
        "minutes": block.minutes.tolist(), "km": block.km.tolist(),
        "origins_off_road_km": block.origins_off_road_km.tolist(),
        "destinations_off_road_km": block.destinations_off_road_km.tolist(), "map_version": block.map_version,
    }  # fmt: skip
    new = path.with_suffix(".new")
    with new.open("w", encoding="utf-8") as out:
        json.dump(document, out)
        out.flush()
        os.fsync(out.fileno())
    new.replace(path)


def _read(path: Path) -> Block | None:
    """The kept block; None where the file is damaged, so that it is asked again."""
    try:
        told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return Block(
            np.array(told["minutes"], dtype=np.float64), np.array(told["km"], dtype=np.float64),
            np.array(told["origins_off_road_km"], dtype=np.float64),
            np.array(told["destinations_off_road_km"], dtype=np.float64), told["map_version"],
        )  # fmt: skip
    except (ValueError, KeyError, TypeError):
        return None
