"""A question's size is counted before anything is built, and refused exactly one beyond each quota, which it names."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.errors import InvalidInput
from app.jobs.ladder import step
from app.quota import ModelSize, demand_within, model_size, queue_of
from app.settings import Settings

SIZE = ModelSize(areas=4, sites=2, care_types=3, periods=2, futures=2, pairs=5)
QUOTAS = ("areas", "sites", "care_types", "periods", "futures")


def settings(tmp_path: Path, **more: Any) -> Settings:
    return Settings(data_directory=tmp_path, **more)


def test_the_counts_are_those_of_the_tables_and_the_scenario() -> None:
    tables = {
        "areas": {"area_id": np.array(["a", "b", "c", "d"])},
        "sites": {"site_id": np.array(["s", "t"])},
        "care_types": {"care_type_id": np.array(["hip", "eye", "sea"])},
        "site_care": {"care_type_id": np.array(["hip", "hip", "eye", "sea", "sea"])},
        "periods": {"period_id": np.array(["p", "q"])},
    }
    assert model_size(tables, {}) == ModelSize(areas=4, sites=2, care_types=3, periods=2, futures=1, pairs=5)
    asked = {"care_types": ["hip"], "periods": ["p"], "question": {"question": "robustness", "futures": ["x", "y"]}}
    assert model_size(tables, asked) == ModelSize(areas=4, sites=2, care_types=1, periods=1, futures=2, pairs=2)
    assert SIZE.cells == 4 * 5 * 2 * 2


@pytest.mark.parametrize("name", [*QUOTAS, "model_cells"])
@pytest.mark.parametrize(("room", "refused"), [(-1, True), (0, False), (1, False)])
def test_exactly_the_quota_is_within_and_one_more_is_refused_by_name(
    tmp_path: Path, name: str, room: int, refused: bool
) -> None:
    count = SIZE.cells if name == "model_cells" else vars(SIZE)[name]
    quota = settings(tmp_path, **{f"most_{name}": count + room})
    if not refused:
        demand_within(SIZE, quota)
        return
    with pytest.raises(InvalidInput) as told:
        demand_within(SIZE, quota)
    assert [finding.where for finding in told.value.findings] == [name]
    assert f"most_{name}" in told.value.findings[0].problem


def test_every_quota_exceeded_is_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as told:
        demand_within(SIZE, settings(tmp_path, most_areas=1, most_sites=1, most_model_cells=1))
    assert {finding.where for finding in told.value.findings} == {"areas", "sites", "model_cells"}


@pytest.mark.parametrize(("cells", "seconds", "queue"), [(80, 60, "small"), (79, 60, "big"), (80, 61, "big")])
def test_a_run_waits_in_the_small_queue_when_its_model_and_its_limit_are_small(
    tmp_path: Path, cells: int, seconds: float, queue: str
) -> None:
    quota = settings(tmp_path, small_model_cells=cells, small_seconds=60)
    assert queue_of(SIZE, {"limits": {"seconds": seconds}}, quota) == queue


def test_every_further_try_goes_another_way() -> None:
    assert [step(attempt) for attempt in (1, 2, 3, 4)] == ["as_asked", "other_seed", "presolve_off", "presolve_off"]
