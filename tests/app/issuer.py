"""A real, small identity provider in a process of its own: discovery, keys, a login page that always agrees, tokens.

Run as `python -m tests.app.issuer`; it prints its issuer and answers until it is ended. `/sign` signs any claims, with its
own key or (`?key=other`) with one that nobody knows.
"""

import base64
import hashlib
import json
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

KEYS = {name: rsa.generate_private_key(public_exponent=65537, key_size=2048) for name in ("own", "other")}
CODES: dict[str, dict[str, str]] = {}


class Issuer(BaseHTTPRequestHandler):
    """One request to the provider."""

    def do_GET(self) -> None:
        """Discovery, keys, and the login page."""
        parts = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/.well-known/openid-configuration":
            own = address(self)
            self._json({
                "issuer": own, "jwks_uri": f"{own}/keys", "authorization_endpoint": f"{own}/authorize",
                "token_endpoint": f"{own}/token",
            })  # fmt: skip
        elif parts.path == "/keys":
            public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEYS["own"].public_key()))
            self._json({"keys": [{**public, "kid": "own", "use": "sig", "alg": "RS256"}]})
        elif parts.path == "/authorize":
            code = hashlib.sha256(self.path.encode()).hexdigest()
            CODES[code] = asked
            self.send_response(302)
            self.send_header(
                "Location", f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"
            )
            self.end_headers()

    def do_POST(self) -> None:
        """Tokens: for a code with its PKCE verifier, or signed as a test asks."""
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if parts.path == "/sign":
            key = parse_qs(parts.query).get("key", ["own"])[0]
            self._json({"token": signed(json.loads(body), key)})
            return
        asked = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        begun = CODES.pop(asked.get("code", ""), None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(asked.get("code_verifier", "").encode()).digest())
        if begun is None or begun["code_challenge"] != challenge.rstrip(b"=").decode():
            self._json({"error": "invalid_grant"}, status=400)
            return
        now = int(time.time())
        claims = {
            "iss": address(self), "aud": begun["client_id"], "sub": "jan", "iat": now, "exp": now + 60,
            "nonce": begun["nonce"],
        }  # fmt: skip
        self._json({"access_token": "x", "token_type": "Bearer", "id_token": signed(claims, "own")})

    def log_message(self, *_: Any) -> None:
        """Says nothing."""

    def _json(self, value: Any, status: int = 200) -> None:
        content = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def address(request: BaseHTTPRequestHandler) -> str:
    """The issuer."""
    return f"http://127.0.0.1:{request.server.server_address[1]}"


def signed(claims: dict[str, Any], key: str) -> str:
    """A token of these claims."""
    return jwt.encode(claims, KEYS[key], algorithm="RS256", headers={"kid": key})


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Issuer)
    print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
    server.serve_forever()
