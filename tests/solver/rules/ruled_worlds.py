"""Random small worlds with everything in them, and random rules of every kind about them."""

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from tests.builders import Json, PlainTables, access_norm, lock, scenario, site_count, volume_norm, world
from tests.strategies import BEHAVIOURS

PERIODS = ("t1", "t2")


@dataclass(frozen=True)
class Ruled:
    """A world, and a scenario about it with rules of its own."""

    tables: PlainTables
    scenario: Json


@st.composite
def ruled(
    draw: st.DrawFn,
    *,
    kinds: tuple[str, ...] = (),
    behaviours: tuple[str, ...] = ("nearest", "steered"),
    care_types: tuple[int, int] = (1, 2),
    most_rules: int = 2,
) -> Ruled:
    """Three areas and sites, few care types, one or two periods (one where there are three care types or more), one site and area perhaps
    outside the region (the site surely, where there are four care types), and some rules."""
    whole = st.integers(0, 30).map(float)
    areas, sites = ("a0", "a1", "a2"), ("s0", "s1", "s2")
    cares = ("k0", "k1", "k2", "k3")[: draw(st.integers(*care_types))]
    periods = PERIODS[: draw(st.integers(1, 2 if len(cares) < 3 else 1))]
    pairs = [(s, k) for s in sites for k in cares]
    outside = draw(st.sampled_from([None, None, "s2"])) if len(cares) < 4 else "s2"
    stranger = draw(st.sampled_from([None, None, "a2"]))

    def per_pair(values: st.SearchStrategy[float]) -> dict[tuple[str, str], float]:
        return {pair: draw(values) for pair in pairs}

    tables = world(
        {a: {s: 2.5 * draw(st.integers(0, 12)) for s in sites} for a in areas},
        {(a, k): draw(whole) for a in areas for k in cares} | {("a0", cares[0], periods[-1]): draw(whole)},
        care_types=cares,
        offered=draw(st.sets(st.sampled_from(pairs), min_size=1)),
        capacity={pair: draw(st.integers(10, 60).map(float)) for pair in sorted(draw(st.sets(st.sampled_from(pairs), max_size=2)))},
        population={a: float(draw(st.integers(1, 20))) for a in areas},
        areas={"in_region": {stranger: False}} if stranger else {},
        sites={
            "organisation_id": {"s0": "north", "s1": draw(st.sampled_from(["north", "south"])), "s2": None},
            "fixed_cost_eur_per_year": {s: draw(whole) for s in sites},
            "closing_cost_eur": {s: draw(whole) for s in sites},
        }
        | ({"in_region": {outside: False}} if outside else {}),
        site_care={
            "fixed_cost_eur_per_year": per_pair(whole),
            "variable_cost_eur_per_case": per_pair(st.integers(0, 3).map(float)),
            "opening_cost_eur": per_pair(whole),
            "closing_cost_eur": per_pair(whole),
            "revenue_eur_per_case": per_pair(st.integers(1, 5).map(float)),
            "external_cases_per_year": per_pair(st.sampled_from([0.0, 0.0, 6.0])),
        },
        km={a: {s: float(draw(st.integers(0, 40))) for s in sites} for a in areas},
        tables={
            "periods": [{"period_id": t, "years": float(draw(st.integers(1, 2)))} for t in periods],
            "site_times": [
                {"site_id": s, "to_site_id": other, "minutes": 5.0 * draw(st.integers(0, 4))}
                for s in sites for other in sites if s != other
            ],
            "resources": [{"resource_id": "n", "unit": "fte", "pool": draw(st.sampled_from(["site", "organisation", "region"]))}],
            "resource_use": [
                {"care_type_id": k, "resource_id": "n", "per_open_site": float(draw(st.integers(0, 5))), "per_case": draw(st.sampled_from([0.0, 0.25, 0.5]))}
                for k in cares
            ],
            "resource_stock": [
                {"resource_id": "n", "pool_id": pool, "quantity": float(draw(st.integers(3, 25)))}
                for pool in (*sites, "north", "south", "*")
            ],
            "outcome_rates": [
                {"care_type_id": k, "from_volume": start, "rate": draw(st.sampled_from([0.02, 0.05, 0.1]))}
                for k in cares for start in (0.0, 20.0, 45.0)
            ],
            "region_members": [
                {"region_id": region, "region_kind": "oncology", "member_kind": "site", "member_id": s}
                for region, s in (("r0", "s0"), ("r0", "s1"), ("r1", "s2"))
            ],
            "patient_flows": [
                {"area_id": a, "site_id": s, "care_type_id": k, "cases_per_year": float(draw(st.integers(0, 3)))}
                for a in areas for s in sites[:2] for k in cares
            ],
            "population_groups": [
                {"area_id": a, "group": "old", "persons": float(draw(st.integers(0, 1)))} for a in areas
            ],
        },
    )  # fmt: skip
    listed = [draw(_rule(cares, sites, periods, kinds)) for _ in range(draw(st.integers(1, most_rules)))]
    return Ruled(
        tables,
        scenario(
            *listed,
            behaviours={k: BEHAVIOURS[draw(st.sampled_from(behaviours))] for k in cares},
        ),
    )


