"""A lean process: threads share two heaps, tables are read into them, and what is given up goes back to the system."""

import contextlib
import ctypes
import sys

M_ARENA_MAX, M_TRIM_THRESHOLD = -8, -1
HEAPS = 2
TRIM_BYTES = 1024 * 1024


def be_lean() -> None:
    """Asks the libraries for it: a nation read three times left 145 MB behind, and leaves 52.

    Arrow keeps what it ever used in a pool of its own; glibc gives each of forty threads a heap that never shrinks.
    """
    import pyarrow as pa

    pa.set_memory_pool(pa.system_memory_pool())
    if sys.platform == "linux":
        with contextlib.suppress(AttributeError, OSError):
            library = ctypes.CDLL(None)
            library.mallopt(M_ARENA_MAX, HEAPS)
            library.mallopt(M_TRIM_THRESHOLD, TRIM_BYTES)
