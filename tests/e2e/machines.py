"""Machines for tests: workers in network and process namespaces of their own, on one bridge with a PostgreSQL of the test's."""

import os
import secrets
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

TOOLS = ("ip", "unshare")


class Bridge:
    """A bridge of its own between this machine and the ones that a test makes; at most 200 of them."""

    def __init__(self) -> None:
        self._mark = secrets.token_hex(3)
        self._net = f"10.{200 + secrets.randbelow(50)}.{secrets.randbelow(250)}"
        self._name = f"clb{self._mark}"
        self._machines: list[Machine] = []

    @property
    def address(self) -> str:
        """This machine's own address on it."""
        return f"{self._net}.1"

    def machine(self, folder: Path) -> "Machine":
        """One more machine; it can reach this one and the others, and nothing else."""
        number = len(self._machines) + 1
        made = Machine(f"clm{self._mark}-{number}", folder)
        _ip("netns", "add", made.name)
        self._machines.append(made)
        outside, inside = f"clo{self._mark}{number}", f"cli{self._mark}{number}"
        _ip("link", "add", outside, "type", "veth", "peer", "name", inside)
        _ip("link", "set", outside, "master", self._name, "up")
        _ip("link", "set", inside, "netns", made.name)
        for words in (("addr", "add", f"{self._net}.{number + 1}/24", "dev", inside), ("link", "set", inside, "up")):
            _ip("-n", made.name, *words)
        return made

    def __enter__(self) -> "Bridge":
        _ip("link", "add", self._name, "type", "bridge")
        _ip("addr", "add", f"{self.address}/24", "dev", self._name)
        _ip("link", "set", self._name, "up")
        return self

    def __exit__(self, *_: object) -> None:
        for each in self._machines:
            each.switch_off()
            _ip("netns", "del", each.name)
        _ip("link", "del", self._name)


@dataclass
class Machine:
    """One machine: its own network, its own process numbers, its own name."""

    name: str
    folder: Path
    process: "subprocess.Popen[bytes] | None" = None

    def start_worker(self, settings: Mapping[str, str]) -> None:
        """Starts a worker there."""
        environment = {**os.environ, **{f"CARE_LANDSCAPE_{key.upper()}": value for key, value in settings.items()}}
        inside = f"hostname {self.name} && exec {sys.executable} -m app.cli work"
        apart = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc", "--uts", "sh", "-c", inside]
        with (self.folder / f"{self.name}.txt").open("ab") as log:
            self.process = subprocess.Popen(
                ["ip", "netns", "exec", self.name, *apart], env=environment, stdout=log, stderr=log
            )

    def switch_off(self) -> None:
        """SIGKILL to everything in it."""
        processes = [psutil.Process(int(each)) for each in _ip("netns", "pids", self.name).split()]
        for each in processes:
            os.kill(each.pid, signal.SIGKILL)
        if self.process is not None:
            self.process.wait()
            psutil.wait_procs(processes, timeout=10)


@contextmanager
def bridge() -> Iterator[Bridge]:
    """A bridge; skips the test where this system lets us make none."""
    if sys.platform != "linux" or not all(shutil.which(tool) for tool in TOOLS):
        pytest.skip("machines of a test's own need Linux with ip (iproute2) and unshare (util-linux)")
    probe = [
        "unshare",
        "--net",
        "--pid",
        "--fork",
        "--mount-proc",
        "--uts",
        "ip",
        "link",
        "add",
        "probe0",
        "type",
        "bridge",
    ]
    tried = subprocess.run(probe, capture_output=True, text=True)
    if tried.returncode != 0:
        pytest.skip(f"this system lets us make no namespaces or bridges: {tried.stderr.strip()}")
    with Bridge() as made:
        yield made


def _ip(*words: str) -> str:
    return subprocess.run(["ip", *words], check=True, capture_output=True, text=True).stdout
