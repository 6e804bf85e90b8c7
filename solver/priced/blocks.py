"""Which streams are chosen about together: those whose offers ask something of each other, as many as one integer program answers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from solver.formulations.stage import NO_COLUMN
from solver.priced.policy import Policy

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
MISSED = 1e-6
"""A row is missed by more than this, relative."""
AT_ONCE = 40
"""Open questions that one integer program answers, of streams that ask nothing of each other's offers."""
TOGETHER = 300
"""Open questions up to which streams that do are kept together."""
A_FEW = 4
"""Offers in a row that ties its streams; rows about whole sites speak of more."""


def blocks(policy: Policy, questions: Ints) -> list[tuple[int, ...]]:
    """The streams in blocks, by how many ``questions`` [Q] each has open, those that others ask something of first."""
    if questions.sum() <= AT_ONCE:
        return [tuple(range(len(questions)))]
    asked_of, kin = _asked_of(policy), _kin(policy)
    load = np.bincount(kin, questions + 1)
    found: list[list[int]] = [[]]
    taken = 0
    for q in sorted(range(len(questions)), key=lambda q: (-asked_of[kin == kin[q]].max(), kin[q], -asked_of[q], q)):
        whole = load[kin[q]] <= TOGETHER
        along = whole and bool(found[-1]) and kin[found[-1][-1]] == kin[q]
        size = load[kin[q]] if whole else questions[q] + 1
        if not along:
            if found[-1] and taken + size > AT_ONCE:
                found.append([])
                taken = 0
            taken += size
        found[-1].append(q)
    return [tuple(block) for block in found]


def missing_together(policy: Policy, columns: Floats) -> list[tuple[int, ...]]:
    """The streams, as one block, that have a part in a shared row which ``columns`` [N] miss; nothing where none is missed."""
    low, high = policy.model.row_lower[policy.priced], policy.model.row_upper[policy.priced]
    activity = policy.rows @ columns
    slack = MISSED * np.maximum(1.0, np.abs(activity))
    missed = (activity < low - slack) | (activity > high + slack)
    spoken = np.asarray(abs(policy.rows[missed]).sum(axis=0)).ravel() > 0
    block = tuple(q for q, stream in enumerate(policy.streams) if spoken[stream.columns].any())
    return [block] if block else []


def _offers_of(policy: Policy) -> Ints:
    """[N] the stream that a column is an offer of, else -1."""
    of = np.full(len(policy.model.cost), -1)
    for q, stream in enumerate(policy.streams):
        of[stream.offer[stream.offer != NO_COLUMN]] = q
    return of


def _asked_of(policy: Policy) -> Ints:
    """[Q] how many priced rows would like a stream's offers to be more, where another stream's are fewer: what others require."""
    of, rows = _offers_of(policy), policy.rows.tocoo()
    wants = np.where(np.isfinite(policy.model.row_lower[policy.priced])[rows.row], rows.data, -rows.data) > 0
    return np.bincount(of[rows.col[(of[rows.col] >= 0) & wants]], minlength=len(policy.streams))


def _kin(policy: Policy) -> Ints:
    """[Q] streams with the same number are tied by rows that speak of the offers of a few of them alone."""
    of, rows = _offers_of(policy), policy.rows
    speaks_of_flows = np.asarray(abs(rows) @ policy.flow_columns.astype(float)).ravel() > 0
    plain = np.flatnonzero(~speaks_of_flows & (np.asarray((abs(rows) > 0) @ (of >= 0).astype(float)) <= A_FEW))
    spoken = rows[plain].tocoo()
    offers = of[spoken.col] >= 0
    streams = len(policy.streams)
    ends = of[spoken.col[offers]], streams + spoken.row[offers]
    tie = coo_array((np.ones(len(ends[0])), ends), shape=(streams + len(plain), streams + len(plain)))
    return np.asarray(connected_components(tie, directed=False)[1][:streams], np.int64)
