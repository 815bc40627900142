"""The demo's identity providers and gateway: where they are and what the hall has to know of them."""

from __future__ import annotations

import http.client
import json
import socket
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from portal.supervisor.services import Service

WECHAT_APP = ("wx0000demo0000demo", "demo-wechat-secret")
# Key id and secret for sending, and for the reports that come back; the signatures before a text; a login for mail.
SMS_KEY = ("demo-sms", "demo-sms-secret")
SMS_REPORTS_KEY = ("demo-sms-reports", "demo-sms-reports-secret")
SMS_SIGN = ("阳光警务", "Police Hall")
SMTP_LOGIN = ("hall", "demo-smtp-secret")
WECHAT_TEMPLATES = ("hall-message",)
LEDGER = "outside.ledger"
_PORT_FILE = "outside.port"


def choose_port(*, var: Path, beside: int) -> int:
    """Return the first of two free ports, those beside the hall's own if they are free, and leave a note of it for commands."""
    port = beside + 1 if beside < 65534 and _is_free(beside + 1) and _is_free(beside + 2) else any_two_free()
    (var / _PORT_FILE).write_text(str(port))
    return port


def noted_port(var: Path) -> int | None:
    """Return the port that a hall in this folder chose last."""
    note = var / _PORT_FILE
    return int(note.read_text()) if note.exists() else None


def smtp_port(port: int) -> int:
    """Return where mail is taken: on the port after."""
    return port + 1


def gateway(port: int) -> str:
    """Return the address of the gateway for texts."""
    return f"http://127.0.0.1:{port}/sms"


def providers(port: int) -> list[dict[str, Any]]:
    """Return the description of the providers, as ``HALL_IDENTITY_PROVIDERS`` holds one."""
    origin = f"http://127.0.0.1:{port}"
    app_id, secret = WECHAT_APP
    national = {
        "code": "national",
        "protocol": "openid-connect",
        "title": {"en": "your national identity", "zh": "国家网络身份认证"},
        "issuer": origin,
        "client_id": "sunshine-hall",
        "client_secret": "demo-client-secret",
        "claims": {"id_number": "id_number", "name": "name", "phone": "phone_number"},
        "assurance": {"urn:demo:loa:high": "high", "urn:demo:loa:substantial": "substantial"},
    }
    wechat = {
        "code": "wechat",
        "protocol": "wechat",
        "title": {"en": "WeChat", "zh": "微信"},
        "issuer": f"{origin}/wechat",
        "client_id": app_id,
        "client_secret": secret,
    }
    return [national, wechat]


def environment(port: int) -> dict[str, str]:
    """Return the variables that tell the hall of them."""
    return {
        "HALL_IDENTITY_PROVIDERS": json.dumps(providers(port), ensure_ascii=False),
        "HALL_SMS_GATEWAY": gateway(port),
        "HALL_SMS_KEY": ":".join(SMS_KEY),
        "HALL_SMS_REPORTS_KEY": ":".join(SMS_REPORTS_KEY),
        "HALL_SMS_SIGN": ",".join(SMS_SIGN),
        "HALL_WECHAT_API": f"http://127.0.0.1:{port}/wechat",
        "HALL_WECHAT_ACCOUNT": ":".join(WECHAT_APP),
        "HALL_WECHAT_TEMPLATE": WECHAT_TEMPLATES[0],
        "HALL_MAIL_SERVER": f"smtp://127.0.0.1:{smtp_port(port)}",
    }


def command(port: int, *, hall: str = "", ledger: Path | None = None) -> list[str]:
    """Return the command that starts it; it tells ``hall`` what became of texts."""
    told = ["--smtp-port", str(smtp_port(port)), *(["--hall", hall] if hall else []), *(["--ledger", str(ledger)] if ledger else [])]
    return [sys.executable, "-m", "portal.demo.outside", str(port), *told]


def service(port: int, *, hall: str, var: Path, environment: Mapping[str, str]) -> Service:
    """Return the one process that plays them all."""
    return Service(
        name="outside",
        command=command(port, hall=hall, ledger=var / LEDGER),
        is_ready=lambda pid: answers(port),
        environment=environment,
        mend="Mend that, then start again.",
    )


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def any_two_free() -> int:
    """Return a free port whose neighbour is free too."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        if port < 65535 and _is_free(smtp_port(port)):
            return port


def answers(port: int) -> bool:
    """Whether the process serves by now."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/jwks")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
