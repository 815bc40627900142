"""A national identity provider: oidc-provider-mock, with what it leaves out. People of the demo prove who they are by a click."""

from __future__ import annotations

import base64
import hashlib
import time
import warnings
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

with warnings.catch_warnings(record=True):
    # The libraries behind it announce their own future.
    import oidc_provider_mock
    from oidc_provider_mock._storage import storage

import flask
import jinja2

from portal.demo.residents import EVERYBODY, DemoResident

HIGH = "urn:demo:loa:high"
STATIC = Path(__file__).with_name("static")
_AUTHORIZE = "/oauth2/authorize"
_TOKEN = "/oauth2/token"  # noqa: S105 - an address


def application() -> flask.Flask:
    """Return the provider: discovery, authorization code with PKCE (S256 only), nonce, ``auth_time``, ``acr``, userinfo, keys."""
    people = [oidc_provider_mock.User(sub=each.username, claims=_claims(each)) for each in EVERYBODY]
    app: flask.Flask = oidc_provider_mock.app(require_nonce=True, issue_refresh_token=False, user_claims=people)
    # A debugger runs whatever it is told; nothing here needs one.
    app.debug = False
    app.wsgi_app = app.wsgi_app.app  # type: ignore[method-assign, attr-defined]
    own = jinja2.FileSystemLoader(Path(__file__).with_name("templates"))
    app.jinja_loader = jinja2.ChoiceLoader([own, app.jinja_loader or own])
    app.jinja_env.globals["people"] = EVERYBODY
    app.add_url_rule("/outside.css", view_func=lambda: flask.send_from_directory(STATIC, "outside.css"))
    _prove_by_challenge(app)
    _tell_when_they_proved_themselves(app)
    return app


def _claims(person: DemoResident) -> dict[str, object]:
    return {
        "name": person.name,
        "id_number": person.id_number,
        "phone_number": f"+86 {person.phone}",
        "phone_number_verified": True,
        "acr": HIGH,
    }


def _prove_by_challenge(app: flask.Flask) -> None:
    """Give tokens only to whoever began (RFC 7636): the library takes the parameters and does not look at them."""
    challenges: dict[str, str] = {}

    @app.before_request
    def check() -> flask.Response | None:
        request = flask.request
        if request.path == _AUTHORIZE and request.args.get("code_challenge_method") != "S256":
            return flask.make_response("code_challenge_method must be S256", 400)
        if request.path == _TOKEN:
            digest = hashlib.sha256(request.form.get("code_verifier", "").encode()).digest()
            proved = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
            if challenges.pop(request.form.get("code", ""), None) != proved:
                return flask.make_response(flask.jsonify(error="invalid_grant"), 400)
        return None

    @app.after_request
    def remember(response: flask.Response) -> flask.Response:
        code = parse_qs(urlsplit(response.headers.get("Location", "")).query).get("code")
        if flask.request.path == _AUTHORIZE and code:
            challenges[code[0]] = flask.request.args.get("code_challenge", "")
        return response


def _tell_when_they_proved_themselves(app: flask.Flask) -> None:
    """Put ``auth_time`` into tokens: everybody proves themselves at each journey."""

    @app.before_request
    def note() -> None:
        user = storage.get_user(flask.request.form.get("sub", ""))
        if flask.request.method == "POST" and flask.request.path == _AUTHORIZE and user:
            storage.store_user(oidc_provider_mock.User(sub=user.sub, claims={**user.claims, "auth_time": int(time.time())}))
