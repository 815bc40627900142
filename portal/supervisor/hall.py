"""What the hall consists of on this machine: its folder, its stores, its faces."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import socket
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from portal.environment import Environment, run_folder
from portal.supervisor import external, locks, outside, postgres, valkey, worker
from portal.supervisor.problems import Problem
from portal.supervisor.progress import say
from portal.supervisor.services import Service

ROOM_NEEDED = 300_000_000
FULL = 20_000_000
# How long children of a hall that was killed may take to stop.
AFTERMATH = 30.0


@dataclass(frozen=True, kw_only=True)
class Hall:
    """One hall on one folder. ``lock`` is held by us and by every child, so that a folder is never served twice."""

    settings: Environment
    lock: int
    given: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))

    @classmethod
    def claim(cls, settings: Environment) -> Hall:
        """Take the folder and check port and space; raise :class:`Problem` when one is not to be had."""
        settings.var.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = _take_folder(settings)
        free = shutil.disk_usage(settings.var).free
        if free < ROOM_NEEDED:
            raise Problem(f"Only {free // 1_000_000} MB are free for {settings.var}.", mend="Free at least 300 MB, then start again.")
        _refuse_taken_port(settings.port)
        return cls(settings=settings, lock=lock)

    @cached_property
    def cluster(self) -> postgres.Cluster | None:
        """The embedded PostgreSQL, unless the city brings its own."""
        if self.given.get("DATABASE_URL"):
            return None
        return postgres.Cluster.at(data=self.settings.var / "postgres", run=run_folder(self.settings.var))

    @cached_property
    def store(self) -> valkey.Store | None:
        """The embedded Valkey, unless the city brings its own."""
        if self.given.get("REDIS_URL"):
            return None
        return valkey.Store(run=run_folder(self.settings.var), data=self.settings.var / "valkey")

    @cached_property
    def outside_port(self) -> int | None:
        """The port of the demo's identity providers and its gateway, unless the city brings its own."""
        if self.settings.mode != "demo" or self.given.get("HALL_IDENTITY_PROVIDERS") or self.given.get("HALL_SMS_GATEWAY"):
            return None
        return outside.choose_port(var=self.settings.var, beside=self.settings.port)

    @property
    def environment(self) -> dict[str, str]:
        """What the site's processes get: never the owner's login."""
        store, cluster = self.store, self.cluster
        addresses = {
            "DATABASE_URL": cluster.url(role=postgres.SITE) if cluster else self.given["DATABASE_URL"],
            "REDIS_URL": store.url() if store else self.given["REDIS_URL"],
            "HALL_HOST": self.settings.host,
            "HALL_VAR": str(self.settings.var),
        }
        around = outside.environment(self.outside_port) if self.outside_port else {}
        return {name: value for name, value in {**self.given, **around, **addresses}.items() if name != "DATABASE_OWNER_URL"}

    @property
    def owner_environment(self) -> dict[str, str]:
        """The same with the login that may migrate."""
        environment, cluster = self.environment, self.cluster
        own = cluster.url() if cluster else self.given.get("DATABASE_OWNER_URL") or environment["DATABASE_URL"]
        return {**environment, "DATABASE_URL": own}

    def stores(self) -> list[Service]:
        """Make the embedded stores where needed and return them as services; check the ones that the city brings."""
        services = []
        if cluster := self.cluster:
            cluster.remove_stale_locks()
            cluster.make()
            services.append(_database(cluster, self.settings.log_folder))
        else:
            external.check_database(self.owner_environment["DATABASE_URL"])
            external.check_database(self.environment["DATABASE_URL"])
        if store := self.store:
            store.make()
            services.append(_valkey(store))
        else:
            external.check_redis(self.environment["REDIS_URL"])
        return services

    def reason(self, problem: Problem) -> Problem:
        """Return the reason behind a failure: whatever failed, on a full disk it failed for want of space."""
        if shutil.disk_usage(self.settings.var).free >= FULL:
            return problem
        return Problem(f"The disk of {self.settings.var} is full.", mend="Free at least 300 MB, then start again: nothing is lost.")

    def make_database(self) -> None:
        """Make role and database in the embedded PostgreSQL."""
        if cluster := self.cluster:
            cluster.make_database()

    def preparation(self) -> list[str | Path]:
        """Return the command that migrates and loads."""
        return [sys.executable, "-m", "portal.supervisor.prepare", self._notes]

    def faces(self) -> list[Service]:
        """Return what people and tasks meet: the demo's outside world, clock, worker, web; stopped from the last to the first."""
        workers = [self.celery(role) for role in worker.WORKERS]
        around = []
        if port := self.outside_port:
            own = f"http://127.0.0.1:{self.settings.port}"
            around = [outside.service(port, hall=own, var=self.settings.var, environment=self.environment)]
        return [*around, self.celery("beat", "--schedule", str(self.settings.var / "beat.schedule")), *workers, self._web()]

    def notes(self) -> str:
        """Return what the demo has to say: sign-ins and codes to try."""
        return self._notes.read_text() if self.settings.mode == "demo" else ""

    @property
    def _notes(self) -> Path:
        return self.settings.var / "notes.txt"

    def celery(self, role: str, *options: str, name: str = "") -> Service:
        """Return a ``worker`` or a clock (``beat``), under a name of its own where there are several."""
        ready = self.settings.var / f"{name or role}.ready"
        return Service(
            name=name or role,
            command=[sys.executable, "-m", "portal.supervisor.worker", role, ready, *options],
            is_ready=lambda pid: worker.said_ready(ready, pid),
            environment=self.environment,
            mend="Mend that, then start again.",
        )

    def _web(self) -> Service:
        port = self.settings.port
        serve = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--no-ws", "--log-level", "warning"]
        many = ["--workers", "2", "--blocking-threads", "4", "--respawn-failed-workers", "--workers-kill-timeout", "10"]
        return Service(
            name="web",
            command=[sys.executable, "-m", "granian", *serve, *many, "portal.wsgi:application"],
            is_ready=lambda pid: _answers(port),
            environment=self.environment,
            mend="Mend that, then start again.",
        )


