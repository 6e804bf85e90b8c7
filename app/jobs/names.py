"""The name of a worker, from which others on its machine can tell whether it is gone."""

import os
import socket
from pathlib import Path


def own_name() -> str:
    """This process as machine, process id and start: no two workers share it."""
    return f"{_machine()}/{os.getpid()}/{start_of(os.getpid())}"


def is_gone(name: str) -> bool:
    """Whether the named worker was on this machine and is no more; False when it cannot be told."""
    machine, process, start = name.rsplit("/", 2)
    if machine != _machine() or not Path("/proc/self/stat").exists():
        return False
    return start_of(int(process)) != start


def start_of(process: int) -> str:
    """The kernel's start time of a process [clock ticks since boot]; empty when there is none."""
    try:
        text = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return ""
    return text.rsplit(")", 1)[1].split()[19]


def numbering() -> str:
    """Who gave this process its number: this host or this container, the same after a restart of the host."""
    numbered = Path("/proc/self/ns/pid")
    known = [str(numbered.stat().st_ino)] if numbered.exists() else []
    return "-".join([socket.gethostname(), *known])


def _machine() -> str:
    """What numbers its processes by itself: this host since it was started, or this container."""
    boot = Path("/proc/sys/kernel/random/boot_id")
    known = [boot.read_text().strip()[:8]] if boot.exists() else []
    return "-".join([numbering(), *known])
