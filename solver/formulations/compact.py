"""The compact formulation: the face, and under it a body that defines its quantities from areas, as arrays.

One binary column per decision (site, care type, period). Patients who go to the nearest site are written as a prefix graph (nearest.py), patients who
are steered as flows per pair (steered.py), those who choose or keep to what was observed as one column per set of sites (patterns.py), inhabitants
beyond reach as one column per set of sites within reach (access.py). Where nothing rewards sending a steered patient anywhere but to the nearest site,
steered is nearest.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from solver.behaviours import Nearest, Steered
from solver.formulations.access import AccessPart
from solver.formulations.crowded import write_crowded
from solver.formulations.face import CompiledFace, implied_bounds
from solver.formulations.lazily import LazyPart
from solver.formulations.nearest import CoverRow
from solver.formulations.nearest_part import NearestPart
from solver.formulations.patterns import PatternPart
from solver.formulations.stage import NotWritten, Stage, Trips
from solver.formulations.steered import SteeredPart
from solver.formulations.tail import write_tail
from solver.formulations.words import Asked
from solver.landscape import Landscape
from solver.model import Builder, Model
from solver.watch import OutOfTime, Watch

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
FEW_SITES = 14
"""Sites to choose from up to which every layout of a tied care type is listed."""
MANY_PREFIXES = 5_000
"""Prefixes, one for each area and each site it may pass, from which their rows are made when missed."""
LONG_PREFIX = 12
"""Up to so many sites that areas may pass, in the mean, the prefix graph is small enough."""


class Part(Protocol):
    """The body of one care type in one period."""

    def trips(self) -> Iterator[Trips]:
        """The trips that the region's patients may take."""

    def flows(self, x: Floats) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats] | None:
        """Areas, sites and cases/year of a solution, where the solution decides them; None where the plan alone fixes them."""


@dataclass(frozen=True)
class Written:
    """A policy written for the solver: the arrays, and how to read a solution back."""

    face: CompiledFace
    builder: Builder
    parts: Mapping[tuple[int, int], Part]
    """(k, t) -> its body."""
    following: Sequence[AccessPart] = ()
    """Bodies of access, whose columns follow from the decisions."""

    def model(self, objective: int) -> Model:
        """The arrays with one of the objectives as cost."""
        return self.builder.finish(self.face.objectives[objective], float(self.face.offsets[objective]))

    def hold(self, objective: int, limit: float) -> None:
        """One more row: an objective may be at most ``limit``, in its unit."""
        cost = self.face.objectives[objective]
        used = np.flatnonzero(cost)
        self.builder.add_rows(
            np.zeros(len(used), int), used, cost[used], -np.inf, limit - self.face.offsets[objective], count=1
        )

    def exclude(self, offered: Bools) -> None:
        """One more row: any plan but this one. ``offered`` [S,K,T]."""
        columns = np.array(list(self.face.offers.values()), int)
        now = np.array([offered[index] for index in self.face.offers], bool)
        self.builder.add_rows(
            np.zeros(len(columns), int), columns, np.where(now, -1.0, 1.0), 1.0 - now.sum(), np.inf, count=1
        )

    def offered(self, x: Floats, land: Landscape) -> Bools:
        """[S,K,T] who offers what when in a solution, rounded once, here."""
        periods = land.shape[3]
        offered = np.repeat(land.always_open()[:, :, None], periods, axis=2)
        for (s, k, t), column in self.face.offers.items():
            offered[s, k, t] = x[column] > 0.5
        return offered

    @property
    def patterns(self) -> NDArray[np.int64]:
        """Columns that are patterns: so many that they are better looked through than handed over at once."""
        return _joined(part.columns for part in self.parts.values() if isinstance(part, PatternPart))

    def patterns_of(self, offered: Bools) -> NDArray[np.int64]:
        """Columns of the patterns that make up a plan [S,K,T], as far as there are."""
        return _joined(
            part.of(offered[:, k, t]) for (k, t), part in self.parts.items() if isinstance(part, PatternPart)
        )

    def patterns_against(self, index: tuple[int, int, int], *, offers: bool) -> NDArray[np.int64]:
        """Columns of the patterns in which a pair is otherwise than said."""
        s, k, t = index
        part = self.parts[k, t]
        return part.against(s, offers=offers) if isinstance(part, PatternPart) else _joined(())

    def possible(self, index: tuple[int, int, int], *, offers: bool) -> bool:
        """Whether some pattern has a pair so; true where that is not known beforehand."""
        part = self.parts[index[1], index[2]]
        return not isinstance(part, PatternPart) or len(part.against(index[0], offers=offers)) < len(part.columns)

    @property
    def lazy(self) -> list[LazyPart]:
        """The bodies whose rows are made when a solution misses them."""
        return [part for part in self.parts.values() if isinstance(part, LazyPart)]

    @property
    def begins_itself(self) -> bool:
        """Its search makes plans to begin with by itself, sooner than one could be constructed."""
        return len(self.lazy) == len(self.parts)


