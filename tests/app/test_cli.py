"""The command line answers, refuses and verifies with the exit codes that scripts rely on."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app import cli
from app.errors import InvalidInput
from geodata.demo import demo_scenario, write_demo

UNKNOWN_SITE = '{"rules": [{"rule": "lock", "site": "nowhere", "care_type": "obstetrics", "state": "open"}]}'


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small made-up region."""
    folder = tmp_path_factory.mktemp("region") / "small"
    write_demo(folder, "small", 1)
    return folder


@pytest.fixture(scope="module")
def scenario(region: Path) -> Path:
    """Its scenario, beside it."""
    path = region.parent / "scenario.json"
    path.write_text(json.dumps(demo_scenario("small")))
    return path


@pytest.fixture(scope="module")
def outcome(region: Path, scenario: Path) -> Path:
    """The scenario's outcome, with flows, and its layers."""
    path = region.parent / "outcome.json"
    arguments = [
        "ask",
        str(region),
        str(scenario),
        "--out",
        str(path),
        "--flows",
        "--layers",
        str(region.parent / "layers"),
    ]
    asked = CliRunner().invoke(cli.commands, arguments)
    assert asked.exit_code == 0, asked.output
    return path


def test_an_answer_is_written_with_its_flows_and_layers(outcome: Path) -> None:
    answer = json.loads(outcome.read_text())
    assert (answer["outcome"], answer["stopped_by"]) == ("optimal", "proof")
    assert answer["plan"]["flows"]
    for kind in ("areas", "sites", "flows"):
        layer = json.loads((outcome.parent / "layers" / f"{kind}.geojson").read_text())
        assert layer["features"]


def test_an_answer_passes_and_a_changed_one_is_refused_with_its_reason(
    outcome: Path, region: Path, tmp_path: Path
) -> None:
    assert CliRunner().invoke(cli.commands, ["verify", str(outcome), str(region)]).exit_code == 0
    answer = json.loads(outcome.read_text())
    answer["objectives"][0]["value"] += 1
    (tmp_path / "changed.json").write_text(json.dumps(answer))
    refused = CliRunner().invoke(cli.commands, ["verify", str(tmp_path / "changed.json"), str(region)])
    assert refused.exit_code == 1
    assert "travel_time" in refused.output


def test_an_answer_for_other_data_is_refused(outcome: Path, tmp_path: Path) -> None:
    write_demo(tmp_path / "other", "small", 2)
    refused = CliRunner().invoke(cli.commands, ["verify", str(outcome), str(tmp_path / "other")])
    assert refused.exit_code == 1
    assert "other data" in refused.output


def test_the_question_of_a_file_takes_the_place_of_the_scenarios(region: Path, scenario: Path, tmp_path: Path) -> None:
    (tmp_path / "question.json").write_text('{"question": "evaluate"}')
    arguments = ["ask", str(region), str(scenario), "--question", str(tmp_path / "question.json"), "--out", "-"]
    asked = CliRunner().invoke(cli.commands, arguments)
    assert asked.exit_code == 0
    assert json.loads(asked.stdout)["scenario"]["question"]["question"] == "evaluate"


def test_sound_data_pass_and_damaged_data_exit_with_one(region: Path, tmp_path: Path) -> None:
    assert CliRunner().invoke(cli.commands, ["check", str(region)]).exit_code == 0
    (tmp_path / "areas.csv").write_text("area_id\n1\n1\n")
    damaged = CliRunner().invoke(cli.commands, ["check", str(tmp_path)])
    assert damaged.exit_code == 1
    assert "areas" in damaged.output


@pytest.mark.parametrize("text", ["{", UNKNOWN_SITE, "[]"])
def test_bad_input_exits_with_two(
    region: Path, tmp_path: Path, text: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bad.json").write_text(text)
    monkeypatch.setattr("sys.argv", ["care-landscape", "ask", str(region), str(tmp_path / "bad.json")])
    with pytest.raises(SystemExit) as left:
        cli.main()
    assert left.value.code == 2
    assert capsys.readouterr().err.strip()


def test_an_address_that_others_can_reach_is_refused() -> None:
    served = CliRunner().invoke(cli.commands, ["serve", "--host", "0.0.0.0"])
    assert isinstance(served.exception, InvalidInput)
