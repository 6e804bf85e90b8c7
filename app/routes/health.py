"""Whether the service lives, whether it can work, and what it offers at its root."""

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sqlalchemy import select

from app.deps import Reading, ServicesDep, principal
from app.errors import Unavailable
from app.problem import problems
from app.version import VERSION

router = APIRouter(prefix="/v1", dependencies=[Depends(principal)], tags=["service"])


class Health(BaseModel):
    """A sign of life."""

    status: str


class Start(BaseModel):
    """Where to go from here."""

    title: str
    version: str
    links: dict[str, str]


@router.get("/", include_in_schema=False)
@router.get("")
def start(request: Request) -> Start:
    """What this is and where its parts are."""
    base = f"{str(request.base_url).rstrip('/')}/v1"
    parts = {
        "openapi": "openapi.json",
        "workspaces": "workspaces",
        "catalogue": "catalogue",
        "glossary": "glossary",
        "schemas": "table-schemas",
    }
    return Start(
        title="Care landscape", version=VERSION, links={name: f"{base}/{path}" for name, path in parts.items()}
    )


@router.get("/openapi.json", include_in_schema=False)
def description(request: Request) -> JSONResponse:
    """The API's description."""
    return JSONResponse(request.app.openapi())


@router.get("/health/live")
def live() -> Health:
    """The process answers."""
    return Health(status="live")


@router.get("/health/ready", responses=problems(503))
def ready(session: Reading, services: ServicesDep) -> Health:
    """The database answers too, and the service is not about to end."""
    if services.leaving.is_set():
        raise Unavailable("The service is about to end.")
    session.execute(select(1))
    return Health(status="ready")
