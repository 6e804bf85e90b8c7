"""Why an outcome must not be believed, told from the data alone."""

from typing import Any

from app.provenance import dataset_of
from geodata.package import Package
from solver.verify import verify


def reasons_to_refuse(outcome: dict[str, Any], package: Package) -> list[str]:
    """Every reason to refuse the outcome for this data, empty when it passes; other data is a reason."""
    reasons = []
    named = dataset_of(outcome)
    if named is not None and named != package.sha256:
        reasons.append(
            f"The outcome was made from other data: it names {named}, this data package is {package.sha256}."
        )
    return [*reasons, *verify(outcome, package.tables)]
