"""Real routing engines for tests: OSRM and Valhalla on the map of Liechtenstein, each a process of its own on loopback."""

from __future__ import annotations

import importlib.util
import json
import select
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
MAP_DAY = "2015-07-27"


def engine_folder(package: str, program: str) -> Path:
    """Where an engine's package lies: `make engines` put it there, or it is installed; skips the test if neither."""
    found = importlib.util.find_spec(package)
    places = [ROOT / ".engines" / package]
    places += [Path(found.origin).parent] if found is not None and found.origin else []
    for place in places:
        if (place / "bin" / program).exists():
            return place
    pytest.skip(f"needs {program}, which is not here: make engines")


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Server:
    """A process that answers on a port of loopback; started again it answers on the same one."""

    command: list[str]
    ready: str
    """What it prints when it is ready; blank: it listens when it is."""
    port: int
    process: subprocess.Popen[str] | None = None

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Starts it and waits until it says that it is ready."""
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        assert self.process.stdout is not None
        if not self.ready:
            self._wait_for_the_port()
            return
        told = []
        for line in self.process.stdout:
            told.append(line)
            if self.ready in line:
                return
        raise AssertionError("".join(told))

    def _wait_for_the_port(self) -> None:
        assert self.process is not None
        while self.process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
                select.select([], [], [], 0.05)
        raise AssertionError("it ended by itself")

    def kill(self) -> None:
        """Ends it at once, as a crash would."""
        if self.process is not None:
            assert self.process.stdout is not None
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.process.stdout.close()
            self.process = None


def prepared_osrm(shared: Path, folder: Path) -> Path:
    """The files of OSRM for cars on the map of Liechtenstein, made in a folder (4 s)."""
    place = engine_folder("osrm", "osrm-extract")
    (folder / "map.osm.pbf").write_bytes((shared / "data/osm-liechtenstein/liechtenstein-latest.osm.pbf").read_bytes())
    profile = ["-p", str(place / "share" / "profiles" / "car.lua"), "--data_version", MAP_DAY]
    for program, given in (
        ("extract", [*profile, "map.osm.pbf"]),
        ("partition", ["map.osrm"]),
        ("customize", ["map.osrm"]),
    ):
        subprocess.run([place / "bin" / f"osrm-{program}", *given], cwd=folder, check=True, capture_output=True)
    return folder / "map.osrm"


def osrm_server(prepared: Path) -> Server:
    """An osrm-routed on prepared files, not started yet."""
    port = free_port()
    program = engine_folder("osrm", "osrm-routed") / "bin" / "osrm-routed"
    command = [str(program), "-i", "127.0.0.1", "-p", str(port), "-t", "1", "-a", "MLD", str(prepared)]
    return Server(command, "running and waiting for requests", port)


def valhalla_server(shared: Path, folder: Path) -> Server:
    """A valhalla_service on tiles made in a folder (2 s), not started yet."""
    place = engine_folder("valhalla", "valhalla_service")
    port = free_port()
    service = {"listen": f"tcp://127.0.0.1:{port}"}
    service |= {name: f"ipc://{folder}/{name}" for name in ("loopback", "interrupt")}
    writer = [sys.executable, str(place / "valhalla_build_config.py"), "--mjolnir-tile-dir", str(folder / "tiles")]
    configuration = json.loads(subprocess.run(writer, check=True, capture_output=True, text=True).stdout)
    for absent in ("tile_extract", "traffic_extract", "admin", "timezone"):
        configuration["mjolnir"].pop(absent, None)
    configuration["httpd"]["service"] |= service
    for part in ("loki", "thor", "odin", "meili"):
        configuration[part]["service"]["proxy"] = f"ipc://{folder}/{part}"
    (folder / "valhalla.json").write_text(json.dumps(configuration))
    given = ["-c", "valhalla.json", str(shared / "data/osm-liechtenstein/liechtenstein-latest.osm.pbf")]
    subprocess.run([place / "bin" / "valhalla_build_tiles", *given], cwd=folder, check=True, capture_output=True)
    return Server([str(place / "bin" / "valhalla_service"), str(folder / "valhalla.json"), "1"], "", port)
