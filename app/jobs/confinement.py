"""What a child process takes upon itself before it works: little priority, bounded memory and time, no life after its parent."""

import ctypes
import os
import resource
import signal
import sys

from app.jobs.names import start_of

PR_SET_PDEATHSIG = 1
NICENESS = 19
OUT_OF_MEMORY = 77


def confine(*, worker: tuple[int, str], memory_bytes: int, cpu_seconds: int) -> None:
    """Confines this process; ends it at once when its worker (process id and start) is already gone.

    Our parent is the process we are a copy of; it ends with the worker, and we with it.
    """
    _end_with_parent(signal.SIGKILL)
    if start_of(worker[0]) != worker[1]:
        os._exit(1)
    os.nice(NICENESS)
    resource.setrlimit(resource.RLIMIT_DATA, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def end_with_parent(parent: int, *, number: int) -> None:
    """Lets this process be sent a signal when its parent ends; ends it at once when the parent is already gone."""
    _end_with_parent(number)
    if os.getppid() != parent:
        os._exit(1)


def _end_with_parent(number: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, number)
