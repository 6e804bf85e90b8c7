"""What an outcome was made from: the fields of its provenance that only the application knows."""

from importlib.metadata import version
from typing import Any

from app import json_text


def with_dataset(outcome: dict[str, Any], sha256: str) -> dict[str, Any]:
    """The outcome with the content hash of the data it answers for."""
    provenance = dict(outcome.get("provenance") or {})
    provenance["dataset_sha256"] = sha256
    return {**outcome, "provenance": provenance}


def with_ledger(outcome: dict[str, Any], ledger: dict[str, Any]) -> dict[str, Any]:
    """The outcome with the criteria ledger it was made under."""
    return {**outcome, "provenance": {**(outcome.get("provenance") or {}), "ledger": ledger}}


def dataset_of(outcome: dict[str, Any]) -> str | None:
    """The content hash of the data an outcome says it was made from."""
    provenance = outcome.get("provenance")
    found = provenance.get("dataset_sha256") if isinstance(provenance, dict) else None
    return found if isinstance(found, str) else None


def question_sha256(dataset_sha256: str, asked: dict[str, Any]) -> str:
    """The hash of all that an answer follows from: data, scenario with question and limits, and versions."""
    from solver.solve import SHOWN_VERSIONS  # here, for a worker has no need of all the mathematics

    versions = {name: version(name) for name in SHOWN_VERSIONS}
    return json_text.sha256({"dataset_sha256": dataset_sha256, "asked": asked, "versions": versions})
