"""Today: what a scenario compares with, the volumes of today's landscape under its behaviours."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from app.assembly.keys import Floats, Keys
from solver.answer import Answering
from solver.case import Case


def compares_with_today(keys: Keys) -> bool:
    """Some rule or objective needs today's volumes."""
    return (
        keys.ruled("organisation_balance")
        or keys.asked("largest_organisation_loss")
        or any(rule["rule"] == "resource_limit" and rule.get("attrition_on_closing") for rule in keys.rules)
    )


def check_today(keys: Keys, anything_offered: bool) -> None:
    """Nothing can be compared with a landscape that offers nothing."""
    if anything_offered:
        return
    for rule in keys.rules:
        if rule["rule"] == "organisation_balance" or (rule["rule"] == "access_norm" and rule.get("kind") == "no_worse"):
            keys.complain(
                f"rule {rule['id']}",
                "it compares with today, and nothing is offered today",
                "mark what is offered_today in site_care, or use a limit of its own",
            )
    if keys.asked("largest_organisation_loss"):
        keys.complain(
            "objective largest_organisation_loss",
            "it compares with today, and nothing is offered today",
            "mark what is offered_today in site_care",
        )


def with_today(case: Case) -> Case:
    """The same case, its landscape knowing today's volumes."""
    return replace(case, land=replace(case.land, volume_today=_volumes(case)))


def _volumes(case: Case) -> Floats:
    """[S,K,T] cases/year; zero everywhere when nothing is offered today."""
    volumes = np.zeros(case.land.capacity.shape)
    today = Answering(case).today
    if today is None:
        return volumes
    layout = today.audit.layout
    at = {site: s for s, site in enumerate(case.land.site_ids)}
    for k, care_type in enumerate(case.land.care_types):
        for t in range(len(case.land.periods)):
            for site, cases in zip(
                layout.tables.site_ids, layout.volume(layout.tables.care_type_at[care_type], t), strict=True
            ):
                volumes[at[site], k, t] = float(cases)
    return volumes
