"""Sealing and verifying the record of a million rows, and the proof of one of them. ``HALL_BENCH_ROWS`` changes the million."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

from django.utils import timezone

from foundation.transparency.operations.seal import seal_all
from tests.bench.figures import Figure
from tests.bench.world import World
from tests.foundation.transparency.timelines import write_timelines

ROWS = int(os.environ.get("HALL_BENCH_ROWS", "1000000"))


def figures(world: World) -> Iterator[Figure]:
    """Yield the figures of sealing."""
    seal_all(now=timezone.now())
    t = time.perf_counter()
    write_timelines(units=[world.station, world.other_station], category=world.category, entries=ROWS, now=world.now)
    print("made", time.perf_counter() - t)
    began = time.perf_counter()
    rows = seal_all(now=timezone.now())
    seconds = time.perf_counter() - began
    yield Figure(name=f"sealing {rows:,} entries, entries a second", value=rows / seconds, at_least=100_000, detail=f"{seconds:.1f} s")