def _database(cluster: postgres.Cluster, log: Path) -> Service:
    return Service(
        name="db",
        command=cluster.command(),
        is_ready=lambda pid: cluster.is_ready(),
        stop_by=signal.SIGINT,
        noise=["the database system is starting up"],
        mend=f"Mend that, then start again. To start with an empty hall instead: mv {cluster.data} {cluster.data}.old; mv {log} {log}.old",
    )


def _valkey(store: valkey.Store) -> Service:
    return Service(
        name="valkey",
        command=store.command(),
        is_ready=lambda pid: store.is_ready(),
        noise=["Memory overcommit must be enabled"],
        mend=f"What it keeps can be made again: rm -r {store.data}, then start again.",
    )


def _take_folder(settings: Environment) -> int:
    """Take the folder's lock. A hall that was killed may still be stopping: its children hold the lock until they end."""
    path = settings.var / "lock"
    deadline = time.monotonic() + AFTERMATH
    while (lock := locks.take(path)) is None:
        owner = path.read_text().strip()
        if owner.isdecimal() and Path(f"/proc/{owner}").exists():
            raise Problem(
                f"A hall is running in {settings.var} (process {owner}).",
                mend="Stop it with Ctrl-C in its terminal, or run another: HALL_VAR=/another/folder HALL_PORT=8001 make run",
            )
        if time.monotonic() > deadline:
            raise Problem(f"Processes of an earlier hall still work in {settings.var}.", mend=f"Find them with: fuser -v {path}")
        say("- An earlier hall is still stopping; waiting for it")
        time.sleep(1)
    os.ftruncate(lock, 0)
    os.pwrite(lock, str(os.getpid()).encode(), 0)
    return lock


def _refuse_taken_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError as error:
            raise Problem(
                f"Port {port} needs rights that you do not have.", mend="Take one from 1024 on: HALL_PORT=8001 make run"
            ) from error
        except OSError as error:
            raise Problem(
                f"Port {port} is in use by another program.", mend="Stop that one, or take another: HALL_PORT=8001 make run"
            ) from error


def _answers(port: int) -> bool:
    """Say whether the site answers anything but a failure of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
