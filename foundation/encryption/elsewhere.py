"""What data keys seal outside the tables, such as files: registered, so that ``rotate_keys`` never calls an old key spare that is not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Elsewhere:
    """Things that are sealed: ``stale`` counts those of older keys, ``rotate`` seals them anew and yields how many after each batch."""

    label: str
    stale: Callable[[], int]
    rotate: Callable[[], Iterator[int]]


_registered: dict[str, Elsewhere] = {}


def register(things: Elsewhere) -> None:
    """Let ``manage.py rotate_keys`` look after them too."""
    _registered[things.label] = things


def sealed_elsewhere() -> tuple[Elsewhere, ...]:
    """Return everything that is registered."""
    return tuple(_registered.values())
