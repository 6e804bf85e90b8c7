"""People come in with a token or by signing in with a browser, against a real identity provider in its own process."""

import base64
import hmac
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest

from app.store import audit, memberships
from app.store.migrate import migrate
from tests.app.two_tables import TwoTables, two_tables

RUNS = "/v1/workspaces/north/runs"
OWN = "http://testserver"


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """The identity provider's issuer."""
    process = subprocess.Popen([sys.executable, "-m", "tests.app.issuer"], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    yield process.stdout.readline().strip()
    process.kill()
    process.wait()
    process.stdout.close()


@pytest.fixture
def tables(issuer: str, tmp_path: Path) -> Iterator[TwoTables]:
    """The service with its two care tables, and jan a planner in the north."""
    url = f"sqlite:///{tmp_path / 'store.sqlite'}"
    migrate(url)
    with two_tables(url, tmp_path, oidc_issuer=issuer, oidc_client_id="landscape", oidc_audience="api") as both:
        with both.store.writing("north") as session:
            memberships.add(session, "north", person="jan", role="planner")
        yield both


def claims(issuer: str, **changed: Any) -> dict[str, Any]:
    """What a good token says, with changes; None takes a claim out."""
    now = int(time.time())
    said = {"iss": issuer, "aud": "api", "sub": "jan", "iat": now, "exp": now + 60, **changed}
    return {name: value for name, value in said.items() if value is not None}


def token(issuer: str, *, key: str = "own", **changed: Any) -> str:
    """A token signed by the provider."""
    answer = httpx.post(f"{issuer}/sign?key={key}", json=claims(issuer, **changed))
    return str(answer.json()["token"])


def test_a_token_opens_what_its_person_may_and_nothing_else(tables: TwoTables, issuer: str) -> None:
    good = token(issuer)
    assert tables.call("GET", RUNS, key=good).status_code == 200
    assert tables.call("GET", "/v1/workspaces/south/runs", key=good).status_code == 404
    assert tables.call("DELETE", f"{RUNS}/{tables.north.ids['run_id']}", key=good).status_code == 403
    assert tables.call("GET", "/v1/me", key=good).json()["roles"] == {"north": ["planner"]}
    stranger = token(issuer, sub="piet")
    assert tables.call("GET", RUNS, key=stranger).status_code == 404


@pytest.mark.parametrize(
    "changed",
    [
        {"aud": "another"}, {"aud": None}, {"iss": "http://elsewhere"}, {"exp": 1_000_000_000}, {"exp": None},
        {"sub": None}, {"sub": ""}, {"nbf": 4_000_000_000}, {"iat": None}, {"key": "other"},
    ],
)  # fmt: skip
def test_a_token_that_does_not_hold_opens_nothing(tables: TwoTables, issuer: str, changed: dict[str, Any]) -> None:
    assert tables.call("GET", RUNS, key=token(issuer, **changed)).status_code == 401


def signed_with_what_is_public(said: dict[str, Any], public: str) -> str:
    """A token whose shared secret is the provider's public key."""
    parts = [json.dumps(part).encode() for part in ({"alg": "HS256", "kid": "own"}, said)]
    body = ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)
    mac = hmac.new(public.encode(), body.encode(), "sha256").digest()
    return f"{body}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def test_unsigned_altered_and_wrongly_signed_tokens_open_nothing(tables: TwoTables, issuer: str) -> None:
    good = token(issuer)
    header, body, signature = good.split(".")
    said = claims(issuer)
    forged = [
        jwt.encode(said, "", algorithm="none", headers={"kid": "own"}),
        signed_with_what_is_public(said, httpx.get(f"{issuer}/keys").text),
        f"{header}.{body}.{signature[:-4]}AAAA",
        f"{header}.{body}.",
        f"{header}.{body[:-2]}xx.{signature}",
        jwt.encode(said, "k" * 32, algorithm="HS256"),
    ]
    for each in forged:
        assert tables.call("GET", RUNS, key=each).status_code == 401


def test_who_acts_for_another_is_on_record_with_both(tables: TwoTables, issuer: str) -> None:
    stop = f"{RUNS}/{tables.north.ids['run_id']}/cancellation"
    assert tables.call("POST", stop, key=token(issuer, act={"sub": "portal"})).status_code == 202
    with tables.store.reading("north") as session:
        *_, line = audit.every_line(session, "north")
    assert (line["actor"], line["on_behalf_of"]) == ("person portal", "person jan")


def signed_in(tables: TwoTables, return_to: str = "/pages/") -> Any:
    """Follows the whole way to the provider and back; the last answer."""
    begun = tables.client.get("/v1/login", params={"returnTo": return_to})
    assert begun.status_code == 303
    back = httpx.get(begun.headers["location"]).headers["location"]
    return tables.client.get(back.removeprefix(OWN))


def test_a_browser_signs_in_with_code_and_pkce_works_and_signs_out(tables: TwoTables) -> None:
    back = signed_in(tables, "/pages/runs")
    assert (back.status_code, back.headers["location"]) == (303, "/pages/runs")
    cookie = back.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert tables.client.get(RUNS).status_code == 200
    stop = f"{RUNS}/{tables.north.ids['run_id']}/cancellation"
    assert tables.client.post(stop, headers={"Origin": OWN}).status_code == 202
    kept = dict(tables.client.cookies)
    assert tables.client.post("/v1/logout", headers={"Sec-Fetch-Site": "same-origin"}).status_code == 204
    tables.client.cookies.update(kept)
    assert tables.client.get(RUNS).status_code == 401


def test_another_site_cannot_use_a_browsers_session(tables: TwoTables) -> None:
    signed_in(tables)
    stop = f"{RUNS}/{tables.north.ids['run_id']}/cancellation"
    for headers in ({}, {"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site", "Origin": OWN}):
        assert tables.client.post(stop, headers=headers).status_code == 403
        assert tables.client.post("/v1/logout", headers=headers).status_code == 403


def test_a_login_is_bound_to_its_browser_and_cannot_be_finished_twice(tables: TwoTables) -> None:
    begun = tables.client.get("/v1/login")
    back = httpx.get(begun.headers["location"]).headers["location"].removeprefix(OWN)
    cookies = dict(tables.client.cookies)
    tables.client.cookies.clear()
    assert tables.client.get(back).status_code == 401
    tables.client.cookies.update(cookies)
    assert tables.client.get(back.replace("state=", "state=x")).status_code == 401
    assert tables.client.get(back).status_code == 303
    tables.client.cookies.update(cookies)
    assert tables.client.get(back).status_code == 401


@pytest.mark.parametrize("place", ["//evil.example", "http://evil.example", "/\\evil.example", "pages", "/a\nb"])
def test_a_login_comes_back_to_this_service_only(tables: TwoTables, place: str) -> None:
    assert signed_in(tables, place).headers["location"] == "/pages/"
