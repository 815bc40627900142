"""Serve them all on one port of this machine, and mail on another."""

from __future__ import annotations

import argparse
import logging
import os
from pathlib import Path
from typing import Any

from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.serving import WSGIRequestHandler, make_server

# The demo's provider is on this machine and speaks plain HTTP.
os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"

from portal.demo.outside import control, identity_provider, received, sms, wechat, wechat_messages
from portal.demo.outside.cutting import Cutting
from portal.demo.outside.ledger import Ledger
from portal.demo.outside.mail import MailServer
from portal.demo.outside.post import Post
from portal.demo.outside.reports import Reports


class _Handler(WSGIRequestHandler):
    def connection_dropped(self, error: BaseException, environ: Any = None) -> None:
        """Close what was cut: a connection that is kept open would look like a provider that hangs."""
        self.close_connection = True


def main(port: int, *, smtp_port: int, hall: str, ledger: Path | None) -> None:
    """Serve until the process is told to end. The identity provider is at ``/``, each other under its name."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    logging.getLogger("oidc_provider_mock").setLevel(logging.ERROR)
    post = Post(Ledger(ledger))
    reports = Reports(post, hall)
    door = wechat.application()
    wechat_messages.add_to(door, post)
    apps: dict[str, Any] = {
        "/wechat": door,
        "/sms": sms.application(post, reports),
        "/control": control.application(post, reports),
        "/received": received.application(post),
    }
    if smtp_port:
        MailServer(smtp_port, post).start()
    site = Cutting(DispatcherMiddleware(identity_provider.application(), apps))
    make_server("127.0.0.1", port, site, threaded=True, request_handler=_Handler).serve_forever()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("port", type=int)
    parser.add_argument("--smtp-port", type=int, default=0, help="where mail is taken; 0 takes none")
    parser.add_argument("--hall", default="", help="the hall's address, to which reports go")
    parser.add_argument("--ledger", type=Path, help="the file that keeps what was accepted")
    return parser.parse_args()


if __name__ == "__main__":
    given = _arguments()
    main(given.port, smtp_port=given.smtp_port, hall=given.hall, ledger=given.ledger)
