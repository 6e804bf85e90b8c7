"""One site out: each offered pair closed once more, with the inhabitants it leaves beyond reach, its objectives and breaches."""

from collections.abc import Iterator
from fractions import Fraction

from solver.audits.access_norm import beyond
from solver.audits.audit import Audit
from solver.audits.recheck.likeness import same, shown
from solver.audits.recheck.plans import different_objectives, different_rows
from solver.audits.recheck.subject import Json, Subject, offers_of


def refusals(subject: Subject) -> Iterator[str]:
    """What is wrong with the rows of the outcome."""
    rows, plan, question = subject.outcome.get("one_site_out"), subject.outcome.get("plan"), subject.question
    if rows is None or not plan:
        return
    audit, offers = subject.audit(plan), offers_of(plan)
    tables, asked = audit.layout.tables, audit.layout.ground.asked
    told = [(row["site_id"], row["care_type_id"]) for row in rows]
    mine = {offer[:2] for offer in offers if tables.site_inside[tables.site_at[offer[0]]]}
    for site, care_type in sorted(set(told) - mine):
        yield f"{care_type} at site {site} is closed in turn, but the plan does not offer it"
    if subject.outcome["stopped_by"] == "proof":
        for site, care_type in sorted(mine - set(told)):
            yield f"{care_type} at site {site} is offered, but what happens without it is not told"
    for row in rows:
        where = f" without {row['care_type_id']} at site {row['site_id']}"
        left = [offer for offer in offers if offer[:2] != (row["site_id"], row["care_type_id"])]
        without = subject.auditor().audit(left, audit.flows, subject.flows_today())
        if row.get("inhabitants_beyond") is not None:
            own = float(_far(without, row["care_type_id"], question) - _far(audit, row["care_type_id"], question))
            if not same(row["inhabitants_beyond"], own):
                told_more = shown(row["inhabitants_beyond"])
                yield f"{told_more} more inhabitants are beyond{where}, recomputed {shown(own)}"
            if row.get("sensitive") is not None and row["sensitive"] != (own > 0):
                yield f"the site is told to be {'' if row['sensitive'] else 'not '}sensitive{where}, recomputed otherwise"
        if not asked.steered():
            if row.get("objectives"):
                yield from different_objectives(without, row["objectives"], asked.objectives, where)
            yield from different_rows(f"breach{where}:", row.get("breaches"), without.breaches)


def _far(audit: Audit, care_type: str, question: Json) -> Fraction:
    k, longest = audit.layout.tables.care_type_at[care_type], float(question["max_minutes"])
    return max(beyond(audit.layout, k, t, question, longest) for t in audit.layout.periods)
