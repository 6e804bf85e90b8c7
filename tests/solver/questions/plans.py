"""The plans that an answer lists, as sets and numbers to hold beside those that were tried by hand."""

from tests.builders import Json
from tests.solver.brute import Offers


def offers_of(row: Json) -> Offers:
    """A listed plan as (site, care type, period)."""
    return frozenset((one["site_id"], one["care_type_id"], one["period"]) for one in row["plan"]["offers"])


def sites_of(row: Json) -> str:
    """The sites of a listed plan of one care type and one period, in order of id."""
    return "".join(sorted(site for site, _, _ in offers_of(row)))


def values_of(row: Json) -> list[float]:
    """The values of a listed plan's objectives."""
    return [line["value"] for line in row["objectives"]]
