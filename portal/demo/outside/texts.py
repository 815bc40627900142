"""A gateway for texts that delivers to nobody and keeps what it was handed, for whoever plays with the demo."""

from __future__ import annotations

import flask

from portal.supervisor.outside import GATEWAY_KEY

MOST_KEPT = 1000


def application() -> flask.Flask:
    """Return the gateway: ``POST /messages`` takes a text, ``GET /messages?to=NUMBER`` shows what a phone would show."""
    app = flask.Flask(__name__)
    kept: dict[str, dict[str, str]] = {}

    @app.before_request
    def check() -> flask.typing.ResponseReturnValue | None:
        is_known = flask.request.headers.get("Authorization") == f"Bearer {GATEWAY_KEY}"
        return None if is_known else (flask.jsonify(error="unauthorized"), 401)

    @app.post("/messages")
    def take() -> flask.typing.ResponseReturnValue:
        told = flask.request.get_json()
        message = {name: str(told[name]) for name in ("to", "text", "reference")}
        # The same reference again is the same text: whoever asks twice is answered twice, and one text goes out.
        kept.setdefault(message["reference"], message)
        while len(kept) > MOST_KEPT:
            del kept[next(iter(kept))]
        return flask.jsonify(reference=message["reference"]), 202

    @app.get("/messages")
    def show() -> flask.typing.ResponseReturnValue:
        to = flask.request.args.get("to", "")
        return flask.jsonify(messages=[each for each in kept.values() if not to or each["to"] == to])

    return app
