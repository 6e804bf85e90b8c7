"""Readers see decisions and coarse numbers: no small count, nothing that depends on one, the same from every door."""

import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from app.asking import answer
from app.comparing.plans import laid_out
from app.disclosure.disclosed import disclosed_outcome
from app.disclosure.rule import coarse_package
from app.layers.collections_index import COMPARISON_KINDS, DATASET_KINDS, RUN_KINDS
from app.layers.frames import run_frame
from app.loading import load
from app.store.migrate import migrate
from geodata.demo import demo_scenario, write_demo
from geodata.package import Package
from tests.app.two_tables import PEPPER, TwoTables, two_tables

THRESHOLD = 10.0
KEYS = [
    "area_id",
    "site_id",
    "from_site_id",
    "to_site_id",
    "region_kind",
    "region_id",
    "care_type_id",
    "period",
    "plan",
]


@pytest.fixture
def tables(tmp_path: Path) -> Iterator[TwoTables]:
    """The service with its two care tables, on the embedded database."""
    url = f"sqlite:///{tmp_path / 'store.sqlite'}"
    migrate(url)
    with two_tables(url, tmp_path) as both:
        yield both


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Package:
    """A small made-up region, whose counts are taken for observed ones."""
    folder = tmp_path_factory.mktemp("region")
    write_demo(folder, "small", 1)
    return load(folder)[0]


def layers(tables: TwoTables) -> list[str]:
    """Every layer of the north."""
    ids = tables.north.ids
    return [
        *(f"run-{ids['run_id']}-{kind}" for kind in RUN_KINDS),
        *(f"comparison-{ids['comparison_id']}-{kind}" for kind in COMPARISON_KINDS),
        *(f"dataset-{ids['dataset_id']}-{kind}" for kind in DATASET_KINDS),
    ]


def features(tables: TwoTables, layer: str, role: str) -> pd.DataFrame:
    """A whole layer as the role sees it, without shapes."""
    path = f"/v1/workspaces/north/collections/{layer}/items?limit=10000"
    seen = tables.call("GET", path, key=tables.north.keys[role])
    assert seen.status_code == 200, seen.text
    return pd.DataFrame([feature["properties"] for feature in seen.json()["features"]])


def counts_in(frame: pd.DataFrame) -> list[str]:
    """The columns that count people."""
    return [
        name for name in frame if re.match("cases_per_year|volume|population|inhabitants", name) and "diff" not in name
    ]


def test_no_layer_shows_a_reader_a_small_count_and_every_layer_shows_a_planner_all(tables: TwoTables) -> None:
    hidden = 0
    for layer in layers(tables):
        seen, whole = features(tables, layer, "reader"), features(tables, layer, "planner")
        assert "suppressed" not in whole, layer
        keys = [name for name in KEYS if name in seen]
        beside = seen.merge(whole, on=keys, how="left", suffixes=("", "_true"))
        for name in counts_in(seen):
            shown = pd.to_numeric(beside[name])
            true = pd.to_numeric(beside[f"{name}_true"])
            assert not (shown.notna() & (true.abs() < THRESHOLD)).any(), (layer, name)
            assert not (shown.abs() < THRESHOLD).any(), (layer, name)
            assert beside.loc[shown.isna() & true.notna(), "suppressed"].all(), (layer, name)
            hidden += int((shown.isna() & true.notna()).sum())
    assert hidden > 20


def test_a_reader_sees_the_same_from_every_door(tables: TwoTables) -> None:
    layer, key = f"run-{tables.north.ids['run_id']}-sites", tables.north.keys["reader"]
    seen = features(tables, layer, "reader")
    file = tables.call("GET", f"/v1/workspaces/north/collections/{layer}/file?f=csv", key=key)
    assert file.status_code == 200, file.text
    frame = pd.read_csv(io.BytesIO(file.content))
    both = frame.merge(seen, on=["site_id", "care_type_id", "period"], suffixes=("", "_seen"))
    assert len(both) == len(seen)
    shown, again = (pd.to_numeric(both[name]).to_numpy(dtype=float) for name in ("volume_plan", "volume_plan_seen"))
    assert np.array_equal(shown, again, equal_nan=True)


def test_a_planner_and_a_reader_never_share_an_etag(tables: TwoTables) -> None:
    ids = tables.north.ids
    for path in (
        f"collections/run-{ids['run_id']}-areas/items",
        f"runs/{ids['run_id']}/outcome",
        f"datasets/{ids['dataset_id']}",
    ):
        tags = {
            tables.call("GET", f"/v1/workspaces/north/{path}", key=tables.north.keys[role]).headers["etag"]
            for role in ("planner", "reader")
        }
        assert len(tags) == 2, path


