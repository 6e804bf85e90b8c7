"""Layers' entries as OGC API - Features has them."""

from typing import Any

from pydantic import BaseModel

from app.addresses import Link


class Conformance(BaseModel):
    """The parts of the standards that the layers follow."""

    conformsTo: list[str]  # noqa: N815 - the standard's name


class CollectionAnswer(BaseModel):
    """A layer's entry."""

    id: str
    title: str
    itemType: str = "feature"  # noqa: N815
    extent: dict[str, Any] | None
    crs: list[str]
    storageCrs: str  # noqa: N815
    links: list[Link]


class CollectionList(BaseModel):
    """Every layer of a workspace."""

    links: list[Link]
    crs: list[str]
    collections: list[CollectionAnswer]
