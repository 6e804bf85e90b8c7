"""What an outcome was made from: the fields of its provenance that only the application knows."""

from typing import Any


def with_dataset(outcome: dict[str, Any], sha256: str) -> dict[str, Any]:
    """The outcome with the content hash of the data it answers for."""
    provenance = dict(outcome.get("provenance") or {})
    provenance["dataset_sha256"] = sha256
    return {**outcome, "provenance": provenance}


def dataset_of(outcome: dict[str, Any]) -> str | None:
    """The content hash of the data an outcome says it was made from."""
    provenance = outcome.get("provenance")
    found = provenance.get("dataset_sha256") if isinstance(provenance, dict) else None
    return found if isinstance(found, str) else None