def test_a_readers_outcome_has_the_decisions_and_nothing_that_would_let_a_guess_be_checked(tables: TwoTables) -> None:
    path = f"/v1/workspaces/north/runs/{tables.north.ids['run_id']}/outcome"
    whole, seen = (tables.call("GET", path, key=tables.north.keys[role]).json() for role in ("planner", "auditor"))
    assert seen["plan"]["offers"] == whole["plan"]["offers"]
    assert (seen["outcome"], seen["stopped_by"]) == (whole["outcome"], whole["stopped_by"])
    assert [row["holds"] for row in seen["norms"] if row["holds"] is not None].count(False) == 0
    assert "flows" not in seen["plan"]
    text = json.dumps(seen)
    for secret in (whole["provenance"]["result_sha256"], whole["provenance"]["dataset_sha256"]):
        assert secret not in text
    exact = whole["objectives"][0]["value"]
    assert seen["objectives"][0]["value"] != exact
    assert seen["objectives"][0]["value"] == pytest.approx(exact, rel=0.2)
    assert seen["disclosure"]["threshold"] == THRESHOLD


def test_a_reader_sees_no_objective_to_the_last_digit_in_a_runs_progress(tables: TwoTables) -> None:
    for path in ("", f"/{tables.north.ids['run_id']}"):
        seen = tables.call("GET", f"/v1/workspaces/north/runs{path}", key=tables.north.keys["reader"])
        assert '"value":' not in seen.text.replace('"value":null', "")


def test_a_reader_is_told_the_decisions_of_the_best_plan_and_no_number(tables: TwoTables) -> None:
    run_id = tables.north.ids["run_id"]
    seen = tables.call("GET", f"/v1/workspaces/north/runs/{run_id}/best-plan", key=tables.north.keys["reader"]).json()
    outcome = tables.call("GET", f"/v1/workspaces/north/runs/{run_id}/outcome", key=tables.north.keys["planner"]).json()
    assert seen.pop("offers") == outcome["plan"]["offers"]
    assert seen.pop("best_plan") not in json.dumps(outcome)
    assert seen == {"run_id": run_id, "final": True}


def moved(package: Package, random: np.random.Generator) -> Package:
    """Another region whose coarse counts and hidden places are the same: cases moved between areas one by one."""
    demand = package.tables["demand"]
    shown = coarse_package(package, threshold=THRESHOLD, secret=PEPPER).tables["demand"]["cases_per_year"]
    cases = demand["cases_per_year"].copy()
    small = np.flatnonzero(cases < THRESHOLD)
    for row in random.permutation(small)[:60].tolist():
        changed = cases.copy()
        changed[row] = random.uniform(0.0, THRESHOLD * 0.999)
        candidate = replace(package, tables={**package.tables, "demand": {**demand, "cases_per_year": changed}})
        again = coarse_package(candidate, threshold=THRESHOLD, secret=PEPPER).tables["demand"]["cases_per_year"]
        if np.array_equal(again, shown):
            cases = changed
    return replace(package, tables={**package.tables, "demand": {**demand, "cases_per_year": cases}})


def published(outcome: dict[str, Any], package: Package) -> str:
    """Everything that is worked out for readers from an outcome and its data, as one text."""
    coarse = coarse_package(package, threshold=THRESHOLD, secret=PEPPER)
    told = disclosed_outcome(outcome, coarse, threshold=THRESHOLD)
    both = laid_out("r", "n", told, coarse).both
    return json.dumps(told, sort_keys=True) + "".join(run_frame(both, coarse, kind).to_json() for kind in RUN_KINDS)


def test_regions_that_differ_only_in_small_counts_publish_the_same_to_the_byte(region: Package) -> None:
    outcome = answer(region, demo_scenario("small"), on_progress=lambda _: None)
    other = moved(region, np.random.default_rng(2))
    before, after = (each.tables["demand"]["cases_per_year"] for each in (region, other))
    assert (before != after).sum() >= 5
    assert published(outcome, region) == published(outcome, other)


def test_tables_that_are_modelled_stay_as_they_are(region: Package) -> None:
    about = {**region.tables["package"], "modelled": np.array(["demand", "areas"], dtype=object)}
    modelled = replace(region, tables={**region.tables, "package": about})
    coarse = coarse_package(modelled, threshold=THRESHOLD, secret=PEPPER)
    assert np.array_equal(coarse.tables["demand"]["cases_per_year"], region.tables["demand"]["cases_per_year"])
    observed = coarse_package(region, threshold=THRESHOLD, secret=PEPPER)
    assert not np.array_equal(observed.tables["demand"]["cases_per_year"], region.tables["demand"]["cases_per_year"])


def test_what_is_secret_decides_where_counting_begins(region: Package) -> None:
    one, two = (coarse_package(region, threshold=THRESHOLD, secret=secret).tables["demand"] for secret in ("a", "b"))
    assert not np.array_equal(one["cases_per_year"], two["cases_per_year"])
