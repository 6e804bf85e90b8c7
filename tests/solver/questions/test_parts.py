"""Parts of a question: answered in this process, in several, or far away in any order, they make the same outcome; what is lost on the way is asked again."""

import json
import multiprocessing
import os
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from app.assemble import assemble
from solver.answer import Answering
from solver.case import Case
from solver.part_processes import PartLost, PartProcesses
from solver.rounds import Json, Round, Rounds
from solver.scenario import InvalidScenario
from solver.solve import answer_part, ask, gathered, next_round
from solver.solved_json import layout_of_plan
from solver.watch import Progress, Watch
from tests.builders import PlainTables, scenario, volume_norm, world
from tests.solver.questions.test_every_behaviour import two_futures
from tests.worked_worlds import b3

QUESTIONS: dict[str, Json] = {
    "why_not": {"question": "why_not"},
    "one_site_out": {"question": "one_site_out", "max_minutes": 20},
    "one_site_out of today": {"question": "one_site_out", "of": "today"},
    "regret": {"question": "robustness", "attitude": "regret"},
    "pareto": {"question": "pareto", "objectives": ["travel_time", "sites"], "points": 12},
    "three objectives": {"question": "pareto", "objectives": ["travel_time", "worst_minutes", "sites"]},
    "norm_sweep": {"question": "norm_sweep", "rule": "volume_norm-1", "from": 10, "to": 60},
}
NEAREST_AND_CHOICE: Json = {
    "hips": {"behaviour": "nearest"},
    "knees": {"behaviour": "choice", "weight_per_minute": 0.1},
}
STEERED: Json = {"hips": {"behaviour": "steered"}, "knees": {"behaviour": "nearest"}}


def about(question: Json, *, behaviours: Json = NEAREST_AND_CHOICE, **limits: Any) -> Case:
    asked = scenario(volume_norm(20), behaviours=behaviours, question=question)
    return assemble(two_futures("hips", "knees"), {**asked, "limits": limits})


def told(outcome: Json) -> Json:
    """The outcome without what says when, where and with how many workers it was found."""
    return {name: value for name, value in outcome.items() if name not in ("provenance", "trace", "scenario")}


def whole(case: Case) -> Json:
    return told(ask(case, Watch()).to_json())


def sent(value: Any) -> Any:
    """A value as it arrives on another machine."""
    return json.loads(json.dumps(value, allow_nan=False))


def far_away(case: Case) -> Json:
    """The parts of each round from last to first, each by somebody who knows nothing but the case and the rounds before."""
    rounds: list[list[Json | None]] = []
    while (now := next_round(Answering(case), rounds)) is not None:
        answers = [answer_part(Answering(case), sent(part), sent(rounds), Watch()) for part in reversed(now.parts)]
        rounds.append(sent(answers[::-1]))
    return told(gathered(Answering(case), rounds, Watch()).to_json())


@pytest.mark.parametrize("behaviours", [NEAREST_AND_CHOICE, STEERED], ids=["layouts", "steered"])
@pytest.mark.parametrize("question", QUESTIONS)
def test_parts_answered_far_away_in_any_order_make_the_whole(question: str, behaviours: Json) -> None:
    if behaviours is NEAREST_AND_CHOICE and question == "regret":
        behaviours = {**behaviours, "knees": {"behaviour": "nearest"}}
    case = about(QUESTIONS[question], behaviours=behaviours)
    assert far_away(case) == whole(case)


@pytest.mark.parametrize("question", ["why_not", "pareto"])
def test_two_workers_find_what_one_finds(question: str) -> None:
    assert whole(about(QUESTIONS[question], workers=2)) == whole(about(QUESTIONS[question], workers=1))


def test_a_plan_that_an_outcome_lists_is_read_back_as_its_layout() -> None:
    case = about({"question": "optimise"}, behaviours=STEERED)
    listed = sent(ask(case, Watch()).to_json())["plan"]
    answering, layout = Answering(case), layout_of_plan(listed, case.land)
    assert listed["flows"], "steered care types send their patients somewhere"
    assert answering.plan_json(layout, answering.audited(layout)) == listed


def test_a_question_without_parts_is_gathered_at_once() -> None:
    case = about({"question": "optimise"})
    assert far_away(case) == whole(case)


