"""A gateway for texts that delivers to nobody and keeps what it was handed, for whoever plays with the demo."""

from __future__ import annotations

import flask

from portal.demo.outside.post import Post, Received
from portal.supervisor.outside import GATEWAY_KEY


def application(post: Post) -> flask.Flask:
    """Return the gateway: ``POST /messages`` takes a text, ``GET /messages?to=NUMBER`` shows what a phone would show."""
    app = flask.Flask(__name__)

    @app.before_request
    def check() -> flask.typing.ResponseReturnValue | None:
        is_known = flask.request.headers.get("Authorization") == f"Bearer {GATEWAY_KEY}"
        return None if is_known else (flask.jsonify(error="unauthorized"), 401)

    @app.post("/messages")
    def take() -> flask.typing.ResponseReturnValue:
        told = flask.request.get_json()
        to, text, reference = (str(told[name]) for name in ("to", "text", "reference"))
        # The same reference again is the same text: whoever asks twice is answered twice, and one text goes out.
        taken = post.take(channel="sms", reference=reference, to=to, text=text, prefix="SM")
        if taken.is_new:
            post.show(Received(channel="sms", to=to, text=text, reference=reference, message_id=taken.message_id, state="delivered"))
        return flask.jsonify(reference=reference), 202

    @app.get("/messages")
    def show() -> flask.typing.ResponseReturnValue:
        found = post.received(channel="sms", to=flask.request.args.get("to", ""))
        return flask.jsonify(messages=[{"to": each.to, "text": each.text, "reference": each.reference} for each in found])

    return app
