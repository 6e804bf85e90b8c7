"""The glossary over HTTP."""

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel

from app.addresses import service_address
from app.answer_kinds import JSON_OR_HTML, kind_of
from app.deps import principal
from app.glossary import glossary
from app.html_pages.rendering import Cell, rendered
from app.immutable import packed
from app.layers.links import HTML, JSON
from app.problem import problems
from app.routes.collections import PAGE, Format

router = APIRouter(prefix="/v1", dependencies=[Depends(principal)], tags=["catalogue"])


class GlossaryTerm(BaseModel):
    """A word of the API, its Dutch term and what it is."""

    term: str
    dutch: str
    meaning: str
    subject: str


class Glossary(BaseModel):
    """Every word, one per thing."""

    terms: list[GlossaryTerm]


@router.get("/glossary", response_model=Glossary, responses={**PAGE, **problems(400)})
def get_glossary(request: Request, f: Format = None) -> Response:
    """The words of this API in English, each with the Dutch term and its meaning."""
    terms = glossary()
    if kind_of(request, JSON_OR_HTML) == "html":
        rows = [[Cell(each.term), Cell(each.dutch), Cell(each.meaning), Cell(each.subject)] for each in terms]
        crumbs = [Cell("API", service_address(request)), Cell("Glossary")]
        page = rendered(
            "words", title="Glossary", crumbs=crumbs, links=[], caption="Words, in English and Dutch",
            columns=["word", "in Dutch", "what it is", "subject"], rows=rows,
        )  # fmt: skip
        return packed(request, page, media_type=HTML)
    told = Glossary(terms=[GlossaryTerm(**vars(each)) for each in terms])
    return packed(request, told.model_dump_json().encode(), media_type=JSON)
