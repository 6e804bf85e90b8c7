"""What can be asked: every rule, objective, behaviour and question, and every table's schema."""

from typing import Any

from fastapi import APIRouter, Depends

from app.deps import principal
from app.errors import NotFound
from app.problem import problems
from geodata.schema import table_schemas
from solver.scenario import catalogue

router = APIRouter(prefix="/v1", dependencies=[Depends(principal)], tags=["catalogue"])


@router.get("/catalogue")
def the_catalogue() -> dict[str, Any]:
    """Every rule, objective, behaviour and question with its fields, units and meaning."""
    return catalogue()


@router.get("/table-schemas")
def schemas() -> dict[str, Any]:
    """The Table Schema (Frictionless) of every table of a data package."""
    return {"table_schemas": table_schemas()}


@router.get("/table-schemas/{table}", responses=problems(400, 404))
def schema(table: str) -> dict[str, Any]:
    """One table's schema."""
    found = table_schemas().get(table.replace("-", "_"))
    if found is None:
        raise NotFound("There is no such table.")
    return found
