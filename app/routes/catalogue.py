"""What can be asked: every rule, objective, behaviour and question, and every table's schema."""

import hashlib
from typing import Any

from fastapi import APIRouter, Depends, Request, Response

from app.deps import principal
from app.errors import NotFound
from app.immutable import immutable
from app.problem import problems
from geodata.schema import table_schemas
from geodata.workbook_template import workbook_template
from solver.catalogue import catalogue

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
router = APIRouter(prefix="/v1", dependencies=[Depends(principal)], tags=["catalogue"])


@router.get("/catalogue")
def the_catalogue() -> dict[str, Any]:
    """Every rule, objective, behaviour and question with its fields, units and meaning."""
    return catalogue()


@router.get("/table-schemas")
def schemas() -> dict[str, Any]:
    """The Table Schema (Frictionless) of every table of a data package."""
    return {"table_schemas": table_schemas()}


@router.get(
    "/workbook-templates/{language}", response_class=Response,
    responses={200: {"content": {WORKBOOK: {"schema": {"type": "string", "format": "binary"}}}}, **problems(400, 404)},
)  # fmt: skip
def template(request: Request, language: str) -> Response:
    """An empty workbook to fill in, a sheet per table, with notes in English (en) or Dutch (nl)."""
    if language not in ("en", "nl"):
        raise NotFound("There is a template in en and in nl.")
    content = workbook_template("nl" if language == "nl" else "en")
    headers = {"Content-Disposition": f'attachment; filename="care-landscape-{language}.xlsx"'}
    answer = immutable(request, content, tag=hashlib.sha256(content).hexdigest()[:32], media_type=WORKBOOK)
    answer.headers.update(headers | {"Cache-Control": "public, max-age=3600"})
    return answer


@router.get("/table-schemas/{table}", responses=problems(400, 404))
def schema(table: str) -> dict[str, Any]:
    """One table's schema."""
    found = table_schemas().get(table.replace("-", "_"))
    if found is None:
        raise NotFound("There is no such table.")
    return found
