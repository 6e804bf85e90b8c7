"""JSON read to the letter: no NaN or Infinity, no member named twice."""

from __future__ import annotations

import json
from typing import Any


def strict_json(content: bytes) -> Any:
    """JSON without NaN, Infinity or members named twice; raises ValueError (RecursionError if nested too deep)."""

    def no_constant(text: str) -> None:
        raise ValueError(f"{text} is not JSON")

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        result = dict(pairs)
        if len(result) < len(pairs):
            seen: set[str] = set()
            twice = next(k for k, _ in pairs if k in seen or seen.add(k))  # type: ignore[func-returns-value]
            raise ValueError(f"the member {twice[:60]!r} is given twice in one object")
        return result

    return json.loads(content.decode("utf-8-sig"), parse_constant=no_constant, object_pairs_hook=once)
