"""Every table has a published schema, and the checks speak of the same columns."""

from __future__ import annotations

import pytest

from geodata.schema import table_schemas
from geodata.tables import TABLES, table_name


def test_every_table_of_the_contract_has_a_schema() -> None:
    assert set(table_schemas()) == {
        "areas", "sites", "organisations", "care_types", "demand", "site_care", "travel_times", "site_times",
        "patient_flows", "periods", "futures", "resources", "resource_use", "resource_stock", "outcome_rates",
        "population_groups", "region_members", "ambulance_posts", "post_times", "interdependencies", "norms",
    }  # fmt: skip


@pytest.mark.parametrize("name", sorted(TABLES))
def test_every_column_has_a_type_and_titles_in_two_languages(name: str) -> None:
    schema = table_schemas()[name]
    assert schema["title"]
    assert schema["title_nl"]
    columns = [f["name"] for f in schema["fields"]]
    assert len(columns) == len(set(columns))
    for field in schema["fields"]:
        assert field["type"] in {"string", "number", "boolean", "date"}
        assert field["title"]
        assert field["title_nl"]
    assert set(TABLES[name].key) <= set(columns)


def test_a_quantity_says_its_unit_and_its_limits() -> None:
    cases = next(f for f in table_schemas()["demand"]["fields"] if f["name"] == "cases_per_year")
    assert cases["unit"] == "cases/year"
    assert cases["constraints"] == {"required": True, "minimum": 0}


def test_foreign_keys_name_a_column_that_is_there() -> None:
    for schema in table_schemas().values():
        for key in schema.get("foreignKeys", ()):
            target = table_schemas()[key["reference"]["resource"]]
            assert key["reference"]["fields"][0] in [f["name"] for f in target["fields"]]


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("site-care", "site_care"), ("Areas", "areas"), ("travel-times-car", "travel_times_car"),
        ("travel_times_e-bike", "travel_times_e-bike"), ("travel_times_", None), ("readme", None),
    ],
)  # fmt: skip
def test_a_table_is_known_by_its_name(written: str, name: str | None) -> None:
    assert table_name(written) == name
