"""The pages of the layers: the workspace, its layers, one layer, its features, one feature."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.addresses import Link
from app.html_pages.rendering import Cell, rendered
from app.html_pages.small_map import small_map

Properties = Mapping[str, Any]


def landing_page(base: str, *, title: str, links: Sequence[Link]) -> bytes:
    """A workspace's page."""
    told = "Plans, comparisons and data of this workspace as map layers (OGC API). Add this page's address to a GIS program."
    return rendered("words", title=title, crumbs=[Cell(title, base)], links=links, paragraphs=[told])


def conformance_page(base: str, *, workspace: str, classes: Sequence[str]) -> bytes:
    """The conformance classes as a page."""
    rows = [[Cell(name)] for name in classes]
    crumbs = [_crumb(workspace, base), Cell("Conformance")]
    return rendered(
        "words",
        title="Conformance",
        crumbs=crumbs,
        links=[],
        caption="Conformance classes",
        columns=["class"],
        rows=rows,
    )


def collections_page(base: str, *, workspace: str, named: Sequence[tuple[str, str]], links: Sequence[Link]) -> bytes:
    """The index of layers as a page; `named` is id and title of each."""
    rows = [[Cell(title, f"{base}/collections/{own}?f=html"), Cell(own)] for own, title in named]
    crumbs = [_crumb(workspace, base), Cell("Layers")]
    return rendered(
        "words", title="Layers", crumbs=crumbs, links=links, caption="Layers, the newest plan first",
        columns=["layer", "id"], rows=rows,
    )  # fmt: skip


def collection_page(
    base: str, *, workspace: str, title: str, links: Sequence[Link], frame: Any, described: Properties
) -> bytes:
    """One layer's page: its map, and what its columns mean."""
    rows = [
        [Cell(name), Cell(str(told.get("description", ""))), Cell(str(told.get("type", "shape")))]
        for name, told in described.items()
    ]
    crumbs = [_crumb(workspace, base), Cell("Layers", f"{base}/collections?f=html"), Cell(title)]
    return rendered(
        "features", title=title, crumbs=crumbs, links=links, caption="Columns", columns=["column", "meaning", "type"],
        rows=rows, drawing=small_map(frame.geometry.to_numpy()), paragraphs=[f"{len(frame):,} features."],
    )  # fmt: skip


def items_page(
    own: str, *, crumbs: Sequence[Cell], title: str, links: Sequence[Link], frame: Any, told: Sequence[Properties],
    rows: Sequence[int], matched: int, form: Mapping[str, str],
) -> bytes:  # fmt: skip
    """A page of features: map, filter, table."""
    names = list(told[0]) if told else []
    cells = [
        [Cell(str(row), f"{own}/items/{row}?f=html"), *(Cell(_shown(value)) for value in properties.values())]
        for row, properties in zip(rows, told, strict=True)
    ]
    return rendered(
        "features", title=title, crumbs=crumbs, links=links, caption="Features", columns=["feature", *names], rows=cells,
        drawing=small_map(frame.geometry.to_numpy()[list(rows)]),
        paragraphs=[f"{len(rows):,} of {matched:,} features."], form={"action": f"{own}/items", **form},
    )  # fmt: skip


def item_page(
    *, crumbs: Sequence[Cell], title: str, links: Sequence[Link], frame: Any, row: int, told: Properties
) -> bytes:
    """One feature's page."""
    rows = [[Cell(name), Cell(_shown(value))] for name, value in told.items()]
    return rendered(
        "features", title=title, crumbs=crumbs, links=links, caption="Properties", columns=["column", "value"], rows=rows,
        drawing=small_map(frame.geometry.to_numpy()[[row]]),
    )  # fmt: skip


def layer_crumbs(base: str, *, workspace: str, collection_id: str, title: str, last: str) -> list[Cell]:
    """The way from the workspace to a layer's features."""
    own = f"{base}/collections/{collection_id}"
    layers = Cell("Layers", f"{base}/collections?f=html")
    return [_crumb(workspace, base), layers, Cell(title, f"{own}?f=html"), Cell(last)]


def _crumb(workspace: str, base: str) -> Cell:
    return Cell(workspace, f"{base}?f=html")


def _shown(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,.6g}" if isinstance(value, float) else str(value)
