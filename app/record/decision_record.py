"""The decision record of a run: gathered from the store as one bundle, and checked or asked again by anybody who has it."""

import tempfile
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from app import json_text
from app.asking import answer
from app.assemble import assemble
from app.provenance import dataset_of
from app.reasons import reasons_to_refuse
from app.record.bundle import ASKED, DATA, LEDGER, OUTCOME, Bundle, written
from app.record.ledger import departures
from app.store import datasets, ledgers, outcomes, runs
from app.store.tables import Run
from app.version import VERSION
from geodata.package import Package, from_blob
from geodata.package_files import write_package

README = """This is the record of one decision: what was asked, of which data, and what came of it.
Anybody can check it without a network: `care-landscape verify FILE` checks the answer again from the data alone,
`care-landscape replay FILE` asks the question again and compares the answers.
"""


def gathered(session: Session, run: Run) -> bytes:
    """The run's record as bytes; raises NotThereYet while the run has no outcome."""
    text, sha256 = outcomes.outcome_text(session, run)
    outcome = json_text.parse_object(text, called=OUTCOME)
    scenario = runs.scenario_of(session, run)
    under = ledgers.of_run(session, run)
    parts = {
        "README.txt": README.encode(),
        OUTCOME: text,
        ASKED: json_text.canonical(run.asked),
        "scenario.json": json_text.canonical(scenario.written),
        "certificate.json": json_text.canonical(outcome.get("verification")),
        "versions.json": json_text.canonical((outcome.get("provenance") or {}).get("versions")),
        **_data(from_blob(datasets.content(session, runs.dataset_of(session, run)))),
    }
    if under is not None:
        parts[LEDGER] = json_text.canonical(under.written)
    about = {
        "run_id": run.run_id, "workspace_id": run.workspace_id, "scenario_sha256": scenario.sha256,
        "outcome_sha256": sha256, "care_landscape": VERSION, "accepted_at": run.created_at.isoformat(),
        "answered_at": run.finished_at.isoformat() if run.finished_at else None,
    }  # fmt: skip
    return written(parts, about)


def reasons_against(bundle: Bundle) -> list[str]:
    """Every reason not to believe the record, told from itself alone; empty when it holds."""
    reasons = reasons_to_refuse(bundle.outcome, bundle.package)
    provenance = bundle.outcome.get("provenance") or {}
    if dataset_of(bundle.outcome) is None:
        reasons.append("The outcome does not say which data it was made from.")
    if (
        "scenario_sha256" in provenance
        and assemble(bundle.package.tables, bundle.asked).scenario != bundle.outcome["scenario"]
    ):
        reasons.append("The outcome is about another scenario than was asked.")
    under = provenance.get("ledger")
    if bundle.ledger is None or under is None:
        if (bundle.ledger is None) != (under is None):
            reasons.append("The outcome and the record do not agree on whether there was a criteria ledger.")
        return reasons
    if json_text.sha256(bundle.ledger) != under["sha256"]:
        reasons.append("The criteria ledger is not the one that the outcome names.")
    elif departures(bundle.ledger, bundle.outcome["scenario"]) != under["departures"]:
        reasons.append("The outcome does not tell truly where the scenario departs from the criteria ledger.")
    return reasons


def replayed(bundle: Bundle) -> tuple[str, str]:
    """The hash of the stored answer and of the answer to the same question asked now, in this process."""
    return _result(bundle.outcome), _result(answer(bundle.package, bundle.asked, on_progress=lambda _: None))


def versions_apart(bundle: Bundle, current: dict[str, str]) -> dict[str, tuple[str, str]]:
    """Parts whose version then and now differ."""
    then: dict[str, str] = (bundle.outcome.get("provenance") or {}).get("versions") or {}
    return {name: (then[name], current[name]) for name in then if name in current and then[name] != current[name]}


def _result(outcome: dict[str, Any]) -> str:
    return str((outcome.get("provenance") or {}).get("result_sha256"))


def _data(package: Package) -> dict[str, bytes]:
    with tempfile.TemporaryDirectory() as name:
        write_package(package.tables, package.geometry, Path(name))
        return {f"{DATA}{file.name}": file.read_bytes() for file in sorted(Path(name).iterdir())}
