"""Who may do what, as data: every route of the API with the roles that may use it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from fastapi import APIRouter
from fastapi.routing import APIRoute

READER, PLANNER, MANAGER, AUDITOR = "reader", "planner", "manager", "auditor"
EVERY_ROLE = frozenset({READER, PLANNER, MANAGER, AUDITOR})
READS = EVERY_ROLE
PLANS = frozenset({PLANNER, MANAGER})
MANAGES = frozenset({MANAGER})
AUDITS = frozenset({AUDITOR})
PUBLIC: frozenset[str] = frozenset()
"""No role is asked for: anybody who reaches the service may use it."""

WORKSPACE = "/v1/workspaces/{workspace_id}"

POLICY: dict[tuple[str, str], frozenset[str]] = {
    ("GET", "/v1"): PUBLIC,
    ("GET", "/v1/"): PUBLIC,
    ("GET", "/v1/openapi.json"): PUBLIC,
    ("GET", "/v1/health/live"): PUBLIC,
    ("GET", "/v1/health/ready"): PUBLIC,
    ("GET", "/v1/metrics"): PUBLIC,
    ("GET", "/v1/catalogue"): PUBLIC,
    ("GET", "/v1/glossary"): PUBLIC,
    ("GET", "/v1/table-schemas"): PUBLIC,
    ("GET", "/v1/table-schemas/{table}"): PUBLIC,
    ("GET", "/v1/workbook-templates/{language}"): PUBLIC,
    ("GET", "/v1/login"): PUBLIC,
    ("GET", "/v1/login/callback"): PUBLIC,
    ("POST", "/v1/logout"): PUBLIC,
    ("GET", "/v1/me"): READS,
    ("GET", "/v1/workspaces"): READS,
    ("GET", WORKSPACE): READS,
    ("GET", f"{WORKSPACE}/audit-lines"): AUDITS,
    ("GET", f"{WORKSPACE}/conformance"): READS,
    ("GET", f"{WORKSPACE}/collections"): READS,
    ("GET", f"{WORKSPACE}/collections/{{collection_id}}"): READS,
    ("GET", f"{WORKSPACE}/collections/{{collection_id}}/queryables"): READS,
    ("GET", f"{WORKSPACE}/collections/{{collection_id}}/items"): READS,
    ("GET", f"{WORKSPACE}/collections/{{collection_id}}/tiles"): READS,
    ("GET", f"{WORKSPACE}/collections/{{collection_id}}/tiles/{{tile_matrix_set_id}}"): READS,
    (
        "GET",
        f"{WORKSPACE}/collections/{{collection_id}}/tiles/{{tile_matrix_set_id}}"
        "/{tile_matrix}/{tile_row}/{tile_col}",
    ): READS,
    ("GET", f"{WORKSPACE}/tile-matrix-sets"): READS,
    ("GET", f"{WORKSPACE}/collections/{{collection_id}}/file"): READS,
    ("GET", f"{WORKSPACE}/collections/{{collection_id}}/styles"): READS,
    ("GET", f"{WORKSPACE}/collections/{{collection_id}}/styles/{{style_id}}"): READS,
    ("GET", f"{WORKSPACE}/runs/{{run_id}}/file"): READS,
    ("GET", f"{WORKSPACE}/runs/{{run_id}}/map"): READS,
    ("GET", f"{WORKSPACE}/comparisons/{{comparison_id}}/file"): READS,
    ("GET", f"{WORKSPACE}/comparisons/{{comparison_id}}/map"): READS,
    ("GET", f"{WORKSPACE}/tile-matrix-sets/{{tile_matrix_set_id}}"): READS,
    ("GET", f"{WORKSPACE}/collections/{{collection_id}}/items/{{feature_id}}"): READS,
    ("GET", f"{WORKSPACE}/comparisons"): READS,
    ("POST", f"{WORKSPACE}/comparisons"): PLANS,
    ("GET", f"{WORKSPACE}/comparisons/{{comparison_id}}"): READS,
    ("DELETE", f"{WORKSPACE}/comparisons/{{comparison_id}}"): PLANS,
    ("GET", f"{WORKSPACE}/datasets"): READS,
    ("POST", f"{WORKSPACE}/datasets"): PLANS,
    ("GET", f"{WORKSPACE}/datasets/{{dataset_id}}"): READS,
    ("GET", f"{WORKSPACE}/datasets/{{dataset_id}}/summary"): READS,
    ("POST", f"{WORKSPACE}/made-up-regions"): PLANS,
    ("POST", f"{WORKSPACE}/checks"): PLANS,
    ("GET", f"{WORKSPACE}/scenarios"): READS,
    ("POST", f"{WORKSPACE}/scenarios"): PLANS,
    ("GET", f"{WORKSPACE}/scenarios/{{scenario_id}}"): READS,
    ("GET", f"{WORKSPACE}/grants"): READS,
    ("DELETE", f"{WORKSPACE}/grants/{{grant_id}}"): MANAGES,
    ("POST", f"{WORKSPACE}/runs/{{run_id}}/grants"): MANAGES,
    ("GET", f"{WORKSPACE}/shared"): READS,
    ("GET", f"{WORKSPACE}/shared/{{shared_id}}/outcome"): READS,
    ("GET", f"{WORKSPACE}/shared/{{shared_id}}/layers/{{layer_kind}}"): READS,
    ("GET", f"{WORKSPACE}/ledgers"): READS,
    ("POST", f"{WORKSPACE}/ledgers"): PLANS,
    ("GET", f"{WORKSPACE}/ledgers/{{ledger_id}}"): READS,
    ("POST", f"{WORKSPACE}/ledgers/{{ledger_id}}/lock"): MANAGES,
    ("GET", f"{WORKSPACE}/webhooks"): MANAGES,
    ("POST", f"{WORKSPACE}/webhooks"): MANAGES,
    ("DELETE", f"{WORKSPACE}/webhooks/{{webhook_id}}"): MANAGES,
    ("GET", f"{WORKSPACE}/runs"): READS,
    ("POST", f"{WORKSPACE}/runs"): PLANS,
    ("GET", f"{WORKSPACE}/runs/{{run_id}}"): READS,
    ("DELETE", f"{WORKSPACE}/runs/{{run_id}}"): MANAGES,
    ("GET", f"{WORKSPACE}/runs/{{run_id}}/events"): READS,
    ("GET", f"{WORKSPACE}/runs/{{run_id}}/best-plan"): READS,
    ("GET", f"{WORKSPACE}/runs/{{run_id}}/gains-and-losses"): READS,
    ("GET", f"{WORKSPACE}/runs/{{run_id}}/outcome"): READS,
    ("POST", f"{WORKSPACE}/runs/{{run_id}}/cancellation"): PLANS,
    ("GET", f"{WORKSPACE}/runs/{{run_id}}/decision-record"): PLANS,
}


@dataclass(frozen=True)
class Principal:
    """Who asks, for whom if for another, and the roles they have: by workspace, or the same ones in every workspace."""

    name: str
    roles: Mapping[str, frozenset[str]] = field(default_factory=dict)
    everywhere: frozenset[str] = frozenset()
    on_behalf_of: str | None = None

    def roles_in(self, workspace_id: str) -> frozenset[str]:
        """Their roles in a workspace; none: it does not exist for them."""
        return self.everywhere | self.roles.get(workspace_id, frozenset())

    def may(self, method: str, path: str, *, workspace_id: str | None) -> bool:
        """Whether the table lets this principal use the route; one without a workspace asks for a role in any."""
        needed = POLICY[method, path]
        if workspace_id is not None:
            return needed is PUBLIC or bool(needed & self.roles_in(workspace_id))
        return needed is PUBLIC or bool(needed & self.everywhere.union(*self.roles.values()))


LOCAL_PRINCIPAL = Principal("local", everywhere=EVERY_ROLE)
"""The one principal of a service without accounts, which only this machine can reach."""
ANYBODY = Principal("anybody")
"""Who uses what is public."""


class UnlistedRouteError(Exception):
    """A route is missing from the table; the app does not start without knowing who may use it."""


def demand_complete(routers: Iterable[APIRouter]) -> None:
    """Raises UnlistedRouteError when a route has no line in the table, or a line has no route."""
    served = {
        (method, route.path)
        for router in routers
        for route in router.routes
        if isinstance(route, APIRoute)
        for method in route.methods or ()
    }
    if served != set(POLICY):
        unlisted, unserved = sorted(served - set(POLICY)), sorted(set(POLICY) - served)
        raise UnlistedRouteError(f"Routes without a line in the policy: {unlisted}; lines without a route: {unserved}.")
