"""The look-up by QR code against a bare view on the same server, and what a typed look-up costs."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from unittest.mock import patch

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from foundation.inquiries import hashing
from foundation.inquiries.codes import TypedCode, new_typed_code
from foundation.inquiries.models import InquiryCode
from tests.bench.figures import Figure, interleaved
from tests.bench.world import World

CLIENTS = 4
REQUESTS = 150
ROUNDS = 12


def figures(world: World) -> Iterator[Figure]:
    """Yield the figures of looking up."""
    token, typed = world.issue_code()
    selector = typed.replace("-", "")[:6]
    with server() as port:
        body = json.dumps({"token": token})
        look_up = partial(load, port, "POST", "/api/v1/inquiries/", body)
        bare = partial(load, port, "GET", f"/bench/bare/{selector}/", None)
        look_up()
        bare()
        seconds = interleaved(look_up, bare, rounds=ROUNDS)
    rates = [CLIENTS * REQUESTS / each for each in seconds]
    yield Figure(
        name="look-up by QR code / bare view with one indexed query",
        value=rates[0] / rates[1],
        at_least=0.5,
        detail=f"{rates[0]:,.0f}/s against {rates[1]:,.0f}/s",
    )
    yield Figure(name="queries of a look-up by QR code, access row included", value=_queries(token), at_most=4)
    yield from _typed(typed)


@contextmanager
def server() -> Iterator[int]:
    """Run granian as the hall runs it, on a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--workers", "1", "--blocking-threads", "4", "--log-level", "error"]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.bench.settings"}
    process = subprocess.Popen([*command, "--port", str(port), "portal.wsgi:application"], env=environment, stdout=subprocess.DEVNULL)
    try:
        _await(port, process)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def _await(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 0.2).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server of the bench did not start")


def load(port: int, method: str, path: str, body: str | None, *, requests: int = REQUESTS) -> list[float]:
    """Send the same request over a few kept connections and return the seconds of each; every answer must be 200."""
    times: list[float] = []

    def client(_number: int) -> None:
        kept = http.client.HTTPConnection("127.0.0.1", port)
        headers = {"Content-Type": "application/json"} if body else {}
        for _ in range(requests):
            began = time.perf_counter()
            kept.request(method, path, body, headers)
            answer = kept.getresponse()
            answer.read()
            if answer.status != 200:
                raise RuntimeError(f"{path} answered {answer.status}")
            times.append(time.perf_counter() - began)
        kept.close()

    with ThreadPoolExecutor(CLIENTS) as threads:
        list(threads.map(client, range(CLIENTS)))
    return times


def _queries(token: str) -> int:
    client = Client()
    client.post("/api/v1/inquiries/", json.dumps({"token": token}), content_type="application/json")
    with CaptureQueriesContext(connection) as queries:
        client.post("/api/v1/inquiries/", json.dumps({"token": token}), content_type="application/json")
    return len(queries)


def _typed(typed: str) -> Iterator[Figure]:
    """Count Argon2 for a right code, a wrong secret, an unknown selector, and an attempt that a limit stops."""
    known = InquiryCode.objects.order_by("-issued_at").values_list("selector", flat=True)[0]
    wrong = TypedCode(selector=known, secret=new_typed_code().secret).printed
    for name, code, bound in (("right", typed, 1), ("wrong", wrong, 1), ("of an unknown selector", new_typed_code().printed, 1)):
        yield Figure(name=f"Argon2 of a typed code that is {name}", value=_hashes([code]), at_least=bound, at_most=bound)
    yield Figure(name="Argon2 of ten wrong tries at one selector (limit 5, one spent)", value=_hashes([wrong] * 10), at_least=4, at_most=4)


def _hashes(codes: list[str]) -> int:
    with patch.object(hashing, "verify_argon2", wraps=hashing.verify_argon2) as counted:
        for code in codes:
            Client().post("/api/v1/inquiries/", json.dumps({"code": code}), content_type="application/json")
    return counted.call_count
