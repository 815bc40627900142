"""Template messages of the city's WeChat account: docs/providers.md."""

from __future__ import annotations

import hashlib
import json
from typing import Any, Final

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

from foundation import clock
from foundation.notifications.channels.base import Message, Refused, Unavailable
from foundation.web.outbound import OutboundFailed, call, origin_of

_TOKEN_ENDED: Final = frozenset({40001, 40014, 42001})
_FOR_GOOD: Final = frozenset({40003, 43004, 43101, 40037, 47003})
_OURS_TO_MEND: Final = frozenset({40002, 40013, 40125, 40164})
_LONGEST_THING: Final = 20
# A token that ends while a message is under way is fetched anew, but most need not find that out.
_SPARE_SECONDS: Final = 300


class WeChat:
    """WeChat's door for messages."""

    name = "wechat"

    def is_set_up(self) -> bool:
        """Whether the settings name an account."""
        return bool(settings.WECHAT_API and settings.WECHAT_ACCOUNT and settings.WECHAT_TEMPLATE)

    def hand_over(self, *, address: str, message: Message, reference: str) -> str | None:
        """Hand over one message to an openid; return WeChat's id of it. A token that ended is fetched anew, once."""
        told = self._send(address, message, reference, token=self._token())
        if told["errcode"] in _TOKEN_ENDED:
            told = self._send(address, message, reference, token=self._token(anew=True))
        if told["errcode"]:
            raise _refusal(told["errcode"])
        return str(told.get("msgid", ""))[:100]

    def _send(self, address: str, message: Message, reference: str, *, token: str) -> dict[str, Any]:
        values = {
            "thing1": message.subject[:_LONGEST_THING],
            "thing2": message.text[:_LONGEST_THING],
            "time3": timezone.localtime(clock.now()).strftime("%Y-%m-%d %H:%M"),
        }
        body = {
            "touser": address,
            "template_id": settings.WECHAT_TEMPLATE,
            "client_msg_id": reference,
            "data": {name: {"value": value} for name, value in values.items()},
        }
        return _ask(f"/cgi-bin/message/template/send?access_token={token}", body)

    def _token(self, *, anew: bool = False) -> str:
        app_id, _colon, secret = settings.WECHAT_ACCOUNT.partition(":")
        place = f"wechat-token:{hashlib.sha256(settings.WECHAT_ACCOUNT.encode()).hexdigest()[:16]}"
        known = None if anew else _remembered(place)
        if known:
            return known
        body = {"grant_type": "client_credential", "appid": app_id, "secret": secret, "force_refresh": anew}
        told = _ask("/cgi-bin/stable_token", body)
        token = told.get("access_token")
        if told["errcode"] or not isinstance(token, str) or not token:
            raise Unavailable(f"errcode_{told['errcode']}", needs_operator=told["errcode"] in _OURS_TO_MEND)
        seconds = told.get("expires_in")
        _remember(place, token, seconds - _SPARE_SECONDS if type(seconds) is int else 0)
        return token


def _ask(path: str, body: dict[str, Any]) -> dict[str, Any]:
    """Return what WeChat said, its ``errcode`` a number; raise :class:`Unavailable`."""
    api: str = settings.WECHAT_API
    content = json.dumps(body, ensure_ascii=False).encode()
    try:
        answer = call("POST", f"{api}{path}", origins=(origin_of(api),), headers={"Content-Type": "application/json"}, body=content)
    except OutboundFailed as error:
        raise Unavailable(error.reason, is_unknown=error.was_sent) from error
    if answer.status != 200:
        raise Unavailable(f"status_{answer.status}")
    try:
        told = answer.json_object()
    except OutboundFailed as error:
        raise Unavailable(error.reason, is_unknown=True) from error
    code = told.get("errcode", 0)
    return {**told, "errcode": code if type(code) is int else -1}


def _refusal(code: int) -> Exception:
    if code in _FOR_GOOD:
        return Refused(f"errcode_{code}")
    return Unavailable(f"errcode_{code}", needs_operator=code in _OURS_TO_MEND)


def _remembered(place: str) -> str | None:
    """Return a kept token. Without the cache each message fetches one: slower, not wrong."""
    try:
        kept = cache.get(place)
    except Exception:
        return None
    return kept if isinstance(kept, str) else None


def _remember(place: str, token: str, seconds: int) -> None:
    if seconds <= 0:
        return
    try:
        cache.set(place, token, seconds)
    except Exception:
        return
