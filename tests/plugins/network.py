"""The suite never leaves the machine: a connection to anything but this host fails the test that made it."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from typing import Any

import pytest

LOCAL_NAMES = frozenset({"localhost", "", None})


class LeftTheMachine(AssertionError):
    """A test tried to reach another host."""


def _refuse_others(host: Any) -> None:
    name = host.decode() if isinstance(host, bytes) else host
    if name in LOCAL_NAMES:
        return
    try:
        is_local = ipaddress.ip_address(str(name).partition("%")[0]).is_loopback
    except ValueError:
        is_local = False
    if not is_local:
        raise LeftTheMachine(f"A test tried to reach {name!r}; tests talk to this machine only.")


def _guard(method: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(self: socket.socket, *args: Any) -> Any:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            _refuse_others(args[-1][0])
        return method(self, *args)

    return guarded


def pytest_configure(config: pytest.Config) -> None:
    patch = pytest.MonkeyPatch()
    config.add_cleanup(patch.undo)
    for name in ("connect", "connect_ex", "sendto"):
        patch.setattr(socket.socket, name, _guard(getattr(socket.socket, name)))
    look_up = socket.getaddrinfo

    def guarded_look_up(host: Any, *args: Any, **options: Any) -> Any:
        _refuse_others(host)
        return look_up(host, *args, **options)

    patch.setattr(socket, "getaddrinfo", guarded_look_up)
