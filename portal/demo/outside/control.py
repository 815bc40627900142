"""``/control``: telling the providers how to behave, and asking them what arrived."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import flask

from portal.demo.outside.behaviour import Behaviour, Unknown
from portal.demo.outside.post import Post
from portal.demo.outside.reports import Reports


def _read(told: Any) -> tuple[str, Behaviour]:
    if not isinstance(told, dict) or not set(told) <= {"channel", "mode", "seconds", "times"}:
        raise Unknown("channel, mode, seconds, times")
    channel, mode, seconds, times = told.get("channel"), told.get("mode"), told.get("seconds", 2.0), told.get("times")
    is_number = isinstance(seconds, int | float) and not isinstance(seconds, bool) and seconds >= 0
    is_count = times is None or (isinstance(times, int) and not isinstance(times, bool) and times > 0)
    if not isinstance(channel, str) or not isinstance(mode, str) or not is_number or not is_count:
        raise Unknown("channel and mode are words, seconds is at least 0, times at least 1")
    return channel, Behaviour(mode=mode, seconds=float(seconds), times=times)


def application(post: Post, reports: Reports) -> flask.Flask:
    """Return the control."""
    app = flask.Flask(__name__)

    @app.get("/")
    def show() -> flask.typing.ResponseReturnValue:
        return flask.jsonify({channel: asdict(behaviour) for channel, behaviour in post.moods.all().items()})

    @app.post("/")
    def tell() -> flask.typing.ResponseReturnValue:
        try:
            channel, behaviour = _read(flask.request.get_json(silent=True))
            post.moods.tell(channel, behaviour)
        except Unknown as error:
            return flask.jsonify(error=str(error)), 400
        return show()

    @app.get("/messages")
    def messages() -> flask.typing.ResponseReturnValue:
        given = flask.request.args
        found = post.received(channel=given.get("channel", ""), to=given.get("to", ""))
        return flask.jsonify(messages=[{**asdict(each), "at": each.at.isoformat()} for each in found])

    @app.post("/hall")
    def hall() -> flask.typing.ResponseReturnValue:
        reports.hall = str((flask.request.get_json(silent=True) or {}).get("url", ""))
        return flask.jsonify(url=reports.hall)

    @app.post("/forget")
    def forget() -> flask.typing.ResponseReturnValue:
        post.forget()
        for channel in post.moods.all():
            post.moods.tell(channel, Behaviour())
        return show()

    return app
