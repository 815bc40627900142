"""A PostgreSQL and a Valkey in a folder of their own, for tests and checks; both are gone afterwards.

Nothing here touches ``var/``, listens on a port, or minds how many run at once.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from portal.supervisor import locks, postgres, processes, valkey
from portal.supervisor.problems import Problem

# Shared memory is the fastest place, but containers often come with 64 MB of it.
ROOM_NEEDED = 2_000_000_000
PREFIX = "hall-throwaway-"
PATIENCE = 60.0


class ThrowAwayServices:
    """Context manager; ``environment`` holds the variables under which the hall uses these services.

    Its login owns the cluster, as tests need; ``site_url`` is the database as the site's role sees it.
    """

    def __init__(self) -> None:
        place = fastest_place()
        _sweep(place)
        self.folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=place))
        self._started_by = os.getpid()
        self._lock = locks.take(self.folder / "lock")
        self._children: list[tuple[subprocess.Popen[bytes], signal.Signals]] = []
        self.environment: dict[str, str] = {}
        self.site_url = ""

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    def stop(self) -> None:
        """Stop both services and remove the folder. A fork of the process that started them leaves them alone."""
        if os.getpid() != self._started_by:
            return
        while self._children:
            child, by = self._children.pop()
            processes.stop(child, by=by, patience=10)
        shutil.rmtree(self.folder, ignore_errors=True)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _start(self) -> None:
        run = self.folder / "run"
        store = valkey.Store(run=run)
        store.make()
        cluster = postgres.Cluster.at(data=self.folder / "postgres", run=run, settings=postgres.FORGETFUL)
        cluster.make()
        self._launch("Valkey", store.command(), signal.SIGTERM)
        self._launch("PostgreSQL", cluster.command(), signal.SIGINT)
        self._await("Valkey", store.is_ready)
        self._await("PostgreSQL", cluster.is_ready)
        cluster.make_database()
        self.site_url = cluster.url(role=postgres.SITE)
        self.environment = {
            "DATABASE_URL": cluster.url(),
            "REDIS_URL": store.url(),
            "HALL_MODE": "test",
            "HALL_VAR": str(self.folder / "var"),
        }

    def _launch(self, name: str, command: list[str | Path], by: signal.Signals) -> None:
        with self._log(name).open("wb") as log:
            self._children.append((processes.spawn(command, at_our_death=by, output=log), by))

    def _await(self, name: str, is_ready: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not is_ready():
            if time.monotonic() > deadline or any(child.poll() is not None for child, _ in self._children):
                raise Problem(
                    f"{name} did not start: {self._log(name).read_text(errors='replace').strip()}", mend="Mend that, then start again."
                )
            time.sleep(0.02)

    def _log(self, name: str) -> Path:
        return self.folder / f"{name.lower()}.log"


def fastest_place() -> Path:
    """Return the folder in which throw-away services are fastest and have room."""
    memory = Path("/dev/shm")
    if memory.is_dir() and os.access(memory, os.W_OK | os.X_OK) and shutil.disk_usage(memory).free >= ROOM_NEEDED:
        return memory
    return Path(tempfile.gettempdir())


def _sweep(place: Path) -> None:
    """Remove the folders of runs that were killed: nobody holds their lock any more."""
    for folder in place.glob(f"{PREFIX}*"):
        if folder.stat().st_uid != os.geteuid() or not (folder / "lock").exists():
            continue
        descriptor = locks.take(folder / "lock")
        if descriptor is not None:
            shutil.rmtree(folder, ignore_errors=True)
            os.close(descriptor)
