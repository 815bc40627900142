"""WeChat's template messages of a service account: tokens that end, and answers whose status is always 200."""

from __future__ import annotations

import re
import secrets
import threading
import time
from typing import Any, Final

import flask

from portal.demo.outside.cutting import cut
from portal.demo.outside.post import OtherMessage, Post, Received
from portal.demo.outside.wechat import followers
from portal.supervisor.outside import WECHAT_APP, WECHAT_TEMPLATES

EXPIRES_IN: Final = 7200
RENEWED_BEFORE: Final = 300
_VALUES: Final = {
    "thing": re.compile(r"[^\r\n]{1,20}"),
    "phrase": re.compile(r"[一-鿿]{1,5}"),
    "character_string": re.compile(r"[!-~]{1,32}"),
    "time": re.compile(r"\d{4}-\d\d-\d\d( \d\d:\d\d(:\d\d)?)?|\d{4}年\d{1,2}月\d{1,2}日( \d\d:\d\d)?"),
}


class ServiceAccount:
    """The account that sends."""

    def __init__(self, post: Post) -> None:
        self._post, self._lock = post, threading.Lock()
        self._token, self._ends_at = "", 0.0

    def token(self) -> flask.typing.ResponseReturnValue:
        """Return the token that holds, or another."""
        told = flask.request.get_json(silent=True) or {}
        faults = (
            (told.get("appid") != WECHAT_APP[0], 40013, "invalid appid"),
            (told.get("secret") != WECHAT_APP[1], 40125, "invalid appsecret"),
            (told.get("grant_type") != "client_credential", 40002, "invalid grant_type"),
        )
        for is_so, number, words in faults:
            if is_so:
                return _fault(number, words)
        with self._lock:
            if told.get("force_refresh") is True or time.monotonic() > self._ends_at - RENEWED_BEFORE:
                self._token, self._ends_at = secrets.token_urlsafe(48), time.monotonic() + EXPIRES_IN
            return flask.jsonify(access_token=self._token, expires_in=int(self._ends_at - time.monotonic()))

    def send(self) -> flask.typing.ResponseReturnValue:
        """Take a message."""
        mode = self._post.moods.next("wechat")
        if mode == "hang":
            return cut()
        if mode == "expire":
            with self._lock:
                self._ends_at = 0.0
        if (number := self._wrong_token()) != 0:
            return _fault(number, "invalid credential, access_token is invalid or not latest")
        if mode in {"refuse", "fail"}:
            return _fault(43004, "require subscribe") if mode == "refuse" else _fault(-1, "system error")
        told: dict[str, Any] = flask.request.get_json(silent=True) or {}
        if (fault := _wrong(told)) is not None:
            return _fault(*fault)
        return self._take(told, mode)

    def _take(self, told: dict[str, Any], mode: str) -> flask.typing.ResponseReturnValue:
        reference, to = told["client_msg_id"], told["touser"]
        lines = [each["value"] for each in told["data"].values()]
        try:
            taken = self._post.take(channel="wechat", reference=reference, to=to, text="\n".join(lines), prefix="")
        except OtherMessage:
            return _fault(47003, "client_msg_id was used for another message")
        if taken.is_new:
            state = "dropped" if mode == "drop" else "delivered"
            shown = Received(
                channel="wechat",
                to=to,
                title=lines[0],
                text="\n".join(lines[1:]),
                reference=reference,
                message_id=taken.message_id,
                state=state,
            )
            self._post.show(shown)
        return cut() if mode == "reset" else flask.jsonify(errcode=0, errmsg="ok", msgid=int(taken.message_id))

    def _wrong_token(self) -> int:
        given = flask.request.args.get("access_token", "")
        with self._lock:
            return 0 if given and given == self._token and time.monotonic() < self._ends_at else 40001


def _wrong(told: Any) -> tuple[int, str] | None:
    if not isinstance(told, dict) or not isinstance(told.get("client_msg_id"), str):
        return 47001, "data format error"
    if told.get("touser") not in followers():
        return 40003, "invalid openid"
    if told.get("template_id") not in WECHAT_TEMPLATES:
        return 40037, "invalid template_id"
    data = told.get("data")
    if not isinstance(data, dict) or not data or not all(_fits(name, value) for name, value in data.items()):
        return 47003, "argument invalid! data format error"
    return None


def _fits(name: str, given: Any) -> bool:
    pattern = _VALUES.get(name.rstrip("0123456789"))
    value = given.get("value") if isinstance(given, dict) else None
    return pattern is not None and isinstance(value, str) and pattern.fullmatch(value) is not None


def _fault(number: int, words: str) -> flask.Response:
    return flask.jsonify(errcode=number, errmsg=words)


def add_to(app: flask.Flask, post: Post) -> None:
    """Let WeChat take template messages too."""
    account = ServiceAccount(post)
    app.add_url_rule("/cgi-bin/stable_token", endpoint="stable_token", view_func=account.token, methods=["POST"])
    app.add_url_rule("/cgi-bin/message/template/send", endpoint="send", view_func=account.send, methods=["POST"])
