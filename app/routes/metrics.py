"""The measures of the service for Prometheus; with a token in the settings, only for who sends it."""

import hmac
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Response
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from app.deps import ServicesDep, principal
from app.errors import NotAllowed
from app.problem import problems

router = APIRouter(prefix="/v1", dependencies=[Depends(principal)], tags=["service"])


@router.get("/metrics", response_class=PlainTextResponse, responses=problems(400, 403, 503))
def metrics(services: ServicesDep, authorization: Annotated[str, Header()] = "") -> Response:
    """Requests of this process, and the queue of the whole service."""
    token = services.settings.metrics_token
    if token and not hmac.compare_digest(authorization.encode(), f"Bearer {token}".encode()):
        raise NotAllowed("The measures are for who sends the token of the setting METRICS_TOKEN.")
    return PlainTextResponse(generate_latest(services.metrics.registry), media_type=CONTENT_TYPE_LATEST)
