"""A provider of SMS: its signatures, its answers, its reports (docs/providers.md)."""

from __future__ import annotations

import json
import re
import secrets
import threading
import time
from typing import Any, Final

import flask

from portal.demo.outside import signing
from portal.demo.outside.behaviour import Moods
from portal.demo.outside.cutting import cut
from portal.demo.outside.post import OtherMessage, Post, Received
from portal.demo.outside.reports import Reports
from portal.supervisor.outside import SMS_KEY, SMS_SIGN

NUMBER: Final = re.compile(r"\+861[3-9][0-9]{9}")
REFERENCE: Final = re.compile(r"[A-Za-z0-9-]{1,64}")
# One segment: 70 characters of UCS-2, or 160 of the Latin alphabet of GSM 03.38, of which an extension takes two.
_GSM: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_TWICE: Final = frozenset("^{}\\[~]|€")
FINAL: Final = 403


class Fault(Exception):
    """The request is refused: status and code."""

    def __init__(self, status: int, code: str) -> None:
        self.status, self.code = status, code
        super().__init__(code)


class Sms:
    """The provider."""

    def __init__(self, post: Post, reports: Reports) -> None:
        self._post, self._reports = post, reports
        self._nonces, self._lock = signing.Nonces(), threading.Lock()

    @property
    def _moods(self) -> Moods:
        return self._post.moods

    def send(self) -> flask.typing.ResponseReturnValue:
        """Take a message."""
        self._check_signature()
        message = _message(flask.request.get_data())
        mode = self._moods.next("sms")
        if mode == "hang":
            return cut()
        if mode == "refuse":
            raise Fault(FINAL, "number.blacklisted")
        if mode == "fail":
            raise Fault(500, "internal")
        to, text, reference = message["to"], message["text"], message["reference"]
        try:
            taken = self._post.take(channel="sms", reference=reference, to=to, text=text, prefix="SM")
        except OtherMessage:
            raise Fault(409, "reference.conflict") from None
        if taken.is_new:
            shown = Received(
                channel="sms", to=to, text=text, reference=reference, message_id=taken.message_id, sender=_signature(message["sign"]),
                state="dropped" if mode in {"drop", "lie"} else "accepted",
            )  # fmt: skip
            self._post.show(shown)
            self._reports.follow(shown, mode=mode)
        if mode == "reset":
            return cut()
        return flask.jsonify(code="OK", message="accepted", message_id=taken.message_id, reference=reference)

    def status(self, reference: str) -> flask.typing.ResponseReturnValue:
        """Tell how far a message is."""
        self._check_signature()
        found = self._post.find("sms", reference)
        if found is None:
            raise Fault(404, "reference.unknown")
        state = "accepted" if found.state == "dropped" else found.state
        return flask.jsonify(
            code="OK", message_id=found.message_id, reference=reference, status=state, reason=found.reason, at=found.at.isoformat()
        )

    def _check_signature(self) -> None:
        request = flask.request
        asked = signing.Asked(
            method=request.method,
            path=request.root_path + request.path,
            query=request.query_string.decode("latin-1"),
            headers={name.lower(): value for name, value in request.headers},
            body=request.get_data(),
        )
        try:
            with self._lock:
                signing.check(asked, keys=dict([SMS_KEY]), nonces=self._nonces, now=time.time())
        except signing.Refused as refusal:
            raise Fault(401, str(refusal)) from None


def _message(body: bytes) -> dict[str, str]:
    try:
        told = json.loads(body)
    except ValueError:
        raise Fault(400, "parameter.invalid") from None
    names = {"to", "sign", "text", "reference"}
    if not isinstance(told, dict) or set(told) != names or not all(isinstance(each, str) for each in told.values()):
        raise Fault(400, "template.unknown" if isinstance(told, dict) and "template" in told else "parameter.invalid")
    faults = (
        (not NUMBER.fullmatch(told["to"]), "number.invalid"),
        (told["sign"] not in SMS_SIGN, "sign.unknown"),
        (not REFERENCE.fullmatch(told["reference"]) or not told["text"].strip(), "parameter.invalid"),
        (not _fits(_signature(told["sign"]) + told["text"]), "text.too_long"),
    )
    for is_so, code in faults:
        if is_so:
            raise Fault(400, code)
    return dict(told)


def _signature(sign: str) -> str:
    """Return what stands before the text on the phone; a Latin one keeps the text in the Latin alphabet."""
    return f"{sign}: " if sign.isascii() else f"【{sign}】"


def _fits(text: str) -> bool:
    if all(character in _GSM or character in _GSM_TWICE for character in text):
        return len(text) + sum(character in _GSM_TWICE for character in text) <= 160
    return len(text.encode("utf-16-be")) <= 140


def _tell(fault: Any) -> flask.typing.ResponseReturnValue:
    return flask.jsonify(code=fault.code, message=fault.code, request_id=secrets.token_hex(8)), fault.status


def application(post: Post, reports: Reports) -> flask.Flask:
    """Return the provider."""
    app, sms = flask.Flask(__name__), Sms(post, reports)
    app.add_url_rule("/v1/messages", view_func=sms.send, methods=["POST"])
    app.add_url_rule("/v1/messages/<reference>", view_func=sms.status)
    app.register_error_handler(Fault, _tell)
    return app
