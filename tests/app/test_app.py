"""The app is complete: every route in the policy, every refusal with a status, a description that follows the rules."""

import re
from pathlib import Path

import pytest
from fastapi import APIRouter

from app import errors
from app.main import ROUTERS, create_app
from app.policy import POLICY, UnlistedRouteError, demand_complete
from app.problem import STATUS
from app.settings import Settings, described


def settings_in(folder: Path) -> Settings:
    """Settings of a service that keeps its things in the folder."""
    return Settings(data_directory=folder, embedded_worker=False)


def test_every_refusal_has_a_status() -> None:
    refusals = {
        value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, errors.Refusal)
    } - {errors.Refusal}
    assert refusals == set(STATUS)


def test_a_route_without_a_line_in_the_policy_keeps_the_app_from_starting() -> None:
    extra = APIRouter()
    extra.add_api_route("/v1/secret", lambda: None)
    with pytest.raises(UnlistedRouteError, match="/v1/secret"):
        demand_complete((*ROUTERS, extra))


def test_the_description_follows_the_dutch_api_rules(tmp_path: Path) -> None:
    document = create_app(settings_in(tmp_path)).openapi()
    assert re.fullmatch(r"\d+\.\d+\.\d+", document["info"]["version"])
    assert {"name", "email", "url"} <= set(document["info"]["contact"])
    for path, item in document["paths"].items():
        assert re.fullmatch(r"/|(/([a-z0-9-]+|\{[a-z_]+\}))+", path), path
        for method, operation in item.items():
            assert "422" not in operation["responses"]
            if method == "post" or operation.get("parameters"):
                assert "400" in operation["responses"], (method, path)
            for parameter in operation.get("parameters", []):
                if parameter["in"] == "query":
                    assert re.fullmatch(
                        r"bbox-crs|filter-crs|filter-lang|[a-z][a-z\d]*([A-Z][a-z\d]*)*", parameter["name"]
                    )
            for status, answer in operation["responses"].items():
                assert "API-Version" in answer["headers"]
                if status.startswith(("4", "5")):
                    assert list(answer["content"]) == ["application/problem+json"]
    described_routes = {
        (method.upper(), "/v1" + path.rstrip("/")) for path, item in document["paths"].items() for method in item
    }
    assert described_routes == set(POLICY) - {("GET", "/v1/openapi.json"), ("GET", "/v1/")}


def test_every_setting_is_listed_and_no_password_is_shown(tmp_path: Path) -> None:
    told = "\n".join(
        described(Settings(data_directory=tmp_path, database_url="postgresql+psycopg://me:secret@host/db"))
    )
    assert all(f"CARE_LANDSCAPE_{name.upper()}=" in told for name in Settings.model_fields)
    assert "secret" not in told


@pytest.mark.parametrize(
    ("host", "loopback"), [("127.0.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False)]
)
def test_only_loopback_is_loopback(tmp_path: Path, host: str, loopback: bool) -> None:
    assert Settings(data_directory=tmp_path, host=host).listens_on_loopback is loopback
