"""Where a layer's parts are: the links that lead GIS programs from the index to features, filters, tiles and files."""

from app.addresses import Link
from app.layers.collections_index import Collection
from geodata.formats import FORMATS

GEOJSON = "application/geo+json"
HTML = "text/html"
JSON = "application/json"
SCHEMA_JSON = "application/schema+json"
REL = "http://www.opengis.net/def/rel/ogc/1.0"


def collection_links(entry: Collection, own: str) -> list[Link]:
    """The links of a layer's entry at the address `own`."""
    return [
        Link(href=own, rel="self", type=JSON, title=entry.title),
        Link(href=f"{own}?f=html", rel="alternate", type=HTML, title="This layer as a page"),
        Link(href=f"{own}/items", rel="items", type=GEOJSON, title="Features"),
        Link(href=f"{own}/items?f=html", rel="items", type=HTML, title="Features as a page"),
        Link(href=f"{own}/tiles", rel=f"{REL}/tilesets-vector", type=JSON, title="Vector tiles"),
        Link(href=f"{own}/styles", rel=f"{REL}/styles", type=JSON, title="Styles and legends"),
        *(
            Link(href=f"{own}/file?f={name}", rel="enclosure", type=form.media_type, title=f"The layer as {name}")
            for name, form in FORMATS.items()
        ),
        Link(href=f"{own}/queryables", rel=f"{REL}/queryables", type=SCHEMA_JSON, title="What it can be filtered by"),
    ]
