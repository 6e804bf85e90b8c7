"""What the audit of a resource limit says of pools that lost more than they had, and of rules that are only shown."""

from solver.audits.audit import audit
from tests.builders import scenario
from tests.solver.audits.drawn import offers
from tests.worked_worlds import b3


def test_a_pool_whose_staff_all_left_lends_nothing_and_takes_nothing() -> None:
    """A closes: 40 fte worked there and 30 are in stock, so 10 too many have left; B and C have 10 each to spare."""
    pools = b3(
        tables={
            "resources": [{"resource_id": "n", "unit": "fte", "pool": "site"}],
            "resource_use": [{"care_type_id": "hips", "resource_id": "n", "per_open_site": 0.0, "per_case": 1.0}],
            "resource_stock": [{"resource_id": "n", "pool_id": s, "quantity": q} for s, q in zip("ABC", (30.0, 80.0, 60.0), strict=True)],
        }
    )  # fmt: skip
    rule = {"rule": "resource_limit", "resource": "n", "attrition_on_closing": 1, "mobility": 0.5}
    row = next(one for one in audit(pools, scenario(rule), offers("BC")).norms if one["kind"] == "resource_limit")
    assert (row["value"], row["limit"], row["holds"]) == (10, 20, True)
