"""Which care types are tied together: one asks something of another through a rule or an objective, so that neither can be decided alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

from solver.formulations.face import compile_face
from solver.formulations.words import ALL_TOGETHER
from solver.landscape import Landscape
from solver.objective import Objective
from solver.rule import ImpossibleRule, Rule


def tied_to(land: Landscape, rules: Sequence[Rule], objectives: Sequence[Objective]) -> list[frozenset[int]]:
    """For each care type, those it is tied to, itself included.

    Two are tied when a chain of rows leads from a quantity of one to a quantity of the other. Columns known beforehand tie nothing.
    """
    K = len(land.care_types)
    everyone = frozenset(range(K))
    try:
        face = compile_face(land, rules, objectives)
    except ImpossibleRule:
        return [everyone] * K
    if any(asked.k == ALL_TOGETHER for asked in face.asked) or any(o.tolerance > 0 for o in objectives[:-1]):
        return [everyone] * K
    m, n = face.rows.shape
    entries = face.rows.tocoo()
    decided = (face.lower != face.upper)[entries.col]
    owner = [(column, k) for (_, k, _), column in face.offers.items()]
    owner += [(column, asked.k) for asked, column in face.asked.items()]
    columns, care_types = np.array(owner, int).reshape(-1, 2).T
    first = np.r_[entries.row[decided], m + columns]
    second = np.r_[m + entries.col[decided], m + n + care_types]
    graph = sp.coo_array((np.ones(len(first)), (first, second)), shape=(m + n + K, m + n + K))
    label = connected_components(graph, directed=False)[1][m + n :]
    return [frozenset(np.flatnonzero(label == label[k]).tolist()) for k in range(K)]
