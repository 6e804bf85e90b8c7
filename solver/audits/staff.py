"""Staff: how much of a resource the sites inside the region use: to be ready, and for each case.

sum over s,k of per_open_site[k] x offers[s,k,t] + per_case[k] x volume[s,k,t] [the resource's unit].
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from solver.audits.layout import Layout
from solver.audits.measures import Measure, summed
from solver.audits.missing import missing
from solver.audits.resources import unit_of, use_of, used


def audit(layout: Layout, fields: Mapping[str, Any]) -> Measure:
    """The sum over periods [the resource's unit]."""
    if fields.get("resource") is None:
        raise missing("objective staff", "needs a resource", "name one of table resources")
    resource = str(fields["resource"])
    use, inside = use_of(layout, resource), np.flatnonzero(layout.tables.site_inside).tolist()
    each = (sum((used(layout, use, s, t) for s in inside), Fraction(0)) for t in layout.periods)
    return summed(unit_of(layout, resource), each)
