"""How a model is handed to the solver when an earlier try failed: with another seed, or without presolve."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class Way:
    """What is done otherwise than asked; nothing by default. It changes how an answer is found, not which answers are right."""

    seed_added: int = 0
    presolve: bool = True


_WAY: ContextVar[Way | None] = ContextVar("way", default=None)


def way() -> Way:
    """The way of this thread."""
    return _WAY.get() or Way()


@contextmanager
def in_another_way(other: Way) -> Iterator[None]:
    """While inside, every model of this thread is solved that way."""
    token = _WAY.set(other)
    try:
        yield
    finally:
        _WAY.reset(token)
