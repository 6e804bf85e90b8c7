"""A real service for tests: its own process, its own database, a free port, and plain HTTP to talk to it."""

import json
import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from geodata.demo import demo_scenario, write_demo

ZIP = "application/zip"
JSON = "application/json"


@dataclass(frozen=True)
class Answer:
    """What came back: status, headers (lower case), body."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


@dataclass
class Service:
    """A `serve` process over a data directory; started again it finds what it left."""

    directory: Path
    settings: dict[str, str] = field(default_factory=dict)
    address: str = ""
    process: subprocess.Popen[str] | None = None
    code: Path | None = None
    """Where the code is, if not here: run from there, with no other programs in reach."""
    workers: int = 0
    """Workers in processes of their own, in place of the one inside."""
    key: str = ""
    """The API key to call with, where the service has accounts."""

    def start(self) -> None:
        """Starts it and waits until it says where it listens."""
        environment = {
            **os.environ,
            "CARE_LANDSCAPE_DATA_DIRECTORY": str(self.directory),
            **{f"CARE_LANDSCAPE_{name.upper()}": value for name, value in self.settings.items()},
        }
        if self.code is not None:
            environment |= {"PYTHONPATH": str(self.code), "PATH": str(self.code)}
        command = [sys.executable, "-m", "app.cli", "serve", "--port", "0", "--workers", str(self.workers)]
        with (self.directory / "log.txt").open("a") as log:
            self.process = subprocess.Popen(
                command, env=environment, cwd=self.code, stdout=subprocess.PIPE, stderr=log, text=True
            )
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if found := re.match(r"API\s+(http://\S+)/v1/", line):
                self.address = found[1]
                return
        self.process.stdout.close()
        self.process.wait()
        raise AssertionError((self.directory / "log.txt").read_text())

    def end(self, number: int = signal.SIGTERM) -> None:
        """Ends it by a signal and waits until it is gone; nothing to do when it is not there."""
        if self.process is None or self.process.poll() is not None:
            return
        assert self.process.stdout is not None
        self.process.send_signal(number)
        self.process.wait()
        self.process.stdout.close()

    def call(self, method: str, path: str, body: bytes | None = None, *, kind: str = JSON, **headers: str) -> Answer:
        """One request; `path` is below the local workspace unless it begins with /v1 or /pages."""
        where = path if path.startswith(("/v1", "/pages")) else f"/v1/workspaces/local{path}"
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.key:
            given["X-API-Key"] = self.key
        if body is not None:
            given["Content-Type"] = kind
        request = urllib.request.Request(self.address + where, data=body, method=method, headers=given)
        try:
            with urllib.request.urlopen(request) as answer:
                return Answer(answer.status, _lower(answer.headers), answer.read())
        except urllib.error.HTTPError as refused:
            with refused:
                return Answer(refused.code, _lower(refused.headers), refused.read())

    def post(self, path: str, value: Any) -> Answer:
        """Posts JSON."""
        return self.call("POST", path, json.dumps(value).encode())

    def scenario_on(self, package: Path, scenario: dict[str, Any]) -> str:
        """Loads a zipped package and a scenario about it; the scenario's id."""
        dataset = self.call("POST", "/datasets", package.read_bytes(), kind=ZIP)
        assert dataset.status == 201, dataset.body
        made = self.post("/scenarios", {**scenario, "dataset_id": dataset.json["id"]})
        assert made.status == 201, made.body
        return str(made.json["id"])

    def run(self, scenario_id: str, **more: Any) -> str:
        """Starts a run; its id."""
        accepted = self.post("/runs", {"scenario_id": scenario_id, **more})
        assert accepted.status == 202, accepted.body
        return str(accepted.json["id"])

    def events(self, run_id: str) -> list[tuple[str, Any]]:
        """Every event of a run until it has ended."""
        text = self.call("GET", f"/runs/{run_id}/events").body.decode()
        return [
            (event[1], json.loads(data[1]))
            for block in text.split("\n\n")
            if (event := re.search(r"^event: (.*)$", block, re.MULTILINE))
            and (data := re.search(r"^data: (.*)$", block, re.MULTILINE))
        ]

    def ended(self, run_id: str) -> Any:
        """The run, once it has ended."""
        return self.events(run_id)[-1][1]

    def until(self, run_id: str, phase: str) -> None:
        """Follows the run until its progress names this phase."""
        self._followed(run_id, lambda told: told.get("phase") == phase)

    def until_told(self, run_id: str, name: str) -> Any:
        """Follows the run until its progress has a value of this name; the value."""
        return self._followed(run_id, lambda told: told.get(name) is not None)[name]

    def _followed(self, run_id: str, seen: Callable[[Any], bool]) -> Any:
        request = urllib.request.Request(f"{self.address}/v1/workspaces/local/runs/{run_id}/events")
        with urllib.request.urlopen(request) as answer:
            for line in answer:
                if line.startswith(b"data: ") and seen(told := json.loads(line[6:])):
                    return told
        raise AssertionError("the run ended before that")


def made_up(directory: Path, size: Any = "small") -> tuple[Path, dict[str, Any]]:
    """A zipped made-up region in the directory, and its scenario."""
    write_demo(directory / "package", size, 1)
    return zipped(directory / "package", directory / f"{size}.zip"), demo_scenario(size)


def zipped(package: Path, target: Path) -> Path:
    """The tables of a package folder as one zip; other JSON than the description is left out."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
        for path in sorted(package.iterdir()):
            if path.suffix != ".json" or path.name == "datapackage.json":
                file.write(path, path.name)
    return target


def _lower(headers: Any) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
