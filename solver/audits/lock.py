"""Lock: a decision already taken keeps a care type of a site open, closed, or as it is today.

offers[s,k,t] = 1 (open), 0 (closed), offered_today[s,k] (as_today).
"""

from collections.abc import Iterator

from solver.audits.layout import Layout
from solver.audits.missing import missing
from solver.audits.rows import Row, care_type, claim
from solver.audits.scenario import Rule


def audit(layout: Layout, rule: Rule) -> Iterator[Row]:
    """A row per period; sites outside the region stay as they are whatever a lock says."""
    tables, k = layout.tables, care_type(layout, rule)
    if rule.get("site") not in tables.site_at:
        raise missing(f"rule {rule.id}, site {rule.get('site')}", "is not known", "name a site of table sites")
    s = tables.site_at[str(rule.get("site"))]
    if not tables.site_inside[s]:
        return
    wanted = {"open": True, "closed": False, "as_today": bool(tables.offered_today[s, k])}
    for period in rule.periods:
        offered = bool(layout.offers[tables.period_at[period], s, k])
        yield claim(layout, rule, tables.site_ids[s], period, true=offered == wanted[str(rule.get("state"))])
