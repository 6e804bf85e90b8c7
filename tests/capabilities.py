"""Asks every question under every behaviour in every formulation, and writes what came of it to docs/capabilities.md: python -m tests.capabilities."""

from collections.abc import Iterator
from pathlib import Path

from solver.invalid import InvalidScenario
from tests.builders import Json, PlainTables, scenario, volume_norm, world
from tests.front_door import answer
from tests.worked_worlds import B3_DEMAND, B3_MINUTES

PAGE = Path(__file__).resolve().parent.parent / "docs" / "capabilities.md"
SEEN = [("1", "A", 30), ("1", "B", 10), ("2", "B", 30), ("3", "C", 25), ("3", "B", 25)]
BEHAVIOURS: dict[str, Json] = {
    "nearest": {"behaviour": "nearest"},
    "steered": {"behaviour": "steered"},
    "undivided": {"behaviour": "steered", "undivided": True},
    "choice": {"behaviour": "choice", "weight_per_minute": 0.1},
    "observed": {"behaviour": "observed"},
}
QUESTIONS: dict[str, Json] = {
    "optimise": {"question": "optimise"},
    "evaluate": {"question": "evaluate"},
    "pareto": {"question": "pareto", "objectives": ["sites", "travel_time"], "points": 4},
    "norm_sweep": {"question": "norm_sweep", "rule": "norm", "from": 0, "to": 60},
    "alternatives": {"question": "alternatives", "at_most": 4},
    "why_not": {"question": "why_not"},
    "robustness, expected": {"question": "robustness", "attitude": "expected"},
    "robustness, worst_case": {"question": "robustness", "attitude": "worst_case"},
    "robustness, regret": {"question": "robustness", "attitude": "regret"},
    "one_site_out": {"question": "one_site_out", "max_minutes": 20},
    "behaviour_regret": {"question": "behaviour_regret", "behaviours": {"other": {"*": {"behaviour": "nearest"}}}},
    "diagnose": {"question": "diagnose"},
}
ANSWERS = {
    "pareto": "points", "norm_sweep": "steps", "alternatives": "alternatives", "why_not": "prices", "robustness": "futures",
    "one_site_out": "one_site_out", "behaviour_regret": "regrets", "diagnose": "diagnosis",
}  # fmt: skip
"""The part of the outcome that is the question's own answer; where there is none, the plan."""
FORMULATIONS = ("auto", "compact", "layouts", "by_price")
WORKS = "works"


def two_futures(*care_types: str) -> PlainTables:
    """B3 with habits, inhabitants, and a future in which area 3 has a few cases fewer."""
    seen = [
        {"area_id": a, "site_id": s, "care_type_id": k, "cases_per_year": cases}
        for k in care_types
        for a, s, cases in SEEN
    ]
    return world(
        B3_MINUTES,
        {(a, k): cases for a, cases in B3_DEMAND.items() for k in care_types}
        | {("3", k, None, "fewer"): 44.0 for k in care_types},
        care_types=care_types,
        population=B3_DEMAND,
        tables={"patient_flows": seen, "futures": [{"future_id": "base"}, {"future_id": "fewer"}]},
    )


def what_comes_of(question: str, behaviour: str, formulation: str) -> str:
    """`works` for an answer that passed its re-check, the question's own part included; else what the refusal says."""
    norm = 200 if question == "diagnose" else 20
    asked = scenario(
        volume_norm(norm, id="norm"), behaviour=BEHAVIOURS[behaviour], question=QUESTIONS[question],
        limits={"seconds": 60, "formulation": formulation},
    )  # fmt: skip
    try:
        outcome = answer(two_futures("hips"), asked)
    except InvalidScenario as refused:
        return " ".join(problem["problem"] for problem in refused.problems)
    assert outcome["outcome"] == ("infeasible" if question == "diagnose" else "optimal"), outcome["outcome"]
    assert outcome["stopped_by"] == "proof"
    assert outcome[ANSWERS.get(QUESTIONS[question]["question"], "plan")]
    return WORKS


def page() -> str:
    """The table in Markdown, refusals as numbered notes."""
    notes: dict[str, int] = {}
    lines = list(_rows(notes))
    return "\n".join(
        [
            "# What works",
            "",
            "Written by `make docs`: every question was asked under every behaviour and, with `limits.formulation`, in every formulation, on a small world",
            "whose answers are known, and each answer passed its independent re-check. Leave `formulation` out (`auto`) and the front door chooses, by the",
            "number of areas and sites and by the rules that tie care types together; `provenance.formulation` says what it chose and why. A number is a",
            "clear refusal, told below. Care types with different behaviours can be asked together; a formulation that was named then holds for those that",
            "can be written so; only a norm_sweep beside steered care types of which some are undivided and some are not is refused. For patients who choose",
            "or keep their habits the reference is trying every layout, which the tests do for small worlds.",
            "",
            "| question | behaviour | " + " | ".join(FORMULATIONS) + " |",
            "|---|---|" + "---|" * len(FORMULATIONS),
            *lines,
            "",
            *(f"{number}. {sentence}" for sentence, number in notes.items()),
            "",
        ]
    )


def _rows(notes: dict[str, int]) -> Iterator[str]:
    for question in QUESTIONS:
        for behaviour in BEHAVIOURS:
            cells = []
            for formulation in FORMULATIONS:
                told = what_comes_of(question, behaviour, formulation)
                cells.append(told if told == WORKS else str(notes.setdefault(told, len(notes) + 1)))
            yield f"| {question} | {behaviour} | {' | '.join(cells)} |"


if __name__ == "__main__":
    PAGE.write_text(page())
