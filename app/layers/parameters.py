"""The query parameters of the layers as OGC API defines them, for the published description.

The routes read their query as a whole and complain of everything at once; these are its terms.
"""

from typing import Any

from app.layers.feature_query import DEFAULT_LIMIT, LANGUAGES, MOST_FEATURES
from geodata.crs import CRS84, SYSTEMS

_SYSTEM = {"type": "string", "format": "uri", "enum": list(SYSTEMS), "default": CRS84.uri}
PARAMETERS: dict[str, dict[str, Any]] = {
    "limit": {"schema": {"type": "integer", "minimum": 1, "maximum": MOST_FEATURES, "default": DEFAULT_LIMIT}},
    "offset": {"schema": {"type": "integer", "minimum": 0, "default": 0}},
    "bbox": {
        "schema": {
            "type": "array",
            "oneOf": [{"minItems": 4, "maxItems": 4}, {"minItems": 6, "maxItems": 6}],
            "items": {"type": "number"},
        },
        "style": "form",
        "explode": False,
    },
    "bbox-crs": {"schema": _SYSTEM},
    "crs": {"schema": _SYSTEM},
    "filter-crs": {"schema": _SYSTEM},
    "filter": {"schema": {"type": "string", "minLength": 1}},
    "filter-lang": {"schema": {"type": "string", "enum": list(LANGUAGES), "default": next(iter(LANGUAGES))}},
    "datetime": {"schema": {"type": "string"}, "style": "form", "explode": False},
    "sortby": {
        "schema": {"type": "array", "minItems": 1, "items": {"type": "string", "pattern": "^[+-]?.+$"}},
        "style": "form",
        "explode": False,
    },
}


def as_ogc_defines(operation: dict[str, Any]) -> None:
    """Gives the operation's query parameters their definitions, in place."""
    for parameter in operation.get("parameters", ()):
        if parameter["in"] == "query" and parameter["name"] in PARAMETERS and "layers" in operation.get("tags", ()):
            parameter.update({**PARAMETERS[parameter["name"]], "required": False})
