"""Cutting the connection where an answer was due: a provider that took the message and then went away."""

from __future__ import annotations

import contextlib
import socket
import struct
from collections.abc import Callable, Iterable
from typing import Any, Final

import flask

_MARK: Final = "X-Cut"
_AT_ONCE: Final = struct.pack("ii", 1, 0)


def cut() -> flask.Response:
    """Return the answer that is never sent."""
    return flask.Response(status=500, headers={_MARK: "1"})


def reset(connection: socket.socket) -> None:
    """End a connection by RST instead of FIN."""
    with contextlib.suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)


class Cutting:
    """A WSGI application that cuts where it is told to."""

    def __init__(self, application: Callable[..., Iterable[bytes]]) -> None:
        self._application = application

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Pass every answer on but the marked ones."""

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            if any(name == _MARK for name, _value in headers):
                reset(environ["werkzeug.socket"])
                raise ConnectionResetError
            return start_response(status, headers, *rest)

        return self._application(environ, start)
