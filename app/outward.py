"""Requests that the service makes by itself: only to addresses that the settings allow, signed, and never redirected."""

import hashlib
import hmac
import http.client
import socket
import ssl
from base64 import b64encode
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from app.errors import Finding, InvalidInput

SECONDS = 10.0
PUBLIC = "public"
Address = IPv4Address | IPv6Address


class NotSentError(Exception):
    """The request was not made, or not taken in; the message says why."""


@dataclass(frozen=True)
class Allowed:
    """The addresses that may be called: networks by name and, if so said, all public ones."""

    networks: tuple[IPv4Network | IPv6Network, ...]
    public: bool

    @classmethod
    def read(cls, written: str) -> "Allowed":
        """From the setting: networks (CIDR) and the word `public`, separated by commas; raises ValueError."""
        words = [word.strip() for word in written.split(",") if word.strip()]
        return cls(tuple(ip_network(word) for word in words if word != PUBLIC), PUBLIC in words)

    def __bool__(self) -> bool:
        return self.public or bool(self.networks)

    def named(self, address: Address) -> bool:
        """Whether it lies in a network that is named."""
        return any(address in network for network in self.networks if network.version == address.version)

    def holds(self, address: Address) -> bool:
        """Whether it may be called. Loopback, private, link-local and shared addresses only where they are named."""
        return self.named(address) or (self.public and address.is_global and not address.is_multicast)


def demand_callable(url: str, allowed: Allowed) -> SplitResult:
    """The parts of an address that may be written down as a webhook's; raises InvalidInput."""
    if not allowed:
        raise _at("Webhooks are turned off here.", "Ask the operator to allow addresses (setting WEBHOOK_ADDRESSES).")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _at("It is no URL.", "Write it as https://host/path.") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        raise _at("It is no http(s) URL with a host.", "Write it as https://host/path.")
    if parts.username or parts.password or parts.fragment:
        raise _at("It holds a user, a password or a fragment.", "Leave them out; what is sent is signed.")
    return parts


def post(url: str, body: bytes, *, secret: str, message_id: str, timestamp: int, allowed: Allowed) -> None:
    """Posts a body, signed as Standard Webhooks has it; raises NotSentError for anything but a 2xx answer.

    The host's name is looked up once, all its addresses are held against `allowed`, and the one that was checked is called.
    """
    try:
        parts = demand_callable(url, allowed)
    except InvalidInput as refused:
        raise NotSentError(refused.detail) from None
    host, port = str(parts.hostname), parts.port or (443 if parts.scheme == "https" else 80)
    address = _checked(host, port, parts.scheme, allowed)
    connection = _Pinned(host, port, address, encrypted=parts.scheme == "https")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = {
        "Content-Type": "application/json", "webhook-id": message_id, "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(body, secret=secret, message_id=message_id, timestamp=timestamp),
    }  # fmt: skip
    try:
        connection.request("POST", path, body, headers)
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as broken:
        raise NotSentError(f"{type(broken).__name__} while calling {host}.") from None
    finally:
        connection.close()
    if not 200 <= status < 300:
        raise NotSentError(f"{host} answered {status}.")


def signature(body: bytes, *, secret: str, message_id: str, timestamp: int) -> str:
    """HMAC-SHA256 over id, timestamp and body, as `v1,base64`."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + b64encode(hmac.new(secret.encode(), signed, hashlib.sha256).digest()).decode()


def _checked(host: str, port: int, scheme: str, allowed: Allowed) -> Address:
    """The first address of the host, when every one of them may be called."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        raise NotSentError(f"The name {host} is not known.") from None
    addresses = [_plain(str(each[4][0])) for each in found]
    for address in addresses:
        if not allowed.holds(address):
            raise NotSentError(f"{host} has an address that is not allowed here.")
        if scheme != "https" and not allowed.named(address):
            raise NotSentError(f"{host} may only be called with https.")
    return addresses[0]


def _plain(written: str) -> Address:
    address = ip_address(written.partition("%")[0])
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


class _Pinned(http.client.HTTPConnection):
    """A connection to the one address that was checked, whatever the name says by now."""

    def __init__(self, host: str, port: int, address: Address, *, encrypted: bool) -> None:
        super().__init__(host, port, timeout=SECONDS)
        self._address, self._encrypted = address, encrypted

    def connect(self) -> None:
        """Connects, and shows its certificate to be the host's."""
        self.sock = socket.create_connection((str(self._address), self.port), SECONDS)
        if self._encrypted:
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)


def _at(problem: str, fix: str) -> InvalidInput:
    return InvalidInput(f"url: {problem}", [Finding("url", problem, fix)])
