"""The hospitals of a made-up region: in the largest towns, a few of them large, joined in organisations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from geodata.demo.country import Country, Points
from geodata.demo.sizes import Size


@dataclass(frozen=True)
class Hospitals:
    """Sites s: xy[S, 2] in RD metres, level[S] (3 the largest), weight[S] (size beside the mean), organisation[S]."""

    ids: list[str]
    names: list[str]
    kinds: list[str]
    xy: Points
    towns: np.ndarray[Any, np.dtype[np.intp]]
    level: np.ndarray[Any, np.dtype[np.intp]]
    weight: np.ndarray[Any, np.dtype[np.float64]]
    organisation: list[str]
    organisation_names: dict[str, str]


_KINDS = {3: "umc", 2: "topclinical", 1: "general"}
_TITLES = {3: "Universitair Medisch Centrum {}", 2: "{} Ziekenhuis", 1: "Streekziekenhuis {}"}


def make_hospitals(size: Size, country: Country, rng: np.random.Generator) -> Hospitals:
    """Sites in the largest towns; of a very large town a second one; neighbours share organisations."""
    twice = max(0, size.sites // 12)
    towns = np.array([*range(size.sites - twice), *range(twice)], dtype=np.intp)
    shift = rng.uniform(300, 1500, size=(len(towns), 2)) * rng.choice([-1.0, 1.0], size=(len(towns), 2))
    xy = np.round(country.town_xy[towns] + shift, 1)
    level = np.ones(len(towns), dtype=np.intp)
    level[: max(2, round(size.sites * 0.38))] = 2
    level[: max(1, round(size.sites * 0.11))] = 3
    level[size.sites - twice :] = 2
    weight = np.sqrt(country.town_size[towns])
    weight[size.sites - twice :] *= 0.6
    organisation = _organisations(xy, size.organisations)
    names = []
    for i, town in enumerate(towns.tolist()):
        title = _TITLES[int(level[i])].format(country.town_names[town])
        names.append(f"{title} locatie Zuid" if i >= size.sites - twice else title)
    width = max(2, len(str(size.sites)))
    ids = [f"Z{i + 1:0{width}d}" for i in range(len(towns))]
    titles = {
        o: f"Ziekenhuisgroep {country.town_names[towns[organisation.index(o)]]}" for o in dict.fromkeys(organisation)
    }
    kinds = [_KINDS[int(v)] for v in level]
    return Hospitals(ids, names, kinds, xy, towns, level, weight / weight.mean(), organisation, titles)


def _organisations(xy: Points, count: int) -> list[str]:
    """Organisation ids: each site its own, then the nearest ones joined, at most three, until `count` remain."""
    group = list(range(len(xy)))
    apart = np.hypot(xy[:, None, 0] - xy[None, :, 0], xy[:, None, 1] - xy[None, :, 1])
    pairs = np.dstack(np.unravel_index(np.argsort(apart, axis=None, kind="stable"), apart.shape))[0]
    for i, j in pairs.tolist():
        if len(set(group)) <= count:
            break
        if group[i] != group[j] and group.count(group[i]) + group.count(group[j]) <= 3:
            group = [group[i] if g == group[j] else g for g in group]
    numbers = {g: n + 1 for n, g in enumerate(dict.fromkeys(group))}
    return [f"ORG{numbers[g]:02d}" for g in group]
