"""WeChat's door for websites (open.weixin.qq.com, api.weixin.qq.com): its parameters, its answers and its errors."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from urllib.parse import urlencode

import flask

from portal.demo.residents import EVERYBODY
from portal.supervisor.outside import WECHAT_APP

CODE_SECONDS = 300
STRANGER = "wx-stranger"


def followers() -> frozenset[str]:
    """Return who follows the service account, by openid: everybody of the demo who has WeChat."""
    return frozenset(f"o-{each.wechat}" for each in EVERYBODY if each.wechat)


class WeChat:
    """The accounts and the codes that were given out."""

    def __init__(self) -> None:
        self.codes: dict[str, tuple[str, float]] = {}
        self.used: set[str] = set()

    def scan(self) -> flask.typing.ResponseReturnValue:
        """The page with the QR code: here a list of accounts, one of which scans it."""
        given = flask.request.args
        if (given.get("appid"), given.get("scope"), given.get("response_type")) != (WECHAT_APP[0], "snsapi_login", "code"):
            return "Scope 参数错误或没有 Scope 权限", 400
        if flask.request.method == "GET":
            accounts = [*(each.wechat for each in EVERYBODY if each.wechat), STRANGER]
            return flask.render_template("wechat.html", accounts=accounts)
        code = secrets.token_hex(16)
        self.codes[code] = (flask.request.form["account"], time.monotonic())
        back = given["redirect_uri"]
        return flask.redirect(f"{back}{'&' if '?' in back else '?'}{urlencode({'code': code, 'state': given.get('state', '')})}")

    def token(self) -> flask.typing.ResponseReturnValue:
        """Redeem a code. WeChat tells of errors with status 200."""
        given = flask.request.args
        number, words = self._fault(given)
        if number:
            return flask.jsonify(errcode=number, errmsg=words)
        code = given["code"]
        self.used.add(code)
        account, _made_at = self.codes.pop(code)
        return flask.jsonify(
            access_token=secrets.token_urlsafe(24),
            expires_in=7200,
            refresh_token=secrets.token_urlsafe(24),
            openid=f"o-{account}",
            scope="snsapi_login",
            unionid=f"u-{account}",
        )

    def _fault(self, given: Mapping[str, str]) -> tuple[int, str]:
        code = given.get("code", "")
        _account, made_at = self.codes.get(code, ("", 0.0))
        faults = (
            (given.get("appid") != WECHAT_APP[0], 40013, "invalid appid"),
            (given.get("secret") != WECHAT_APP[1], 40125, "invalid appsecret"),
            (code in self.used, 40163, "code been used"),
            (code not in self.codes or given.get("grant_type") != "authorization_code", 40029, "invalid code"),
            (time.monotonic() - made_at > CODE_SECONDS, 42003, "code expired"),
        )
        return next(((number, words) for is_so, number, words in faults if is_so), (0, ""))


def application() -> flask.Flask:
    """Return WeChat."""
    app, wechat = flask.Flask(__name__), WeChat()
    app.add_url_rule("/connect/qrconnect", view_func=wechat.scan, methods=["GET", "POST"])
    app.add_url_rule("/sns/oauth2/access_token", view_func=wechat.token)
    return app
