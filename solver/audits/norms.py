"""Every rule of the scenario held against a layout: one row per subject and period."""

from collections.abc import Callable, Iterator, Mapping

from solver.audits import (
    access_norm,
    backup,
    budget,
    capacity,
    change_limit,
    interdependency,
    lock,
    organisation_balance,
    resource_limit,
    satellite,
    site_count,
    volume_norm,
)
from solver.audits.layout import Layout
from solver.audits.missing import missing
from solver.audits.rows import Row
from solver.audits.scenario import Rule

RULES: Mapping[str, Callable[[Layout, Rule], Iterator[Row]]] = {
    "access_norm": access_norm.audit,
    "backup": backup.audit,
    "budget": budget.audit,
    "capacity": capacity.audit,
    "change_limit": change_limit.audit,
    "interdependency": interdependency.audit,
    "lock": lock.audit,
    "organisation_balance": organisation_balance.audit,
    "resource_limit": resource_limit.audit,
    "satellite": satellite.audit,
    "site_count": site_count.audit,
    "volume_norm": volume_norm.audit,
}


def rows(layout: Layout) -> Iterator[Row]:
    """The rows of every rule, in the scenario's order."""
    for rule in layout.ground.asked.rules:
        if rule.kind not in RULES:
            raise missing(f"rule {rule.id}", f"there is no rule {rule.kind}", f"name one of {', '.join(RULES)}")
        yield from RULES[rule.kind](layout, rule)
