"""Sealing and verifying the record of a million rows, and the proof of one of them. ``HALL_BENCH_ROWS`` changes the million."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Iterator

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
from tests.foundation.transparency.timelines import write_timelines

ROWS = int(os.environ.get("HALL_BENCH_ROWS", "1000000"))
MILLION = 1_000_000
TRIES = 50


def figures(world: World) -> Iterator[Figure]:
    """Yield the figures of sealing."""
    seal_all(now=timezone.now())
    write_timelines(units=[world.station, world.other_station], category=world.category, entries=ROWS, now=world.now)
    rows, seconds = timed(lambda: seal_all(now=timezone.now()))
    yield Figure(name=f"sealing {rows:,} entries, entries a second", value=rows / seconds, at_least=100_000, detail=f"{seconds:.1f} s")
    keys = the_log.verifiers(the_log.origin())
    checks: dict[str, tuple[Callable[[], object], float | None]] = {
        "chains, tree and checkpoints": (lambda: _none(check_tree(outside=the_log.folder().published())), 15),
        "published files without a database": (lambda: _none(check_files(the_log.folder(), verifiers=keys)), 15),
        "all of it, each row computed anew": (lambda: _none(check_everything(now=timezone.now(), folder=the_log.folder())), None),
    }
    count = Leaf.objects.count()
    for name, (check, most) in checks.items():
        _nothing, seconds = timed(check)
        yield Figure(
            name=f"verifying a million: {name}, s", value=seconds * MILLION / count, at_most=most, detail=f"{count:,}: {seconds:.1f} s"
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


def timed(work: Callable[[], object]) -> tuple[object, float]:
    """Return what the work returns, and the seconds it took."""
    began = time.perf_counter()
    done = work()
    return done, time.perf_counter() - began


def _none(results: Iterator[object]) -> None:
    """Run a check to its end, and fail on a finding: a verifier that is fast and wrong measures nothing."""
    found = [each for each in results if not isinstance(each, int)]
    assert not found, found[:3]