def test_what_a_worker_refuses_is_refused_in_the_scenarios_words() -> None:
    case = about(
        {"question": "pareto", "objectives": ["travel_time", {"objective": "tail_minutes", "share": 0.1}]}, workers=2
    )
    with pytest.raises(InvalidScenario, match="longest trips of patients who choose") as refusal:
        ask(case, Watch())
    assert refusal.value.problems[0]["fix"]


@pytest.mark.parametrize("workers", [1, 2])
def test_a_question_that_is_stopped_keeps_what_is_known(workers: int) -> None:
    watches: list[Watch] = []

    def stop_at_the_first_price(progress: Progress) -> None:
        if progress.note.startswith("price"):
            watches[0].stop()

    watches.append(Watch(stop_at_the_first_price))
    outcome = ask(about({"question": "why_not"}, workers=workers), watches[0]).to_json()
    assert outcome["plan"] is not None
    assert outcome["stopped_by"] == "cancel"
    assert {row["outcome"] for row in outcome["prices"]} >= {"no_plan_found"}
    assert len(outcome["prices"]) == 6


# --- processes that are lost --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Fragile:
    """A question whose every process ends itself by a signal until it has happened ``times`` times."""

    folder: str
    times: int

    def answer_part(self, answering: Answering, part: Json, rounds: Rounds, watch: Watch) -> Json:
        """The part itself."""
        lost = Path(self.folder) / "lost"
        before = len(lost.read_text()) if lost.exists() else 0
        if part["n"] == 1 and before < self.times:
            lost.write_text("x" * (before + 1))
            os.kill(os.getpid(), signal.SIGKILL)
        return {"square": part["n"] ** 2, "rounds": len(rounds)}


def small() -> Case:
    return assemble(b3(), scenario(volume_norm(50)))


SOME = Round(tuple({"n": n} for n in range(4)))


def test_a_part_whose_process_was_killed_is_answered_by_another(tmp_path: Path) -> None:
    with PartProcesses(Fragile(str(tmp_path), 1), small(), 2) as processes:
        answers = processes.answers(SOME, [[{"before": 1}]], Watch())
    assert answers == [{"square": n**2, "rounds": 1} for n in range(4)]


def test_processes_that_were_killed_between_rounds_are_replaced(tmp_path: Path) -> None:
    with PartProcesses(Fragile(str(tmp_path), 0), small(), 2) as processes:
        processes.answers(SOME, [], Watch())
        idle = [child for child in multiprocessing.active_children() if child.name == "part"]
        for child in idle:
            child.kill()
            child.join()
        answers = processes.answers(SOME, [[{"before": 1}]], Watch())
    assert len(idle) == 2
    assert answers == [{"square": n**2, "rounds": 1} for n in range(4)]


def test_a_part_that_is_lost_twice_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    with (
        PartProcesses(Fragile(str(tmp_path), 9), small(), 2) as processes,
        pytest.raises(PartLost, match=r"part 2 of 4.*memory"),
    ):
        processes.answers(SOME, [], Watch())


def test_parts_that_are_not_begun_in_time_have_no_answer() -> None:
    watch = Watch()
    watch.start(0.0)
    case = about({"question": "why_not"}, workers=2)
    outcome = ask(case, Watch()).to_json()
    rounds = [[answer_part(Answering(case), {"find": "optimum"}, [], Watch())]]
    late = gathered(Answering(case), [*rounds, [None] * 2], watch).to_json()
    assert (late["stopped_by"], late["objectives"]) == ("time_limit", outcome["objectives"])
    assert {row["outcome"] for row in late["prices"]} == {"no_plan_found"}


def test_care_types_fall_into_parts_of_ten_pairs() -> None:
    sites = {f"s{i:02}": float(i) for i in range(12)}
    tables: PlainTables = world({"a": sites, "b": dict.fromkeys(sites, 5.0)}, {"a": 10.0, "b": 5.0})
    case = assemble(tables, scenario(question={"question": "why_not"}))
    first = [[answer_part(Answering(case), {"find": "optimum"}, [], Watch())]]
    now = next_round(Answering(case), first)
    assert now is not None
    assert [len(part["force"]) for part in now.parts] == [10, 2]
