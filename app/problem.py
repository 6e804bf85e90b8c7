"""The one table that turns refusals into problem+json answers, and what every such answer looks like."""

import logging
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field, ValidationError
from starlette.exceptions import HTTPException

from app import errors
from app.errors import MOST_FINDINGS_SHOWN, Finding, Refusal
from app.store.session import DATABASE_AWAY

LOG = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"

STATUS: dict[type[Refusal], int] = {
    errors.InvalidInput: 400,
    errors.DamagedPackage: 400,
    errors.NotSignedIn: 401,
    errors.NotAllowed: 403,
    errors.NotFound: 404,
    errors.NotThereYet: 404,
    errors.Conflict: 409,
    errors.TooLarge: 413,
    errors.UnknownMediaType: 415,
    errors.TooMany: 429,
    errors.Unavailable: 503,
}
RETRY_AFTER = {429: "10", 503: "2"}
"""When the same request may do better [s]."""
FIX = {
    404: "Check the path; there are no trailing slashes and no file extensions.",
    405: "Use one of the methods in the Allow header.",
}


class ProblemError(BaseModel):
    """One thing to mend."""

    where: str
    problem: str
    fix: str = ""


class Problem(BaseModel):
    """An error as RFC 9457 has it, with every thing to mend."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: list[ProblemError] = Field(default_factory=list)
    errors_not_shown: int = 0


def problem_answer(
    status: int, *, detail: str, title: str = "", findings: tuple[Finding, ...] = (), most: int = MOST_FINDINGS_SHOWN
) -> JSONResponse:
    """A problem+json answer that shows at most `most` findings and says how many it left out."""
    problem = Problem(
        title=title or HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        errors=[
            ProblemError(where=finding.where, problem=finding.problem, fix=finding.fix) for finding in findings[:most]
        ],
        errors_not_shown=max(0, len(findings) - most),
    )
    headers = {"Retry-After": RETRY_AFTER[status]} if status in RETRY_AFTER else None
    return JSONResponse(problem.model_dump(), status, headers=headers, media_type=MEDIA_TYPE)


def findings_of(invalid: ValidationError | RequestValidationError) -> tuple[Finding, ...]:
    """What pydantic found, without a word of what was sent."""
    return tuple(
        Finding(".".join(str(part) for part in error["loc"]), f"{error['msg']}.", "") for error in invalid.errors()
    )


def add_handlers(app: FastAPI) -> None:
    """Makes every error of the app a problem+json answer."""

    @app.exception_handler(Refusal)
    def refused(request: Request, refusal: Refusal) -> JSONResponse:
        most = refusal.most_shown
        answer = problem_answer(
            STATUS[type(refusal)], title=refusal.title, detail=refusal.detail, findings=refusal.findings, most=most
        )
        if isinstance(refusal, errors.NotSignedIn):
            answer.headers["WWW-Authenticate"] = _challenge(request)
        return answer

    @app.exception_handler(RequestValidationError)
    def invalid(_request: Request, error: RequestValidationError) -> JSONResponse:
        return problem_answer(
            400, title="Invalid input", detail="The request is not valid.", findings=findings_of(error)
        )

    @app.exception_handler(HTTPException)
    def http(_request: Request, error: HTTPException) -> JSONResponse:
        answer = problem_answer(
            error.status_code,
            detail=f"{HTTPStatus(error.status_code).description or HTTPStatus(error.status_code).phrase}.",
            findings=(Finding("path", HTTPStatus(error.status_code).phrase + ".", FIX[error.status_code]),)
            if error.status_code in FIX
            else (),
        )
        answer.headers.update(error.headers or {})
        return answer

    def database(_request: Request, error: Exception) -> JSONResponse:
        LOG.error("the database does not answer", exc_info=error)
        return problem_answer(503, detail="The database does not answer just now; try again.")

    for away in DATABASE_AWAY:
        app.add_exception_handler(away, database)

    @app.exception_handler(Exception)
    def unforeseen(request: Request, error: Exception) -> JSONResponse:
        LOG.error("unforeseen error at %s %s", request.method, request.url.path, exc_info=error)
        return problem_answer(500, detail="Something went wrong here; the operators' log has it.")


def _challenge(request: Request) -> str:
    """How to sign in: GIS tools know HTTP basic; a page that fetches must not make its browser ask for a password."""
    return "Bearer" if "sec-fetch-mode" in request.headers else 'Bearer, Basic realm="care-landscape", charset="UTF-8"'


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The documented error answers of a route."""
    return {
        status: {"model": Problem, "description": HTTPStatus(status).phrase, "content": {MEDIA_TYPE: {}}}
        for status in statuses
    }
