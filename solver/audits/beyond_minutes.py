"""Beyond minutes: inhabitants farther than so many minutes from the nearest site that offers it by care type.

sum over k of persons[a] over a inside the region with minutes[a,k] > max_minutes [inhabitants].
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from solver.audits.access_norm import beyond
from solver.audits.layout import Layout
from solver.audits.measures import Measure, largest
from solver.audits.missing import missing


def audit(layout: Layout, fields: Mapping[str, Any]) -> Measure:
    """The largest over periods [inhabitants]."""
    if fields.get("max_minutes") is None:
        raise missing("objective beyond_minutes", "needs max_minutes", "give it")
    longest, chosen = float(fields["max_minutes"]), care_types(layout, fields)
    return largest(
        "inhabitants",
        (sum((beyond(layout, k, t, fields, longest) for k in chosen), Fraction(0)) for t in layout.periods),
    )


def care_types(layout: Layout, fields: Mapping[str, Any]) -> list[int]:
    """The care types that the objective names: an id, a list, '*' or none for all."""
    named = fields.get("care_type")
    if named is None or named == "*":
        return list(layout.care_types)
    return [layout.tables.care_type_at[k] for k in ([named] if isinstance(named, str) else named)]
