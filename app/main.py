"""The web application: built from settings, complete in its policy, every answer with its headers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import Depends, FastAPI
from fastapi.responses import RedirectResponse

from app import openapi
from app.deps import only_known_parameters
from app.headers import HeadersMiddleware
from app.metrics import MeasuringMiddleware
from app.pages import pages
from app.policy import demand_complete
from app.problem import add_handlers
from app.routes import (
    audit_lines,
    catalogue,
    checks,
    collections,
    comparisons,
    datasets,
    decision_records,
    files,
    gains,
    glossary,
    grants,
    health,
    items,
    ledgers,
    login,
    made_up_regions,
    metrics,
    runs,
    scenarios,
    tiles,
    webhooks,
    workspaces,
)
from app.services import Services
from app.settings import Settings
from app.version import VERSION

ROUTERS = (
    health.router,
    metrics.router,
    catalogue.router,
    glossary.router,
    workspaces.router,
    datasets.router,
    made_up_regions.router,
    checks.router,
    scenarios.router,
    runs.router,
    webhooks.router,
    comparisons.router,
    gains.router,
    collections.router,
    items.router,
    tiles.router,
    files.router,
    audit_lines.router,
    ledgers.router,
    grants.router,
    login.router,
    decision_records.router,
)
READ_AS_A_WHOLE = (items.router, tiles.router)
"""Routers that check the parameters of their queries themselves, for a layer's columns are parameters too."""


def create_app(settings: Settings) -> FastAPI:
    """The application over the database of the settings, which must be migrated.

    Raises UnlistedRouteError when a route has no line in the policy.
    """
    services = Services(settings)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        services.start()
        try:
            yield
        finally:
            services.stop()

    app = FastAPI(
        title="Care landscape",
        version=VERSION,
        lifespan=lifespan,
        redirect_slashes=False,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
    )
    app.state.services = services
    add_handlers(app)
    for router in ROUTERS:
        strict = [] if router in READ_AS_A_WHOLE else [Depends(only_known_parameters)]
        app.include_router(router, dependencies=strict)
    demand_complete(ROUTERS)
    document: dict[str, Any] = {}

    def described() -> dict[str, Any]:
        if not document:
            document.update(openapi.describe(app))
        return document

    app.openapi = described  # type: ignore[method-assign]
    app.add_route("/", lambda _request: RedirectResponse("/pages/"), include_in_schema=False)
    app.mount("/pages", pages(), name="pages")
    app.add_middleware(MeasuringMiddleware, metrics=services.metrics)
    app.add_middleware(HeadersMiddleware, hosts=settings.hosts)
    return app
