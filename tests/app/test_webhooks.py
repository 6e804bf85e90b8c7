"""Webhooks: told once a run has ended, signed, tried again, and never sent where the settings do not allow it."""

import hashlib
import hmac
import json
import threading
from base64 import b64encode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from app.errors import InvalidInput
from app.jobs.leaving import Leaving
from app.jobs.messenger import Messenger
from app.outward import Allowed, NotSentError, demand_callable, post
from app.settings import Settings
from app.store import claims, outcomes, runs, webhooks
from app.store.claims import Ending
from app.store.columns import now
from app.store.row_security import EVERY
from app.store.session import Store
from app.store.webhook_tables import Delivery
from app.store.workspaces import LOCAL
from tests.app.noted import accepted_run

HERE = Allowed.read("127.0.0.0/8")
OPTIMAL = Ending("successful", "optimal", "proof")


class Listener:
    """A server that notes what it is sent and answers as it is told."""

    def __init__(self) -> None:
        self.heard: list[tuple[dict[str, str], bytes]] = []
        self.answers = [200]
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                listener.heard.append(({name.lower(): value for name, value in self.headers.items()}, body))
                self.send_response(listener.answers.pop(0) if len(listener.answers) > 1 else listener.answers[0])
                self.send_header("Location", "http://127.0.0.1:9/elsewhere")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                return

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/told?by=us"


@pytest.fixture
def listener() -> Iterator[Listener]:
    """One on a free port of this machine."""
    made = Listener()
    thread = threading.Thread(target=made.server.serve_forever)
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


def messenger(store: Store, tmp_path: Path) -> Messenger:
    settings = Settings(data_directory=tmp_path, webhook_addresses="127.0.0.0/8")
    return Messenger(store, settings, Leaving(0))


def ended_run(store: Store, url: str) -> str:
    """A run that has ended in a workspace with a webhook."""
    with store.writing(LOCAL) as session:
        webhooks.add(session, LOCAL, url=url, secret="secret")
        accepted_run(session)
    with store.writing(EVERY) as session:
        claim = claims.claim_next(session, worker="one")
    assert claim is not None
    with store.writing(LOCAL) as session:
        assert outcomes.publish(session, claim, OPTIMAL, {"plan": None})
        assert not outcomes.publish(session, claim, OPTIMAL, {"plan": None})
    return claim.run_id


def test_an_ended_run_is_told_once_and_signed(store: Store, listener: Listener, tmp_path: Path) -> None:
    run_id = ended_run(store, listener.url)
    told = messenger(store, tmp_path)
    assert told.deliver_one()
    assert not told.deliver_one()
    ((headers, body),) = listener.heard
    assert json.loads(body)["run_id"] == run_id
    assert json.loads(body)["state"] == "successful"
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = b64encode(hmac.new(b"secret", signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"


def test_what_is_not_taken_in_is_tried_again_later_with_the_same_id(
    store: Store, listener: Listener, tmp_path: Path
) -> None:
    ended_run(store, listener.url)
    listener.answers = [503, 302, 204]
    told = messenger(store, tmp_path)
    waits = []
    for _ in range(3):
        assert told.deliver_one()
        assert not told.deliver_one()
        with store.writing(EVERY) as session:
            delivery = session.scalars(select(Delivery)).one()
            waits.append((delivery.due_at is not None, delivery.trouble))
            session.execute(update(Delivery).where(Delivery.due_at.is_not(None)).values(due_at=now()))
    assert waits == [(True, "127.0.0.1 answered 503."), (True, "127.0.0.1 answered 302."), (False, None)]
    assert len({headers["webhook-id"] for headers, _ in listener.heard}) == 1


def test_a_delivery_is_given_up_in_the_end(store: Store, tmp_path: Path) -> None:
    ended_run(store, "http://127.0.0.1:9/nobody")
    told = messenger(store, tmp_path)
    for _ in range(webhooks.MOST_TRIES):
        assert told.deliver_one()
        with store.writing(EVERY) as session:
            session.execute(update(Delivery).where(Delivery.due_at.is_not(None)).values(due_at=now()))
    assert not told.deliver_one()


def test_a_run_dismissed_before_it_began_is_told_too(store: Store, listener: Listener, tmp_path: Path) -> None:
    with store.writing(LOCAL) as session:
        webhooks.add(session, LOCAL, url=listener.url, secret="secret")
        runs.request_stop(session, accepted_run(session))
    assert messenger(store, tmp_path).deliver_one()
    assert json.loads(listener.heard[0][1])["state"] == "dismissed"


@pytest.mark.parametrize(
    ("address", "public", "named"),
    [
        ("93.184.216.34", True, False), ("127.0.0.1", False, False), ("10.1.2.3", False, True),
        ("169.254.169.254", False, False), ("192.168.1.1", False, False), ("100.64.0.1", False, False),
        ("0.0.0.0", False, False), ("::1", False, False), ("fe80::1", False, False), ("fc00::1", False, False),
        ("224.0.0.1", False, False), ("2606:4700::1111", True, False),
    ],
)  # fmt: skip
def test_only_addresses_that_the_settings_allow_are_called(address: str, public: bool, named: bool) -> None:
    assert Allowed.read("public").holds(ip_address(address)) is public
    assert Allowed.read("10.0.0.0/8").holds(ip_address(address)) is named
    assert not Allowed.read("").holds(ip_address(address))


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0177.0.0.1", "2130706433", "127.1"]
)
def test_no_spelling_of_this_machine_is_called_as_public(listener: Listener, host: str) -> None:
    url = f"http://{host}:{listener.server.server_port}/"
    with pytest.raises(NotSentError):
        post(url, b"{}", secret="s", message_id="m", timestamp=1, allowed=Allowed.read("public"))
    assert listener.heard == []


def test_plain_http_is_for_named_networks_only() -> None:
    with pytest.raises(NotSentError, match="https"):
        post("http://93.184.216.34/", b"", secret="s", message_id="m", timestamp=1, allowed=Allowed.read("public"))


@pytest.mark.parametrize("url", ["ftp://a/", "https://", "https://a:b@c/", "https://a/#b", "file:///etc/passwd", "x"])
def test_what_is_no_address_to_be_told_at_is_refused(url: str) -> None:
    with pytest.raises(InvalidInput):
        demand_callable(url, HERE)


def test_webhooks_are_turned_off_until_addresses_are_allowed() -> None:
    with pytest.raises(InvalidInput, match="turned off"):
        demand_callable("https://example.org/", Allowed.read(""))
