"""Where things are, as the caller reaches them, and the links that say so."""

from fastapi import Request
from pydantic import BaseModel


class Link(BaseModel):
    """A link as OGC API has it; `templated` where its href has parts to fill in."""

    href: str
    rel: str
    type: str
    title: str
    templated: bool | None = None


def service_address(request: Request) -> str:
    """The address of the API."""
    return f"{str(request.base_url).rstrip('/')}/v1"


def workspace_address(request: Request, workspace_id: str) -> str:
    """The address of a workspace."""
    return f"{service_address(request)}/workspaces/{workspace_id}"
