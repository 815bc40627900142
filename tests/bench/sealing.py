"""Sealing and verifying the record of a million rows, and the proof of one of them. ``HALL_BENCH_ROWS`` changes the million.

Seconds are those of an idle machine with one core: the clock on the wall, unless the processors of both sides together took less, for then
the rest was waiting for what else runs on the machine. Both are printed.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils import timezone

from foundation.transparency import log as the_log
from foundation.transparency.models import Leaf
from foundation.transparency.operations.seal import seal_all
from foundation.transparency.proofs import check_proof
from foundation.transparency.proving import proof_of
from foundation.transparency.verification.files import check_files
from foundation.transparency.verification.whole import check_everything, check_tree
from tests.bench.figures import Figure
from tests.bench.world import World
from tests.foundation.transparency.timelines import write_deeds, write_timelines

ROWS = int(os.environ.get("HALL_BENCH_ROWS", "1000000"))
MILLION = 1_000_000
TRIES = 50


def figures(world: World) -> Iterator[Figure]:
    """Yield the figures of sealing."""
    seal_all(now=timezone.now())
    write_timelines(units=[world.station, world.other_station], category=world.category, entries=ROWS, now=world.now)
    rows, took = measured(lambda: seal_all(now=timezone.now()))
    yield Figure(name=f"sealing {rows:,} steps, entries a second", value=rows / took.seconds, at_least=100_000, detail=str(took))
    write_deeds(count=ROWS // 10, now=world.now)
    rows, took = measured(lambda: seal_all(now=timezone.now()))
    yield Figure(name=f"sealing {rows:,} deeds, entries a second", value=rows / took.seconds, detail=str(took))
    keys = the_log.verifiers(the_log.origin())
    checks: dict[str, tuple[Callable[[], object], float | None]] = {
        "chains, tree and checkpoints": (lambda: _none(check_tree(outside=the_log.folder().published())), 15),
        "published files without a database": (lambda: _none(check_files(the_log.folder(), verifiers=keys)), 15),
        "all of it, each row computed anew": (lambda: _none(check_everything(now=timezone.now(), folder=the_log.folder())), None),
    }
    count = Leaf.objects.count()
    for name, (check, most) in checks.items():
        _nothing, took = measured(check)
        yield Figure(
            name=f"verifying a million: {name}, s", value=took.seconds * MILLION / count, at_most=most, detail=f"{count:,}: {took}"
        )
    yield from _proof(count)


def _proof(count: int) -> Iterator[Figure]:
    commitment = bytes(Leaf.objects.get(index=count // 3).commitment)
    made = proof_of(commitment=commitment).text.encode()
    keys = the_log.verifiers(the_log.origin())
    checked = statistics.median(timed(lambda: check_proof(made, keys))[1] for _try in range(TRIES))
    built = statistics.median(timed(lambda: proof_of(commitment=commitment))[1] for _try in range(TRIES))
    yield Figure(name="size of a proof, bytes", value=len(made), at_most=1500)
    yield Figure(name="checking a proof, ms", value=checked * 1000, at_most=1)
    yield Figure(name="making a proof, ms", value=built * 1000)


@dataclass(frozen=True, kw_only=True)
class Took:
    """What a work took: seconds on the wall, and of a processor in this process and in its PostgreSQL."""

    wall: float
    here: float
    database: float

    @property
    def seconds(self) -> float:
        return min(self.wall, self.here + self.database)

    def __str__(self) -> str:
        return f"{self.wall:.1f} s; CPU {self.here:.1f} s here, {self.database:.1f} s PostgreSQL"


def measured(work: Callable[[], Any]) -> tuple[Any, Took]:
    """Return what the work returns, and what it took."""
    wall, here, database = time.perf_counter(), time.process_time(), _database_seconds()
    done = work()
    here, database = time.process_time() - here, _database_seconds() - database
    return done, Took(wall=time.perf_counter() - wall, here=here, database=database)


def _database_seconds() -> float:
    """Return the processor's seconds of the process that serves our connection, as the kernel counts them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone() or (0,)
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def timed(work: Callable[[], object]) -> tuple[object, float]:
    """Return what the work returns, and the seconds it took."""
    began = time.perf_counter()
    done = work()
    return done, time.perf_counter() - began


def _none(results: Iterator[object]) -> None:
    """Run a check to its end, and fail on a finding: a verifier that is fast and wrong measures nothing."""
    found = [each for each in results if not isinstance(each, int)]
    assert not found, found[:3]
