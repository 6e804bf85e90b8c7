"""The judge of worlds with rules of every kind: the audits measure every layout there is, and the least value counts."""

from itertools import product

from solver.audits.audit import Auditor
from solver.case import Case


def least_of_all_layouts(case: Case) -> list[float] | None:
    """The least values of the ordered objectives over all layouts that keep every hard rule; None when none does."""
    land, auditor = case.land, Auditor(case.tables, case.scenario)
    pairs = [
        (land.site_ids[s], land.care_types[k], t)
        for s in range(len(land.site_ids)) for k in range(len(land.care_types)) for t in land.periods if land.choosable()[s, k]
    ]  # fmt: skip
    fixed = [
        (land.site_ids[s], land.care_types[k], t)
        for s in range(len(land.site_ids)) for k in range(len(land.care_types)) for t in land.periods if land.always_open()[s, k]
    ]  # fmt: skip
    found = []
    for choice in product((False, True), repeat=len(pairs)):
        checked = auditor.audit([*fixed, *(pair for pair, taken in zip(pairs, choice, strict=True) if taken)])
        if checked.keeps_every_hard_rule:
            found.append([float(m.value) for m in checked.exact_objectives if m.value is not None])
    return min(found) if found else None
