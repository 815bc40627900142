"""Serve them all on one port of this machine: the identity provider at ``/``, WeChat at ``/wechat``, the gateway at ``/texts``."""

from __future__ import annotations

import logging
import os
import sys
from typing import Any

from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.serving import make_server

# The demo's provider is on this machine and speaks plain HTTP.
os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"

from portal.demo.outside import identity_provider, texts, wechat


def main(port: int) -> None:
    """Serve until the process is told to end."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    logging.getLogger("oidc_provider_mock").setLevel(logging.ERROR)
    apps: dict[str, Any] = {"/wechat": wechat.application(), "/texts": texts.application()}
    make_server("127.0.0.1", port, DispatcherMiddleware(identity_provider.application(), apps), threaded=True).serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]))
