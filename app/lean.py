"""A lean process: threads share two heaps, and what they give up goes back to the system."""

import contextlib
import ctypes
import sys

M_ARENA_MAX, M_TRIM_THRESHOLD = -8, -1
HEAPS = 2
TRIM_BYTES = 1024 * 1024


def be_lean() -> None:
    """Asks the C library for it, where it is glibc: else each of forty threads keeps a heap of its own that never shrinks."""
    if sys.platform == "linux":
        with contextlib.suppress(AttributeError, OSError):
            library = ctypes.CDLL(None)
            library.mallopt(M_ARENA_MAX, HEAPS)
            library.mallopt(M_TRIM_THRESHOLD, TRIM_BYTES)
