"""Pages made from templates: everything is escaped, the style travels inside, and a policy forbids anything else."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from app.addresses import Link


@dataclass(frozen=True)
class Cell:
    """A text, perhaps with where it leads."""

    text: str
    href: str = ""


def rendered(
    template: str,
    *,
    title: str,
    crumbs: Sequence[Cell],
    links: Sequence[Link],
    paragraphs: Sequence[str] = (),
    caption: str = "",
    columns: Sequence[str] = (),
    rows: Sequence[Sequence[Cell]] = (),
    drawing: Any = None,
    form: Any = None,
) -> bytes:
    """The page as bytes: where one is, words, a table, perhaps a map and a form, and the links."""
    page = _templates().get_template(f"{template}.html")
    return page.render(
        title=title, crumbs=crumbs, links=[link for link in links if link.rel != "self"], paragraphs=paragraphs,
        caption=caption, columns=columns, rows=rows, drawing=drawing, form=form, style=_style(),
    ).encode()  # fmt: skip


@cache
def content_security_policy() -> str:
    """What such a page may do: show itself in its own style, and send its own form."""
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


@cache
def _style() -> str:
    return (Path(__file__).parent / "style.css").read_text()


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("app.html_pages"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
