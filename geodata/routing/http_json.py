"""One question to a routing engine over HTTP and its JSON answer, with refusals told from outages."""

from __future__ import annotations

import json
from typing import Any

import httpx2

from geodata.routing.engine import EngineUnavailable

SECONDS = 60.0


def ask(address: str, question: object = None) -> tuple[int, dict[str, Any]]:
    """Status and JSON of a GET, or of a POST of a question; raises EngineUnavailable for no answer, 429 and 5xx."""
    try:
        if question is None:
            answer = httpx2.get(address, timeout=SECONDS)
        else:
            answer = httpx2.post(address, json=question, timeout=SECONDS)
    except httpx2.TransportError as reason:
        raise EngineUnavailable(f"no answer ({type(reason).__name__})") from reason
    if answer.status_code == 429 or answer.status_code >= 500:
        raise EngineUnavailable(f"it answered {answer.status_code}")
    try:
        document = answer.json()
    except (json.JSONDecodeError, UnicodeDecodeError) as reason:
        raise EngineUnavailable("its answer is not JSON") from reason
    if not isinstance(document, dict):
        raise EngineUnavailable("its answer is not a JSON object")
    return answer.status_code, document