def _joined(columns: Iterable[NDArray[np.int64]]) -> NDArray[np.int64]:
    return np.concatenate([np.zeros(0, np.int64), *columns])


def write_as_told(
    land: Landscape,
    face: CompiledFace,
    told: str,
    watch: Watch | None = None,
    *,
    patterns: bool | None = None,
    lazily: bool | None = None,
    at_once: Collection[tuple[int, int]] = (),
) -> Written:
    """Write the body in the formulation that the limits name, as far as there is a care type that can be written so.

    Raises NotWritten where there is none, and as ``write_compact`` does.
    """
    lazily = False if told == "compact" else lazily
    patterns = {"layouts": True, "compact": False}.get(told, patterns)
    written = write_compact(land, face, watch, patterns=patterns, lazily=lazily, at_once=at_once)
    layouts = [isinstance(part, PatternPart) for part in written.parts.values()]
    if told == "layouts" and not any(layouts):
        steered = "steered patients have endless layouts; leave formulation out, or name compact or by_price"
        raise NotWritten(f"limits.formulation: {steered}")
    if told == "compact" and all(layouts):
        others = "patients who choose or keep their habits are written as whole layouts; leave formulation out, or name layouts"
        raise NotWritten(f"limits.formulation: {others}")
    return written


def write_compact(
    land: Landscape,
    face: CompiledFace,
    watch: Watch | None = None,
    *,
    patterns: bool | None = None,
    lazily: bool | None = False,
    at_once: Collection[tuple[int, int]] = (),
) -> Written:
    """Write the body for every care type and period.

    Nearest patients are a prefix graph, or whole layouts with ``patterns``, or rows made when they are missed with ``lazily`` (None: where they are
    many), but for the stages (k, t) in ``at_once``. Left to choose, layouts are taken where care types are tied together and
    their sites are few, in periods whose longest trips nobody asks for: the relaxation of a tied policy over whole layouts is far tighter. Raises NotWritten
    for behaviours and quantities it has no rows for, and OutOfTime when ``watch`` says so on the way.
    """
    builder = Builder()
    builder.add_columns(face.lower, face.upper, integer=face.integer)
    entries = face.rows.tocoo()
    builder.add_rows(entries.row, entries.col, entries.data, face.row_lower, face.row_upper, count=face.rows.shape[0])
    parts: dict[tuple[int, int], Part] = {}
    fixed_lower, fixed_upper = implied_bounds(face)
    _, _, K, T = land.shape
    tied = tied_care_types(land, face)
    by_trip = {asked.t for asked in face.asked if asked.kind == "tail"}
    following: list[AccessPart] = []
    for k in range(K):
        for t in range(T):
            if watch is not None and watch.over:
                raise OutOfTime
            stage = Stage.of(land, face, k, t, fixed_lower, fixed_upper)
            behaviour = land.behaviours[k]
            whole = k in tied and stage.free_sites <= FEW_SITES and t not in by_trip if patterns is None else patterns
            if (isinstance(behaviour, Nearest) and not whole) or (
                isinstance(behaviour, Steered) and _nothing_rewards_steering(face, k, t)
            ):
                covers = _cover_rows(land, face, k, t)
                lazy = lazily is not False and _may_be_lazy(stage) and (k, t) not in at_once
                if lazy and (lazily or (k not in tied and _long(stage, covers))):
                    parts[k, t] = LazyPart(builder, stage, covers)
                else:
                    lazy = False
                    parts[k, t] = NearestPart(builder, stage, covers)
                write_crowded(builder, stage, threes=not lazy)
            elif isinstance(behaviour, Steered):
                parts[k, t] = SteeredPart(builder, stage, undivided=behaviour.undivided)
            else:
                parts[k, t] = PatternPart(builder, stage)
            for asked, column in face.asked.items():
                if asked.kind in ("beyond", "covered") and (asked.k, asked.t) == (k, t):
                    following.append(AccessPart(builder, stage, asked, column))
    for asked, column in face.asked.items():
        if asked.kind == "tail":
            cases = sum(float(land.served_cases(k, asked.t).sum()) for k in range(K))
            trips = [trip for (_, t), part in parts.items() if t == asked.t for trip in part.trips()]
            write_tail(builder, column, asked.share, cases, trips)
        elif asked.kind == "accessibility" and not isinstance(parts[asked.k, asked.t], PatternPart):
            raise NotWritten(
                f"accessibility of care type {land.care_types[asked.k]} has no compact form: it is known for whole sets of sites only, "
                "so leave the formulation to choose, or use travel_time"
            )
    return Written(face, builder, parts, following)