def _rule(
    cares: tuple[str, ...], sites: tuple[str, ...], periods: tuple[str, ...], kinds: tuple[str, ...]
) -> st.SearchStrategy[Json]:
    care, share = st.sampled_from(cares), st.sampled_from([0.25, 0.5, 0.75, 0.9])
    cases, few = st.integers(1, 60).map(float), st.integers(0, 3)
    minutes = st.integers(0, 12).map(lambda step: 2.5 * step)

    def some(kind: str, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Json]:
        return st.fixed_dictionaries({"rule": st.just(kind), **fields})

    every: dict[str, st.SearchStrategy[Json]] = {
        "access_norm": st.one_of(
            st.builds(lambda m, k: access_norm(m, k), minutes, care),
            st.builds(lambda m, k: access_norm(m, k, kind="no_worse"), minutes, care),
            st.builds(lambda m, k, s: access_norm(m, k, kind="share", at_least_share=s), minutes, care, share),
        ),
        "backup": some("backup", care_type=care, max_minutes=minutes, at_least_share=share),
        "budget": some(
            "budget",
            at_most_eur=st.integers(0, 300).map(float),
            scope=st.sampled_from(["operating", "transition"]),
            period=st.sampled_from([None, "total"]),
            care_type=st.sampled_from([None, cares[0]]),
        ),
        "capacity": st.sampled_from(
            [
                {"rule": "capacity", "factor": 0.5},
                {"rule": "capacity", "factor": 0.5, "step": 4.0, "step_cost_eur": 10.0},
            ]
        ),
        "change_limit": st.one_of(
            some(
                "change_limit",
                at_most=few,
                counts=st.sampled_from(["openings", "closings", "both"]),
                per=st.sampled_from([None, "site", "region"]),
            ),
            some("change_limit", irreversible=st.just(True), per=st.sampled_from([None, "site"])),
            some("change_limit", lead_periods=st.just(1), care_type=st.sampled_from([None, cares[0]])),
            some("change_limit", receiver_first=st.just(True)),
        ),
        "interdependency": some(
            "interdependency",
            care_type=st.just(cares[0]),
            requires=st.just(cares[-1]),
            relation=st.sampled_from(["same_site", "same_organisation", "within_minutes", "excludes"]),
            minutes=st.just(10.0),
        ),
        "lock": st.builds(
            lambda s, k, state: lock(s, state, k),
            st.sampled_from(sites), care, st.sampled_from(["open", "closed", "as_today"]),
        ),
        "organisation_balance": some(
            "organisation_balance", measure=st.sampled_from(["revenue", "staff", "cases"]), at_least_share=share
        ),
        "resource_limit": st.one_of(
            some(
                "resource_limit",
                resource=st.just("n"),
                mobility=st.sampled_from([0.0, 0.0, 0.3]),
                attrition_on_closing=st.sampled_from([0.0, 0.5]),
            ),
            some(
                "resource_limit",
                resource=st.just("n"),
                mobility=st.sampled_from([0.0, 0.3]),
                step=st.just(4.0),
                step_cost_eur=st.just(10.0),
            ),
        ),
        "satellite": some(
            "satellite",
            care_type=care,
            parent=st.sampled_from([*sites, *cares]),
            at_least=st.sampled_from([None, 10.0, 30.0]),
        ),
        "site_count": st.builds(
            lambda word, n, fields: site_count("*", **{word: n}) | fields,
            st.sampled_from(["exactly", "at_least", "at_most"]),
            few,
            st.sampled_from([{}, {"region": "r0"}]),
        ),
        "volume_norm": st.builds(
            lambda k, limit, bearer, more: volume_norm(0, k) | limit | bearer | more,
            care,
            st.one_of(cases.map(lambda n: {"at_least": n}), cases.map(lambda n: {"at_least": None, "at_most": n})),
            st.sampled_from([{}, {"bearer": "organisation"}, {"bearer": "network", "network": "oncology"}]),
            st.sampled_from([{}, {"years_averaged": 2}, {"years_averaged": 3}]),
        ),
    }  # fmt: skip
    chosen = st.one_of(*(every[kind] for kind in (kinds or tuple(every))))
    hardness = st.sampled_from([{}, {}, {"hardness": "soft", "penalty_per_unit": 1.5}, {"hardness": "report"}])
    when = st.sampled_from([{}, {"periods": [periods[-1]]}])
    return st.builds(
        lambda rule, hard, bound: {n: v for n, v in (rule | hard | bound).items() if v is not None},
        chosen, hardness, when,
    )  # fmt: skip


MEASURES: tuple[Json, ...] = (
    {"objective": "adverse_outcomes"},
    {"objective": "beyond_minutes", "max_minutes": 10},
    {"objective": "changes"},
    {"objective": "co2", "kg_per_km": {"car": 0.15}},
    {"objective": "group_gap", "group": "old"},
    {"objective": "largest_organisation_loss", "measure": "revenue"},
    {"objective": "largest_organisation_loss", "measure": "staff"},
    {"objective": "operating_cost"},
    {"objective": "sites"},
    {"objective": "staff", "resource": "n"},
    {"objective": "tail_minutes", "share": 0.3},
    {"objective": "transition_cost"},
    {"objective": "travel_time"},
    {"objective": "worst_minutes"},
)
"""Every measure that depends on a plan of nearest or steered patients."""
