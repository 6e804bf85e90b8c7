"""The published description of the API: paths under its version, problem+json for every error."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel

from app.layers.parameters import as_ogc_defines
from app.problem import MEDIA_TYPE, Problem
from app.schemas.comparisons import ComparisonRequest
from app.schemas.grants import GrantRequest
from app.schemas.ledgers import LedgerRequest
from app.schemas.made_up_regions import MadeUpRegionRequest
from app.schemas.runs import RunRequest
from app.schemas.scenarios import ScenarioRequest
from app.schemas.webhooks import WebhookRequest
from app.version import VERSION
from solver.written_scenario import Scenario

PREFIX = "/v1"
REF = "#/components/schemas/{model}"
BODIES: tuple[type[BaseModel], ...] = (
    ScenarioRequest,
    RunRequest,
    WebhookRequest,
    ComparisonRequest,
    MadeUpRegionRequest,
    LedgerRequest,
    GrantRequest,
)
CONTACT = {
    "name": "Care landscape",
    "url": "https://care-landscape.example.org",
    "email": "care-landscape@example.org",
}


def takes(model: type[BaseModel]) -> dict[str, Any]:
    """The documented JSON body of a route that reads its body itself."""
    content = {"application/json": {"schema": {"$ref": REF.format(model=model.__name__)}}}
    return {"requestBody": {"required": True, "content": content}}


def describe(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document of the app."""
    document = get_openapi(
        title="Care landscape",
        version=VERSION,
        description="Decide how a region's hospital care should be laid out: data in, plans and layers out.",
        routes=app.routes,
        contact=CONTACT,
        license_info={"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
        servers=[{"url": PREFIX}],
    )
    paths = {
        path.removeprefix(PREFIX) or "/": item for path, item in document["paths"].items() if path.startswith(PREFIX)
    }
    document["paths"] = paths
    schemas = document["components"]["schemas"]
    every: tuple[type[BaseModel], ...] = (*BODIES, Scenario, Problem)
    for model in every:
        _add(schemas, model)
    schemas["ScenarioRequest"] = {"allOf": [{"$ref": REF.format(model="Scenario")}, schemas["ScenarioRequest"]]}
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    for item in paths.values():
        for operation in item.values():
            _complete(operation)
    return document


def _add(schemas: dict[str, Any], model: type[BaseModel]) -> None:
    schema = model.model_json_schema(ref_template=REF)
    schemas.update(schema.pop("$defs", {}))
    schemas[model.__name__] = schema


def _complete(operation: dict[str, Any]) -> None:
    """Every answer carries API-Version; every error is a problem; invalid input is 400, never 422."""
    as_ogc_defines(operation)
    responses = operation["responses"]
    responses.pop("422", None)
    problem = {MEDIA_TYPE: {"schema": {"$ref": REF.format(model="Problem")}}}
    responses.setdefault("400", {"description": "Bad Request"})
    responses["500"] = {"description": "Internal Server Error"}
    for status, response in responses.items():
        response.setdefault("headers", {})["API-Version"] = {
            "description": "The full version of the API.",
            "schema": {"type": "string"},
        }
        if status.startswith(("4", "5")):
            response["content"] = problem
        for content in response.get("content", {}).values():
            if content.pop("itemSchema", None) is not None:
                content["schema"] = {"type": "string", "description": "Server-sent events."}