def _may_be_lazy(stage: Stage) -> bool:
    """Only what rows made when missed can say is asked of the stage: travel kept small, volumes, access."""
    face = stage.face
    decided = np.zeros(len(face.integer), bool)
    decided[list(face.offers.values())] = True
    if (face.integer & ~decided).any():
        return False
    for asked, column in face.asked.items():
        if asked.kind == "tail" and asked.t == stage.t:
            return False
        if (asked.k, asked.t) != (stage.k, stage.t):
            continue
        if asked.kind in ("kilometres", "group_minutes", "worst", "accessibility"):
            return False
        if asked.kind == "travel" and face.wants_large[column]:
            return False
    return True


def many_prefixes(stage: Stage, depth: int | None = None) -> bool:
    """The prefixes of all areas, no longer than ``depth``, are more than a prefix graph is good for; nobody goes past a site that is surely open."""
    ends = np.where(stage.surely_open, stage.minutes, np.inf).min(axis=1, initial=np.inf)
    passed = (stage.minutes < ends[:, None]).sum(axis=1)
    length = passed if depth is None else np.minimum(passed, depth)
    return int(length.sum()) > max(LONG_PREFIX * len(stage.areas), MANY_PREFIXES)


def _long(stage: Stage, covers: Sequence[CoverRow]) -> bool:
    """The prefixes are too many however few sites the policy lets close."""
    depth = min([stage.free_sites, *(cover.may_close + 1 for cover in covers if cover.members[stage.candidates].all())])
    return many_prefixes(stage, depth)


def tied_care_types(land: Landscape, face: CompiledFace) -> set[int]:
    """Care types that some row ties to another one: a chain of rows leads from a quantity of one to a quantity of the other."""
    K = len(land.care_types)
    m, n = face.rows.shape
    entries = face.rows.tocoo()
    decided = (face.lower != face.upper)[entries.col]
    owned = [(column, k) for (_, k, _), column in face.offers.items()]
    owned += [(column, asked.k) for asked, column in face.asked.items() if asked.k >= 0]
    first = np.r_[entries.row[decided], m + np.array([column for column, _ in owned], int)]
    second = np.r_[m + entries.col[decided], m + n + np.array([k for _, k in owned], int)]
    graph = sp.coo_array((np.ones(len(first)), (first, second)), shape=(m + n + K, m + n + K))
    label = connected_components(graph, directed=False)[1][m + n :]
    return set(np.flatnonzero(np.bincount(label)[label] > 1).tolist())


def _nothing_rewards_steering(face: CompiledFace, k: int, t: int) -> bool:
    """No rule or objective looks at volumes, and travel and worst trips are only ever kept small: the nearest site is best for all."""
    for asked, column in face.asked.items():
        if (asked.k, asked.t) != (k, t):
            continue
        if asked.kind in ("volume", "kilometres") and (face.wants_small[column] or face.wants_large[column]):
            return False
        if asked.kind in ("travel", "worst", "group_minutes") and face.wants_large[column]:
            return False
    return True


def _cover_rows(land: Landscape, face: CompiledFace, k: int, t: int) -> list[CoverRow]:
    """Hard rows of the policy that say: at least so many of these sites offer care type k in period t."""
    S = len(land.site_ids)
    site_of = {column: s for (s, at_k, at_t), column in face.offers.items() if (at_k, at_t) == (k, t)}
    fixed = {
        column: value
        for column, value in enumerate(face.lower)
        if face.lower[column] == face.upper[column] and column not in site_of
    }
    covers = []
    for i in np.flatnonzero(np.isfinite(face.row_lower) & (np.diff(face.rows.indptr) > 1)):
        span = slice(face.rows.indptr[i], face.rows.indptr[i + 1])
        columns, values = face.rows.indices[span], face.rows.data[span]
        known = np.array([column in fixed for column in columns], bool)
        if not all(column in site_of for column in columns[~known]) or not np.allclose(values[~known], 1.0):
            continue
        members = np.zeros(S, bool)
        members[[site_of[column] for column in columns[~known]]] = True
        needed = face.row_lower[i] - sum(values[j] * fixed[columns[j]] for j in np.flatnonzero(known))
        if needed > 0:
            covers.append(CoverRow(members, int(np.ceil(needed - 1e-9))))
    return covers


__all__ = ["Asked", "NotWritten", "Written", "write_as_told", "write_compact"]
