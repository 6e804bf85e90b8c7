"""The question as arrays: sites to choose from, what they and the trips to them cost, and how many cases fit each."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from solver.formulations.stage import NO_COLUMN, NotWritten
from solver.priced.bound import Pricing
from solver.priced.policy import Policy

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
FITS = 1e-9
"""What may be over or under a limit, relative."""


@dataclass(frozen=True)
class Ground:
    """n areas, S sites. Choose sites and send everybody to one, or (not ``undivided``) to several:

    minimise offset + sum of fixed[s] over chosen sites + sum of cost[s,a] * share[s,a]
    with     sum over s of share[s,a] = 1   and, of every chosen site,   least[s] <= sum over a of cases[a] * share[s,a] <= most[s]
    """

    cost: Floats
    """[S,n] what all cases of an area cost at a site; inf out of reach."""
    cases: Floats
    """[n] cases/year."""
    fixed: Floats
    """[S] what choosing a site costs."""
    least: Floats
    most: Floats
    """[S] cases/year of a site that is chosen."""
    may_open: Bools
    must_open: Bools
    """[S]."""
    rows: sp.csr_array
    """[r,S] rules about which sites are chosen: row_lower <= rows @ chosen <= row_upper."""
    row_lower: Floats
    row_upper: Floats
    fewest: int
    highest: int
    """How many sites are chosen, by the rows and by what fits them."""
    undivided: bool
    offset: float

    @classmethod
    def of(cls, policy: Policy, *, undivided: bool) -> Ground:
        """Read a policy with one stream. Raises NotWritten, saying why, where it asks for more than a ground knows."""
        if len(policy.streams) != 1:
            raise NotWritten("several care types or periods")
        (stream,), model = policy.streams, policy.model
        S = len(stream.offer)
        site_of = np.full(len(model.cost), -1)
        decided = stream.offer != NO_COLUMN
        site_of[stream.offer[decided]] = np.flatnonzero(decided)
        other = (site_of < 0) & ~policy.flow_columns
        rows = policy.rows.tocoo()
        if (other & (model.lower != model.upper) & (model.cost != 0)).any() or (site_of[rows.col] < 0).any():
            raise NotWritten("rules or objectives about more than offers, travel and volumes of single sites")
        volume_cost = np.where(stream.volume != NO_COLUMN, model.cost[stream.volume], 0.0)
        cost = Pricing(policy).cost(0, model.cost) + volume_cost[:, None] * stream.cases[None, :]
        fixed = np.where(decided, model.cost[stream.offer], 0.0) + volume_cost * stream.external
        known = float((model.cost * model.lower)[other & (model.lower == model.upper)].sum())
        own = sp.csr_array((rows.data, (rows.row, site_of[rows.col])), shape=(rows.shape[0], S))
        lower, upper = model.row_lower[policy.priced], model.row_upper[policy.priced]
        may_open, must_open = policy.may_open[0], ~policy.may_close[0]
        fewest, highest = _numbers(own, lower, upper, may_open)
        total = float(stream.cases.sum())
        room = np.cumsum(np.sort(np.where(may_open, policy.most[0], 0.0))[::-1])
        needed = int(np.searchsorted(room, total * (1.0 - FITS))) + 1
        filled = np.cumsum(np.sort(np.where(may_open, policy.least[0], np.inf)))
        return cls(
            cost, stream.cases, fixed, policy.least[0], policy.most[0], may_open, must_open, own, lower, upper,
            max(fewest, needed), min(highest, int((filled <= total * (1.0 + FITS)).sum())),
            undivided, model.offset + known,
        )  # fmt: skip

    @property
    def reach(self) -> Bools:
        """[S,n] who may go where."""
        return np.isfinite(self.cost) & self.may_open[:, None]

    @property
    def tight(self) -> bool:
        """Some site cannot hold everybody, or must have some."""
        total = float(self.cases.sum())
        return bool(((self.most < total * (1 - FITS)) | (self.least > 0))[self.may_open].any())

    @property
    def idle(self) -> Bools:
        """[S] a best plan may have the site open without any area: a rule about sites asks for it, or it earns."""
        asked = self.fewest > 0 or self.rows.shape[0] > 0
        return np.asarray((self.least <= 0) & ((self.fixed < 0) | asked))

    def part(self, sites: Ints, areas: Ints, chosen: Bools) -> Ground:
        """Some sites and areas, everything else staying as it is under ``chosen`` [S]."""
        others = chosen.copy()
        others[sites] = False
        given, count = self.rows @ others.astype(float), int(others.sum())
        return replace(
            self, cost=self.cost[np.ix_(sites, areas)], cases=self.cases[areas], fixed=self.fixed[sites],
            least=self.least[sites], most=self.most[sites], may_open=self.may_open[sites],
            must_open=self.must_open[sites], rows=sp.csr_array(sp.csc_array(self.rows)[:, sites]),
            row_lower=self.row_lower - given, row_upper=self.row_upper - given,
            fewest=max(0, self.fewest - count), highest=self.highest - count, offset=0.0,
        )  # fmt: skip

    def allowed(self, chosen: Bools) -> bool:
        """Whether chosen sites [S] keep the rules about sites and have room for everybody."""
        if (chosen & ~self.may_open).any() or (self.must_open & ~chosen).any() or not chosen.any():
            return False
        at, total = self.rows @ chosen.astype(float), float(self.cases.sum())
        slack = FITS * np.maximum(1.0, np.abs(at))
        kept = ((at >= self.row_lower - slack) & (at <= self.row_upper + slack)).all()
        fits = self.least[chosen].sum() * (1 - FITS) <= total <= self.most[chosen].sum() * (1 + FITS)
        return bool(kept and fits and np.isfinite(self.cost[chosen]).any(axis=0).all())

    def keeps(self, chosen: Bools, site: Ints, area: Ints, share: Floats) -> bool:
        """Whether a plan sends everybody to chosen sites within all limits."""
        treated = np.bincount(area, share, minlength=len(self.cases))
        load = np.bincount(site, share * self.cases[area], minlength=len(self.fixed))
        slack = FITS * np.maximum(1.0, np.abs(load))
        fits = ((load <= self.most + slack) & (load >= self.least - slack))[chosen].all()
        whole = not self.undivided or bool((share == 1.0).all())
        return bool(
            self.allowed(chosen) and chosen[site].all() and whole and fits and np.allclose(treated, 1.0, atol=1e-9)
        )


def _numbers(rows: sp.csr_array, lower: Floats, upper: Floats, may_open: Bools) -> tuple[int, int]:
    """Fewest and most sites, by rows that count all that may be chosen."""
    fewest, highest = 1, int(may_open.sum())
    for i in range(rows.shape[0]):
        row = rows[[i]].toarray().ravel()
        if (row[may_open] == 1.0).all():
            fewest = max(fewest, int(np.ceil(lower[i] - 1e-6))) if np.isfinite(lower[i]) else fewest
            highest = min(highest, int(np.floor(upper[i] + 1e-6))) if np.isfinite(upper[i]) else highest
    return fewest, highest
