"""Travel times from real engines on a real map, engines that stop on the way, and the estimate where there is none."""

from __future__ import annotations

import csv
import importlib.util
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest

from geodata.importers.build import import_region
from geodata.routing import estimate as model
from geodata.routing.batches import ATTEMPTS, RoutingStopped, route
from geodata.routing.engine import Block, EngineUnavailable, RoutingError
from geodata.routing.matrix import MixedEnginesError, Points, Provenance, join
from geodata.routing.osrm import NotAvailableError, Osrm, block_of, open_osrm
from geodata.routing.valhalla import Valhalla, open_valhalla
from tests.geodata.engines import MAP_DAY, Server, osrm_server, prepared_osrm, valhalla_server
from tests.geodata.written import sound


def impatient(seconds: float) -> None:
    """Waits for nothing: the test decides when an engine is back."""


def places(path: Path, column: str) -> Points:
    """The places of a table with lat and lon."""
    with path.open(newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    lat, lon = (np.array([float(row[name]) for row in rows]) for name in ("lat", "lon"))
    return Points(tuple(row[column] for row in rows), lat, lon)


@dataclass(frozen=True)
class Valley:
    """Liechtenstein: 19 places, one hospital, and the minutes that OSRM gave for them."""

    areas: Points
    sites: Points
    minutes: np.ndarray


@pytest.fixture(scope="module")
def valley(shared: Path) -> Valley:
    """The routed case beside the project."""
    folder = shared / "data" / "osm-liechtenstein"
    with (folder / "osrm_car_minutes.csv").open(newline="") as lines:
        rows = list(csv.reader(lines))
    areas = places(folder / "areas.csv", "area_id")
    assert [row[0] for row in rows[1:]] == list(areas.ids)
    return Valley(areas, places(folder / "sites.csv", "site_id"), np.array([[float(row[1])] for row in rows[1:]]))


@pytest.fixture(scope="module")
def prepared(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """OSRM's files, made from the map once."""
    return prepared_osrm(shared, tmp_path_factory.mktemp("osrm"))


@pytest.fixture
def server(prepared: Path) -> Iterator[Server]:
    """An OSRM server in its own process."""
    made = osrm_server(prepared)
    made.start()
    yield made
    made.kill()


def osrm(server: Server, **changes: object) -> Osrm:
    return replace(Osrm(server.address, "car", "26.10.0", MAP_DAY), **changes)  # type: ignore[arg-type]


def test_osrm_on_loopback_gives_the_known_minutes(server: Server, valley: Valley, tmp_path: Path) -> None:
    matrix = route(osrm(server), valley.areas, valley.sites, tmp_path, wait=impatient)
    assert np.abs(matrix.minutes - valley.minutes).max() <= 0.1
    assert (matrix.km > 0.5).all()
    assert matrix.provenance.text() == "OSRM 26.10.0, profile car, map of 2015-07-27"
    assert set(matrix.off_road_km) == {*valley.areas.ids, *valley.sites.ids}


def test_an_engine_killed_halfway_and_started_again_still_gives_the_whole_matrix(
    server: Server, valley: Valley, tmp_path: Path
) -> None:
    """It dies after nine of nineteen answers; while we wait it comes back, and nothing is asked twice."""
    waited: list[float] = []

    def start_again(seconds: float) -> None:
        waited.append(seconds)
        server.start()

    def die_halfway(done: int, of: int) -> None:
        if (done, of) == (9, 19):
            server.kill()

    matrix = route(
        osrm(server), valley.areas, valley.sites, tmp_path, wait=start_again, progress=die_halfway, at_most=2
    )
    assert waited == [0.5]
    assert np.abs(matrix.minutes - valley.minutes).max() <= 0.1


def test_a_job_that_gave_up_goes_on_where_it_stopped(server: Server, valley: Valley, tmp_path: Path) -> None:
    """The engine stays away: the job says so and keeps nine answers. Asked again, only ten questions are left."""

    def die_halfway(done: int, of: int) -> None:
        if done == 9:
            server.kill()

    with pytest.raises(RoutingStopped, match=f"did not answer {ATTEMPTS} times in a row.*9 of 19 batches are kept"):
        route(osrm(server), valley.areas, valley.sites, tmp_path, wait=impatient, progress=die_halfway, at_most=2)
    assert len(list(tmp_path.glob("*/batch-*.json"))) == 9
    server.start()
    asking = Counting(osrm(server))
    matrix = route(asking, valley.areas, valley.sites, tmp_path, wait=impatient, at_most=2)
    assert asking.asked == 10
    assert np.abs(matrix.minutes - valley.minutes).max() <= 0.1


def test_blocks_of_any_size_give_the_same_matrix(server: Server, valley: Valley, tmp_path: Path) -> None:
    """All places as sites too, so that rows and columns are both split."""
    whole = route(osrm(server), valley.areas, valley.areas, tmp_path, wait=impatient)
    split = route(osrm(server), valley.areas, valley.areas, tmp_path, wait=impatient, at_most=7)
    assert np.array_equal(whole.minutes, split.minutes)
    assert np.array_equal(np.diag(whole.minutes), np.zeros(19))


def test_osrm_says_what_it_refuses(server: Server, valley: Valley, tmp_path: Path) -> None:
    turned = Points(valley.areas.ids, valley.areas.lon + 90, valley.areas.lat)
    with pytest.raises(RoutingError, match="Correct the coordinates"):
        route(osrm(server), turned, valley.sites, tmp_path, wait=impatient)
    many = Points(valley.areas.ids * 30, np.tile(valley.areas.lat, 30), np.tile(valley.areas.lon, 30))
    with pytest.raises(RoutingError, match="max-table-size"):
        route(osrm(server, at_most=2000), many, valley.areas, tmp_path, wait=impatient)


def test_another_map_halfway_is_refused(server: Server, valley: Valley, tmp_path: Path) -> None:
    """Kept answers of one map and new answers of another are never one matrix."""
    route(osrm(server), valley.areas, valley.sites, tmp_path, wait=impatient, at_most=2)
    for kept in sorted(tmp_path.glob("*/batch-*.json"))[:9]:
        kept.write_text(kept.read_text().replace(MAP_DAY, "2014-01-01"))
    with pytest.raises(MixedEnginesError, match="2014-01-01 and is now 2015-07-27"):
        route(osrm(server), valley.areas, valley.sites, tmp_path, wait=impatient, at_most=2)


def test_a_kept_answer_cut_short_is_asked_again(server: Server, valley: Valley, tmp_path: Path) -> None:
    first = route(osrm(server), valley.areas, valley.sites, tmp_path, wait=impatient, at_most=2)
    cut = sorted(tmp_path.glob("*/batch-*.json"))[4]
    cut.write_text(cut.read_text()[:40])
    asking = Counting(osrm(server))
    again = route(asking, valley.areas, valley.sites, tmp_path, wait=impatient, at_most=2)
    assert asking.asked == 1
    assert np.array_equal(first.minutes, again.minutes)


def test_valhalla_on_loopback_tells_its_version_and_gives_minutes_like_osrms(
    shared: Path, valley: Valley, tmp_path: Path
) -> None:
    folder = tmp_path / "valhalla"
    folder.mkdir()
    server = valhalla_server(shared, folder)
    server.start()
    try:
        engine = open_valhalla(server.address, extract_date=MAP_DAY)
        matrix = route(engine, valley.areas, valley.sites, tmp_path, wait=impatient)
        far = Points(("far", "near"), np.array([52.1, valley.areas.lat[1]]), np.array([5.1, valley.areas.lon[1]]))
        with pytest.raises(RoutingError, match="Valhalla refuses the question"):
            route(engine, far, valley.sites, tmp_path, wait=impatient)
    finally:
        server.kill()
    assert engine.provenance.text().startswith("Valhalla 3.")
    assert np.isfinite(matrix.minutes).all()
    ratio = matrix.minutes / valley.minutes
    assert 0.6 < np.median(ratio) < 1.4
    assert np.corrcoef(matrix.minutes[:, 0], valley.minutes[:, 0])[0, 1] > 0.9


def test_a_pair_without_a_way_stays_unreachable_and_is_never_zero() -> None:
    answer = {
        "durations": [[60, None], [None, 0]], "distances": [[1000, None], [None, 0]],
        "sources": [{"distance": 1}, {"distance": 2}], "destinations": [{"distance": 3}, {"distance": 4}],
    }  # fmt: skip
    block = block_of(answer, 2, 2)
    assert block.minutes.tolist() == [[1, np.inf], [np.inf, 0]]
    assert block.km.tolist() == [[1, np.inf], [np.inf, 0]]
    with pytest.raises(RoutingError, match="shape of a table"):
        block_of(answer | {"durations": [[60]]}, 2, 2)


@pytest.mark.skipif(importlib.util.find_spec("osrm") is None, reason="needs the extra osrm, for Python 3.12 and newer")
def test_osrm_in_this_process_gives_the_known_minutes(prepared: Path, valley: Valley, tmp_path: Path) -> None:
    engine = open_osrm(prepared, profile="car", extract_date=MAP_DAY)
    matrix = route(engine, valley.areas, valley.sites, tmp_path, wait=impatient)
    assert np.abs(matrix.minutes - valley.minutes).max() <= 0.1


@pytest.mark.skipif(importlib.util.find_spec("osrm") is not None, reason="the extra osrm is here")
def test_osrm_in_this_process_says_where_it_can_be_had() -> None:
    with pytest.raises(NotAvailableError, match=r"Python 3\.12|care-landscape\[osrm\]"):
        open_osrm(Path("map.osrm"), profile="car", extract_date=MAP_DAY)


@dataclass
class Counting:
    """An engine that counts what it is asked."""

    inner: Osrm
    asked: int = 0

    @property
    def provenance(self) -> Provenance:
        return self.inner.provenance

    @property
    def at_most(self) -> int:
        return self.inner.at_most

    def block(self, origins: Points, destinations: Points) -> Block:
        self.asked += 1
        return self.inner.block(origins, destinations)


def test_an_address_where_nobody_listens_is_waited_for_ever_longer(tmp_path: Path) -> None:
    waits: list[float] = []
    one = Points(("a",), np.array([47.1]), np.array([9.5]))
    nobody = Osrm("http://127.0.0.1:9", "car", "26.10.0", MAP_DAY)
    with pytest.raises(EngineUnavailable):
        nobody.block(one, one)
    with pytest.raises(RoutingStopped):
        route(nobody, one, one, tmp_path, wait=waits.append)
    assert waits == [0.5, 1, 2, 4, 8]


# --- one matrix, one engine --------------------------------------------------------------------------------------


def square(*lat: float) -> Points:
    return Points(tuple(f"p{i}" for i in range(len(lat))), np.array(lat), np.full(len(lat), 5.0))


def nothing_known(areas: Points, sites: Points) -> model.Density:
    return model.Density(np.full(len(areas.ids), np.nan), np.full(len(sites.ids), np.nan))


def test_matrices_of_two_engines_are_never_joined() -> None:
    here, there = square(52.0, 52.1), square(52.2)
    made = model.estimate(here, there, nothing_known(here, there))
    routed = replace(made, provenance=Provenance("OSRM", "26.10.0", "car", MAP_DAY))
    with pytest.raises(MixedEnginesError, match="route all pairs again"):
        join([made, routed])
    assert join([made, made]).minutes.shape == (4, 1)


# --- the estimate ------------------------------------------------------------------------------------------------


def test_the_estimate_grows_with_distance_and_says_that_it_is_one() -> None:
    here = square(52.0)
    there = Points(("near", "far"), np.array([52.0, 52.5]), np.array([5.0, 5.0]))
    made = model.estimate(here, there, nothing_known(here, there))
    assert made.minutes[0, 0] == 3.1
    assert made.minutes[0, 1] > 40
    assert made.provenance.text() == "ESTIMATE 1, car from distance and density"
    assert np.isnan(made.km).all()


def test_a_factor_from_routed_pairs_makes_the_estimate_right_in_the_median() -> None:
    guess, routed = np.array([[10.0, 20, 30, 40]]), np.array([[12.0, 24, np.inf, 80]])
    assert model.calibrated(guess, routed) == pytest.approx(1.2)
    with pytest.raises(ValueError, match="No pair"):
        model.calibrated(guess, np.full((1, 4), np.nan))


def test_density_counts_the_inhabitants_within_five_kilometres() -> None:
    homes = square(52.0, 52.01, 53.0)
    density = model.densities(homes, np.array([1000.0, np.nan, 78540.0]), square(52.005))
    around = np.pi * 25
    assert density.areas.tolist() == pytest.approx([1000 / around, 1000 / around, 78540 / around])
    assert density.sites.tolist() == pytest.approx([1000 / around])


def test_the_estimate_is_within_five_minutes_of_osrm_in_the_valley(valley: Valley) -> None:
    made = model.estimate(valley.areas, valley.sites, nothing_known(valley.areas, valley.sites))
    assert np.abs(made.minutes - valley.minutes).mean() < 3


def test_a_recipe_asks_osrm_for_minutes_kilometres_and_times_between_sites(
    server: Server, shared: Path, valley: Valley, tmp_path: Path
) -> None:
    """With the provenance that the recipe states in the column source; a recipe that states none is refused."""
    for name in ("areas", "sites"):
        (tmp_path / f"{name}.csv").write_bytes((shared / "data" / "osm-liechtenstein" / f"{name}.csv").read_bytes())
    asked = f'osrm = {{ address = "{server.address}", version = "26.10.0", extract_date = "{MAP_DAY}" }}'
    recipe = f"""
name = "valley"
areas = {{ file = "areas.csv", if_missing = {{ population = 10 }} }}
sites = {{ file = "sites.csv" }}
care_types = [{{ care_type_id = "emergency", demand = {{ per_inhabitant = 1 }}, offered = ["n326058662"] }}]
[[travel]]
site_times = true
{asked}
"""
    (tmp_path / "recipe.toml").write_text(recipe)
    done = import_region(tmp_path / "recipe.toml", tmp_path / "out", batches=tmp_path / "kept", wait=impatient)
    assert done.written, [p.text() for p in done.problems]
    travel = sound(tmp_path / "out").tables["travel_times"]
    assert np.abs(travel["minutes"][0] - valley.minutes).max() <= 0.1
    assert (travel["km"][0] > 0.5).all()
    assert travel["source"].tolist() == [f"OSRM 26.10.0, profile car, map of {MAP_DAY}"]
    (tmp_path / "recipe.toml").write_text(recipe.replace(', version = "26.10.0"', ""))
    again = import_region(tmp_path / "recipe.toml", tmp_path / "other", batches=tmp_path / "kept", wait=impatient)
    assert [p.field for p in again.problems] == ["travel[1].osrm.version"]


# --- an engine that is there now and then ------------------------------------------------------------------------


class Weathered(BaseHTTPRequestHandler):
    """A server that speaks Valhalla's protocol for two valleys without a road between them (places north and south of 50
    degrees), and that is now and then too busy."""

    busy: ClassVar[list[int]] = []
    asked: ClassVar[list[tuple[int, int]]] = []

    def do_POST(self) -> None:
        question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.busy:
            self._answer(self.busy.pop(), {"error": "too busy"})
            return
        sources, targets = ([place["lat"] > 50 for place in question[word]] for word in ("sources", "targets"))
        self.asked.append((len(sources), len(targets)))
        if not set(sources) & set(targets):
            self._answer(400, {"error_code": 170, "error": "Locations are in unconnected regions."})
            return
        cells = [
            [{"time": 60 if a == b else None, "distance": 1 if a == b else None} for b in targets] for a in sources
        ]
        self._answer(200, {"sources_to_targets": cells})

    def _answer(self, status: int, document: object) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 the name is the library's
        """Says nothing."""


@pytest.fixture
def valleys() -> Iterator[Valhalla]:
    """Valhalla's client and the server of two valleys on loopback."""
    Weathered.busy.clear()
    Weathered.asked.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Weathered) as listening:
        thread = threading.Thread(target=listening.serve_forever)
        thread.start()
        yield Valhalla(f"http://127.0.0.1:{listening.server_port}", "auto", "3.9.1", MAP_DAY)
        listening.shutdown()
        thread.join()


def test_places_that_no_road_connects_are_unreachable_pair_by_pair(valleys: Valhalla, tmp_path: Path) -> None:
    """A block that Valhalla calls unconnected as a whole is asked in parts; in a mixed block it says null itself."""
    north, south, both = square(51.0, 52.0), square(49.0, 48.0), square(51.0, 49.0)
    apart = route(valleys, north, south, tmp_path, wait=impatient)
    assert np.isinf(apart.minutes).all()
    assert Weathered.asked == [(2, 2), (1, 2), (1, 1), (1, 1), (1, 2), (1, 1), (1, 1)]
    mixed = route(valleys, both, both, tmp_path, wait=impatient)
    assert mixed.minutes.tolist() == [[1, np.inf], [np.inf, 1]]
    assert mixed.km.tolist() == [[1, np.inf], [np.inf, 1]]


def test_an_engine_that_is_too_busy_is_asked_again_and_one_that_refuses_is_not(
    valleys: Valhalla, tmp_path: Path
) -> None:
    waits: list[float] = []
    Weathered.busy += [429, 503]
    there = square(51.0)
    assert route(valleys, there, there, tmp_path, wait=waits.append).minutes.tolist() == [[1]]
    assert waits == [0.5, 1]
    Weathered.busy += [400]
    with pytest.raises(RoutingError, match="too busy"):
        route(valleys, there, there, tmp_path / "other", wait=waits.append)
    assert waits == [0.5, 1]
