"""The front door: a case in, a verified outcome out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.metadata import version
from typing import Any

from solver.answer import Answering
from solver.audits.missing import MissingData
from solver.case import Case
from solver.formulations.stage import NotWritten
from solver.invalid import InvalidScenario
from solver.outcome import Outcome
from solver.parted import Parted
from solver.rounds import Json, Round, Rounds, as_json
from solver.verify import verify
from solver.watch import Watch

SHOWN_VERSIONS = ("care-landscape", "highspy", "numpy", "pyomo", "scipy")
LEAVES_HASH_ALONE = ("provenance", "trace")


class NotVerified(Exception):
    """A finished answer that the independent re-check refused; it is not published. ``reasons`` says why."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = reasons


def ask(case: Case, watch: Watch) -> Outcome:
    """Answer the case's question within its limits and re-check the answer.

    Raises NotVerified when the re-check refuses it, and InvalidScenario where the question needs numbers the data lack or a way of writing that there is not.
    """
    watch.start(case.limits.seconds)
    watch.report("building")
    with _refused_in_the_scenarios_words():
        outcome = case.question.answer(case, watch)
    return _verified(outcome, case, watch)


def next_round(answering: Answering, rounds: Rounds) -> Round | None:
    """The parts to be answered next of a question that falls apart (parted.py), for whoever runs them elsewhere; None when it is time to gather.

    A question that does not fall apart has none. Raises InvalidScenario as ``ask`` does.
    """
    question = answering.case.question
    with _refused_in_the_scenarios_words():
        return question.next_round(answering, rounds) if isinstance(question, Parted) else None


def answer_part(answering: Answering, part: Json, rounds: Rounds, watch: Watch) -> Json:
    """The answer to one part as plain JSON, within the watch's time. Raises InvalidScenario as ``ask`` does."""
    question = answering.case.question
    assert isinstance(question, Parted), "only a question that falls apart has parts"
    with _refused_in_the_scenarios_words():
        told: Json = as_json(question.answer_part(answering, as_json(part), rounds, watch))
    return told


def gathered(answering: Answering, rounds: Rounds, watch: Watch) -> Outcome:
    """The outcome of all rounds, re-checked. Raises as ``ask`` does."""
    question = answering.case.question
    with _refused_in_the_scenarios_words():
        if isinstance(question, Parted):
            outcome = question.gather(answering, rounds, watch)
        else:
            outcome = question.answer(answering.case, watch)
    return _verified(outcome, answering.case, watch)


@contextmanager
def _refused_in_the_scenarios_words() -> Iterator[None]:
    """What cannot be written, or lacks numbers, as a problem of the scenario."""
    try:
        yield
    except NotWritten as unwritten:
        raise InvalidScenario(
            [{"where": "scenario", "problem": str(unwritten), "fix": "change the scenario as it says"}]
        ) from unwritten
    except MissingData as lacking:
        raise InvalidScenario(
            [{"where": gap.where, "problem": gap.problem, "fix": gap.fix} for gap in lacking.gaps]
        ) from lacking


def _verified(outcome: Outcome, case: Case, watch: Watch) -> Outcome:
    watch.report("auditing")
    reasons = verify(outcome.to_json(), case.tables)
    if reasons:
        raise NotVerified(reasons)
    return _with_provenance(outcome, case, watch)


def _with_provenance(outcome: Outcome, case: Case, watch: Watch) -> Outcome:
    first = outcome.objectives[0] if outcome.objectives else {"bound": None, "gap": None}
    certificate = {
        "kind": "solver" if first["bound"] is not None else "none",
        "bound": first["bound"],
        "gap": first["gap"],
    }
    stated = outcome.verification["certificate"] if outcome.verification else certificate
    outcome = replace(outcome, verification={"passed": True, "certificate": stated})
    told = {
        "scenario_sha256": sha256_of(case.scenario),
        "versions": {name: version(name) for name in SHOWN_VERSIONS},
        "seed": case.limits.seed,
        "seconds": round(watch.seconds, 3),
        "result_sha256": sha256_of(
            {name: value for name, value in outcome.to_json().items() if name not in LEAVES_HASH_ALONE}
        ),
    }
    return replace(outcome, provenance={**outcome.provenance, **told})


def sha256_of(value: Any) -> str:
    """Hash of a JSON value, independent of the order of keys."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
