"""One way, done in a process of its own, with its wall clock, its processor time and its largest memory."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from benchmarks.case import Run, Way

MB = 1024.0
"""Linux counts the largest resident memory in kibibytes."""


def run(way: Way, root: Path) -> Run:
    """Do the way once and measure it. The parent stays small, for a child's peak starts at its parent's."""
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder) / "answer.json"
        command = [sys.executable, "-m", "benchmarks.do", way.function, json.dumps(way.arguments), str(answer)]
        errors = Path(folder) / "errors"
        began = time.perf_counter()
        with errors.open("wb") as told:
            child = subprocess.Popen(command, cwd=root, stdout=subprocess.DEVNULL, stderr=told)
            deadline = threading.Timer(way.seconds, os.kill, (child.pid, signal.SIGKILL))
            deadline.start()
            _, status, usage = os.wait4(child.pid, 0)
            deadline.cancel()
        child.returncode = os.waitstatus_to_exitcode(status)
        lines = errors.read_text(errors="replace").strip().splitlines()
        return Run(
            seconds=time.perf_counter() - began,
            cpu_seconds=usage.ru_utime + usage.ru_stime,
            peak_mb=usage.ru_maxrss / MB,
            answer=json.loads(answer.read_text()) if child.returncode == 0 else None,
            failure="" if child.returncode == 0 else _failure(child.returncode, lines),
        )


def _failure(code: int, lines: list[str]) -> str:
    return "stopped" if code == -9 else lines[-1] if lines else f"exit {code}"
