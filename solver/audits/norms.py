"""Every rule of the scenario held against a layout: one row per subject and period."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

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


OF_ONE_CARE_TYPE = ("access_norm", "backup", "capacity", "lock", "volume_norm")
"""Rules that look at nothing of a plan but how one care type is laid out."""


def rows(layout: Layout, known: Mapping[int, Sequence[Row]], alike: Collection[int]) -> Iterator[tuple[int, Row]]:
    """The rows of every rule with its position, in the scenario's order.

    `known` are rows by position of another layout in which the care types `alike` are laid out the same.
    """
    at = layout.tables.care_type_at
    for position, rule in enumerate(layout.ground.asked.rules):
        if position in known and rule.kind in OF_ONE_CARE_TYPE and at.get(rule.care_type or "") in alike:
            yield from ((position, row) for row in known[position])
            continue
        if rule.kind not in RULES:
            raise missing(f"rule {rule.id}", f"there is no rule {rule.kind}", f"name one of {', '.join(RULES)}")
        yield from ((position, row) for row in RULES[rule.kind](layout, rule))
