"""An identity provider that misbehaves as it is told, over real HTTP: one lie at a time, everything else as it should be."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

CLIENT = "the-hall"
OURS, FOREIGN = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))


class Hostile(ThreadingHTTPServer):
    """``claims`` and ``header`` are laid over what an honest provider says; the other attributes choose a lie."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.claims, self.header, self.metadata = {}, {}, {}
        self.key, self.algorithm = OURS, "RS256"
        self.token = None
        self.userinfo = {}
        self.answer = {}
        self.seconds = 0.0
        self.nonce = ""
        self.verifier = ""
        self.codes = {"good-code"}
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def origin(self):
        return f"http://127.0.0.1:{self.server_port}"

    def description(self, **given):
        return {
            "code": "hostile",
            "protocol": "openid-connect",
            "title": {"en": "Hostile", "zh": "恶意"},
            "issuer": self.origin,
            "client_id": CLIENT,
            "client_secret": "secret",
            "claims": {"id_number": "id_number", "name": "name", "phone": "phone_number"},
            "assurance": {"": "substantial", "high": "high"},
            **given,
        }

    def doors(self):
        names = {"authorization_endpoint": "authorize", "token_endpoint": "token", "userinfo_endpoint": "userinfo", "jwks_uri": "keys"}
        return {"issuer": self.origin, **{name: f"{self.origin}/{path}" for name, path in names.items()}, **self.metadata}

    def keys(self):
        return {"keys": [{**json.loads(RSAAlgorithm.to_jwk(OURS.public_key())), "kid": "one", "use": "sig", "alg": "RS256"}]}

    def id_token(self):
        now = int(time.time())
        honest = {
            "iss": self.origin,
            "aud": CLIENT,
            "sub": "somebody",
            "iat": now,
            "exp": now + 300,
            "auth_time": now,
            "nonce": self.nonce,
            "id_number": "310105190001010041",
            "name": "演示新居民",
        }
        claims = {name: value for name, value in {**honest, **self.claims}.items() if value is not None}
        header = {"kid": "one", **self.header}
        if self.algorithm == "none":
            return jwt.encode(claims, None, algorithm="none", headers=header)
        if self.algorithm == "HS256":
            return _with_public_key_as_secret(claims, header)
        return jwt.encode(claims, self.key, algorithm=self.algorithm, headers={name: value for name, value in header.items() if value})


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        place = urlsplit(self.path).path
        contents = {
            "/.well-known/openid-configuration": self.server.doors,
            "/keys": self.server.keys,
            "/userinfo": lambda: {"sub": "somebody", **self.server.userinfo},
        }
        self._send(place, contents.get(place, dict))

    def do_POST(self):
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.server.verifier = form.get("code_verifier", [""])[0]
        code = form.get("code", [""])[0]
        if code not in self.server.codes:
            return self._write(400, json.dumps({"error": "invalid_grant"}).encode())
        self.server.codes.discard(code)
        token = self.server.token or self.server.id_token()
        return self._send("/token", lambda: {"access_token": "access", "token_type": "Bearer", "id_token": token})

    def _send(self, place, content):
        if place in self.server.answer:
            return self._write(*self.server.answer[place])
        if self.server.seconds:
            return self._trickle()
        return self._write(200, json.dumps(content()).encode())

    def _write(self, status, body, **headers):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        if 300 <= status < 400:
            self.send_header("Location", body.decode())
        self.end_headers()
        self.wfile.write(body)

    def _trickle(self):
        """Send a byte now and then, so that a timeout of each read never comes."""
        self.send_response(200)
        self.send_header("Content-Length", "100000")
        self.end_headers()
        until = time.monotonic() + self.server.seconds
        try:
            while time.monotonic() < until:
                self.wfile.write(b" ")
                self.wfile.flush()
                time.sleep(0.05)
        except OSError:
            return

    def log_message(self, *arguments):
        return


def _with_public_key_as_secret(claims, header):
    """Sign with the one key that everybody has (CVE-2015-9256); the library refuses to, so it is done by hand."""
    secret = OURS.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    parts = [_base64(json.dumps({"alg": "HS256", "typ": "JWT", **header}).encode()), _base64(json.dumps(claims).encode())]
    signed = ".".join(parts)
    return f"{signed}.{_base64(hmac.digest(secret, signed.encode(), hashlib.sha256))}"


def _base64(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
