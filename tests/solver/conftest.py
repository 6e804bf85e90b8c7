"""What tests of the solver may ask for besides: the real Netherlands, read once."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from geodata.package import read_package
from tests.builders import Column


@pytest.fixture(scope="session")
def netherlands(shared: Path) -> Mapping[str, Mapping[str, Column]]:
    """4,067 postcode areas and 89 hospital sites, of which 75 offer acute obstetrics and 83 emergency care."""
    package = read_package(shared / "cases" / "nl-acute").package
    assert package is not None
    return package.tables
