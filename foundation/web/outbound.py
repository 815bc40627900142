"""The one way in which the hall calls other people's servers (ASVS 5.0: 1.3.6, 13.2.4, 15.3.2).

Only origins that the settings name are called; a redirect is an answer like any other and is never followed; an answer is cut
off after a few seconds, however slowly it trickles in, and refused beyond a size. Nothing of the process environment (proxies,
``.netrc``) changes where a request goes.
"""

from __future__ import annotations

import http.client
import json
import socket
import ssl
import threading
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

SECONDS: Final = 5.0
MOST_BYTES: Final = 256 * 1024


class OutboundFailed(Exception):
    """A server could not be asked, or answered nothing usable. ``reason`` is one word for logs and holds nothing it said.

    ``was_sent`` says that the server may have got the request, and done what it asks.
    """

    def __init__(self, reason: str, *, was_sent: bool = False) -> None:
        self.reason, self.was_sent = reason, was_sent
        super().__init__(reason)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a server said: the status and the whole body."""

    status: int
    body: bytes

    def json_object(self) -> dict[str, Any]:
        """Return the body as a JSON object; raise :class:`OutboundFailed` for anything else."""
        try:
            found = json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise OutboundFailed("not_json") from error
        if not isinstance(found, dict):
            raise OutboundFailed("not_an_object")
        return found


def origin_of(url: str) -> str:
    """Return scheme, host and port of an address in one way of writing: ``https://id.example.gov``."""
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        return ""
    is_usual = port in {None, {"http": 80, "https": 443}.get(parts.scheme)}
    return f"{parts.scheme}://{parts.hostname or ''}" + ("" if is_usual else f":{port}")


def call(
    method: str,
    url: str,
    *,
    origins: Collection[str],
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    seconds: float = SECONDS,
) -> Answer:
    """Ask a server at one of ``origins``; raise :class:`OutboundFailed` when it is another, does not answer whole, or not in time."""
    parts = urlsplit(url)
    if origin_of(url) not in origins or parts.username is not None:
        raise OutboundFailed("not_on_the_list")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    until = time.monotonic() + seconds
    connection = _connection(parts.scheme, parts.hostname or "", parts.port, seconds)
    was_sent = False
    try:
        connection.connect()
        was_sent = True
        # The response may outlive the connection's own hold of the socket, so the socket is named here.
        with cut_off(connection.sock, max(until - time.monotonic(), 0.0)):
            connection.request(method, path, body=body, headers={"Accept": "application/json", "User-Agent": "hall", **(headers or {})})
            response = connection.getresponse()
            content = response.read(MOST_BYTES + 1)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise OutboundFailed("timeout" if isinstance(error, TimeoutError) else type(error).__name__, was_sent=was_sent) from error
    finally:
        connection.close()
    if len(content) > MOST_BYTES:
        raise OutboundFailed("too_long", was_sent=True)
    return Answer(status=response.status, body=content)


def _connection(scheme: str, host: str, port: int | None, seconds: float) -> http.client.HTTPConnection:
    if scheme == "https":
        return http.client.HTTPSConnection(host, port, timeout=seconds, context=ssl.create_default_context())
    return http.client.HTTPConnection(host, port, timeout=seconds)


@contextmanager
def cut_off(sock: socket.socket | None, seconds: float) -> Iterator[None]:
    """End the conversation when the time is over: a socket's own timeout begins anew with each byte that arrives.

    What then fails in the block becomes ``TimeoutError``.
    """
    is_over = threading.Event()

    def end() -> None:
        is_over.set()
        try:
            if sock is not None:
                sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            return

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    except (OSError, http.client.HTTPException, ValueError) as error:
        if is_over.is_set():
            raise TimeoutError from error
        raise
    finally:
        timer.cancel()
    if is_over.is_set():
        raise TimeoutError
