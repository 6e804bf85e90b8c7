"""OSRM: its table service over HTTP, or in this process with osrm-bindings (Python 3.12 and newer)."""

from __future__ import annotations

import importlib
import importlib.metadata
import importlib.util
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from geodata.routing.engine import Block, RoutingError
from geodata.routing.http_json import ask
from geodata.routing.matrix import Floats, Points, Provenance

MOST_PLACES = 100
"""What osrm-routed takes unless it was started with --max-table-size."""


@dataclass(frozen=True)
class Osrm:
    """An osrm-routed server; `version` and `extract_date` are the operator's word, as OSRM does not tell its own."""

    address: str
    profile: str
    version: str
    extract_date: str
    at_most: int = MOST_PLACES

    @property
    def provenance(self) -> Provenance:
        """What stands in the column source."""
        return Provenance("OSRM", self.version, self.profile, self.extract_date)

    def block(self, origins: Points, destinations: Points) -> Block:
        """Minutes and km of one call to the table service; raises RoutingError or EngineUnavailable."""
        lon = np.concatenate([origins.lon, destinations.lon])
        lat = np.concatenate([origins.lat, destinations.lat])
        places = ";".join(f"{x:.7f},{y:.7f}" for x, y in zip(lon, lat, strict=True))
        count = len(origins.ids)
        sources = ";".join(map(str, range(count)))
        targets = ";".join(map(str, range(count, len(lon))))
        status, answer = ask(
            f"{self.address.rstrip('/')}/table/v1/{self.profile}/{places}?sources={sources}&destinations={targets}"
            "&annotations=duration,distance&generate_hints=false"
        )
        if status != 200 or answer.get("code") != "Ok":
            raise RoutingError(_refusal(str(answer.get("code")), str(answer.get("message"))))
        return block_of(answer, count, len(destinations.ids))


def _refusal(code: str, message: str) -> str:
    remedy = {
        "TooBig": "Lower at_most, or start osrm-routed with a larger --max-table-size.",
        "NoSegment": "Correct the coordinates of the places, or use a map that covers them.",
        "InvalidOptions": "Correct the coordinates of the places.",
    }.get(code, "Look in the log of osrm-routed.")
    return f"OSRM refuses the question: {message} ({code}). {remedy}"


def block_of(answer: Mapping[str, Any], origins: int, destinations: int) -> Block:
    """The block in an OSRM table answer: seconds and metres, null where there is no way; raises RoutingError."""
    shape = (origins, destinations)
    try:
        return Block(
            _grid(answer["durations"], 60.0, shape),
            _grid(answer["distances"], 1000.0, shape),
            np.array([place["distance"] / 1000 for place in answer["sources"]], dtype=np.float64),
            np.array([place["distance"] / 1000 for place in answer["destinations"]], dtype=np.float64),
            answer.get("data_version"),
        )
    except (KeyError, TypeError, ValueError) as reason:
        raise RoutingError(f"OSRM's answer has not the shape of a table ({reason}).") from reason


def _grid(rows: Any, divisor: float, shape: tuple[int, int]) -> Floats:
    values = np.array([[np.inf if v is None else v / divisor for v in row] for row in rows], dtype=np.float64)
    return values.reshape(shape)


class NotAvailableError(Exception):
    """OSRM cannot run in this process; says why and what to do."""


@dataclass(frozen=True)
class OsrmInProcess:
    """OSRM on prepared files in this process; open it with `open_osrm`."""

    engine: Any
    bindings: Any
    profile: str
    version: str
    extract_date: str
    at_most: int = 1000

    @property
    def provenance(self) -> Provenance:
        """What stands in the column source."""
        return Provenance("OSRM", self.version, self.profile, self.extract_date)

    def block(self, origins: Points, destinations: Points) -> Block:
        """Minutes and km of one table; raises RoutingError."""
        lon = np.concatenate([origins.lon, destinations.lon]).tolist()
        lat = np.concatenate([origins.lat, destinations.lat]).tolist()
        count = len(origins.ids)
        asked = self.bindings.TableParameters(
            coordinates=list(zip(lon, lat, strict=True)),
            sources=list(range(count)),
            destinations=list(range(count, len(lon))),
            annotations=["duration", "distance"],
        )
        try:
            told = self.engine.Table(asked)
        except RuntimeError as reason:
            raise RoutingError(f"OSRM refuses the question: {reason}.") from reason
        names = ("durations", "distances", "sources", "destinations")
        answer = {name: told[name] for name in names}
        return block_of(answer, count, len(destinations.ids))


def open_osrm(prepared: Path, *, profile: str, extract_date: str, algorithm: str = "MLD") -> OsrmInProcess:
    """The engine on files that osrm-extract, -partition and -customize made; raises NotAvailableError or RoutingError.

    The extra `osrm` has wheels for Python 3.12 and newer only; elsewhere run osrm-routed and ask it over HTTP.
    """
    if sys.version_info < (3, 12) and importlib.util.find_spec("osrm") is None:
        version = ".".join(map(str, sys.version_info[:2]))
        raise NotAvailableError(
            f"OSRM in this process needs Python 3.12 or newer, and this is {version}: its library has no build for it. "
            "Make the virtual environment with Python 3.12, or run osrm-routed beside and give its address."
        )
    try:
        bindings = importlib.import_module("osrm")
    except ImportError as reason:
        raise NotAvailableError("OSRM in this process needs the extra: pip install 'care-landscape[osrm]'.") from reason
    try:
        engine = bindings.OSRM(storage_config=str(prepared), algorithm=algorithm, use_shared_memory=False)
    except RuntimeError as reason:
        raise RoutingError(f"OSRM cannot open {prepared.name} ({reason}). Prepare the map again.") from reason
    version = importlib.metadata.version("osrm-bindings")
    return OsrmInProcess(engine, bindings, profile, version, extract_date)
