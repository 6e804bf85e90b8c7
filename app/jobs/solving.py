"""What a child does about a question: takes it a step further, or answers some of its parts; progress goes to its output."""

import math
import sys
import threading
from dataclasses import asdict
from pathlib import Path
from typing import Any

from app import json_text
from app.in_parts import Order, Split, answer_parts, further
from app.jobs.child import ANSWERS, ASKED, ORDER, OUTCOME, PACKAGE, SPLIT
from app.jobs.ladder import WAYS
from app.reasons import reasons_to_refuse
from geodata.package import from_blob
from solver.solve import NotVerified
from solver.watch import Progress

TELLING = threading.Lock()


def further_in(folder: Path) -> None:
    """Takes the question a step further: leaves the checked outcome, with reasons to refuse it, or where it falls apart."""
    order = json_text.read_object(folder / ORDER)
    package = from_blob((folder / PACKAGE).read_bytes())
    try:
        told = further(package, json_text.read_object(folder / ASKED), _order(order), on_progress=_tell)
    except NotVerified as withheld:
        json_text.write_whole(folder / OUTCOME, {"outcome": {}, "refused": withheld.reasons})
        return
    if isinstance(told, Split):
        json_text.write_whole(folder / SPLIT, asdict(told))
        return
    _tell(Progress(phase="auditing", seconds=_seconds(told)))
    told["provenance"] = {**told["provenance"], "retried": order["step"]}
    outcome = json_text.parse_object(json_text.canonical(told), called="the outcome")
    json_text.write_whole(folder / OUTCOME, {"outcome": outcome, "refused": reasons_to_refuse(outcome, package)})


def parts_in(folder: Path) -> None:
    """Answers some parts of the question; leaves all answers so far, whole, after each of them."""
    order = json_text.read_object(folder / ORDER)

    def keep(answers: list[dict[str, Any] | None]) -> None:
        json_text.write_whole(folder / ANSWERS, {"answers": answers})

    package = from_blob((folder / PACKAGE).read_bytes())
    asked = json_text.read_object(folder / ASKED)
    answer_parts(package, asked, order["parts"], _order(order), on_progress=_tell, on_answer=keep)


def _order(order: dict[str, Any]) -> Order:
    told = {key: order[key] for key in ("rounds", "seconds", "gone", "stopped", "alone_seconds")}
    return Order(way=WAYS[order["step"]], **told)


def _tell(progress: Progress) -> None:
    line = json_text.canonical(_finite(asdict(progress))).decode()
    with TELLING:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


def _finite(progress: dict[str, Any]) -> dict[str, Any]:
    """The progress with None for what is not a number yet (an infinite bound or gap)."""
    return {
        key: None if isinstance(value, float) and not math.isfinite(value) else value for key, value in progress.items()
    }


def _seconds(outcome: dict[str, Any]) -> float:
    return float((outcome.get("provenance") or {}).get("seconds") or 0.0)
