"""The hall that is put to the test: started as ``make run`` starts it, in a folder of its own, with what a larger one has beside it."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import re
import signal
import socket
import tempfile
import threading
import time
import urllib.request
from dataclasses import replace
from pathlib import Path

import psycopg2
import redis

from foundation.failpoints import arm
from portal.environment import ROOT, Environment
from portal.supervisor import locks, outside, worker
from portal.supervisor.hall import Hall
from portal.supervisor.services import TICK, Supervisor
from portal.supervisor.throwaway import PREFIX, fastest_place

REAL, NAIVE = "portal.settings", "tests.faults.naive"
# A hall that is killed all the time is not to be left alone for longer and longer.
LONGEST_PAUSE = 0.3
# A machine that is busy with other things is slow, not broken.
PATIENCE = 60.0
FOREIGN = re.compile(r"DATABASE_(OWNER_)?URL|REDIS_URL|DJANGO_SETTINGS_MODULE|HALL_\w+")
WORKERS = ("beat", "beat2", *worker.WORKERS, "processes")
QUEUES = "celery,bulk,sms,email,wechat,codes,documents"


class FaultyHall(Supervisor):
    """PostgreSQL, Valkey, the world outside, web, the hall's workers and one more with processes, two clocks.

    Services are started and watched by the thread that calls :meth:`watch`, for the kernel ends a child with the thread that made it;
    :meth:`do` lets any other thread have something done there.
    """

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=fastest_place()))
        self._lock = locks.take(self.folder / "lock")
        self.failpoints = self.folder / "failpoints"
        self.failpoints.mkdir()
        # Beside the checkout's own data: the folder is swept by whoever makes the next one.
        self.log = ROOT / "var" / "faults.log"
        self.log.parent.mkdir(exist_ok=True)
        self.port, self.outside_port = free_port(), outside.any_two_free()
        # Settings of the person who runs it, or of the check that it is part of, must not leak into it.
        for name in filter(FOREIGN.fullmatch, list(os.environ)):
            del os.environ[name]
        os.environ.update(
            {
                "HALL_MODE": "test",
                "HALL_VAR": str(self.folder / "var"),
                "HALL_PORT": str(self.port),
                "HALL_FAILPOINTS": str(self.failpoints),
                "DJANGO_SETTINGS_MODULE": "portal.settings",
                **outside.environment(self.outside_port),
            }
        )
        self.hall = Hall.claim(Environment.read())
        super().__init__(held=[self.hall.lock, self._lock])
        self._orders = queue.Queue()

    # --- starting and watching --------------------------------------------------------------------------------------

    def start_stores(self):
        self.start(*self._eager(self.hall.stores()))
        self.hall.make_database()

    def start_faces(self, *, settings):
        """Start the world outside, the web, and clocks and workers with these settings."""
        own = self.hall.settings
        around = outside.service(self.outside_port, hall=own.host, var=own.var, environment=self.hall.environment)
        self.start(*self._eager([around, self.hall.faces()[-1], *self._workers(settings)]))

    def change_workers(self, *, settings):
        """Start clocks and workers anew with other settings."""
        while self.keepers[-1].service.name in WORKERS:
            self.keepers.pop().stop(in_a_hurry=True)
        self.start(*self._eager(self._workers(settings)))

    def _workers(self, settings):
        *own, _web = self.hall.faces()
        environment = {**self.hall.environment, "DJANGO_SETTINGS_MODULE": settings}
        return [replace(each, environment=environment) for each in (*own, self._second_beat(), self._processes())]

    def _eager(self, services):
        return [replace(service, longest_pause=LONGEST_PAUSE, patience=PATIENCE) for service in services]

    def _second_beat(self):
        return self.hall.celery("beat", "--schedule", str(self.hall.settings.var / "beat2.schedule"), name="beat2")

    def _processes(self):
        """Return a second worker of everything, as a city with two machines has one, with processes in the place of threads."""
        options = ("--pool", "prefork", "--concurrency", "2", "--queues", QUEUES, "--hostname", "processes@%h")
        return self.hall.celery("worker", *options, name="processes")

    def watch_while(self, is_going_on):
        """Keep everything running, and carry out orders, in the thread that started it."""
        while is_going_on():
            for keeper in list(self.keepers):
                keeper.look()
            while not self._orders.empty():
                self._orders.get()()
            time.sleep(TICK / 4)

    def do(self, work):
        """Have ``work`` done by the watching thread, and wait for it."""
        is_done, problems = threading.Event(), []

        def order():
            try:
                work()
            except Exception as problem:
                problems.append(problem)
            finally:
                is_done.set()

        self._orders.put(order)
        is_done.wait()
        if problems:
            raise problems[0]

    def close(self):
        self.stop()
        os.close(self.hall.lock)
        os.close(self._lock)

    # --- pulling plugs -----------------------------------------------------------------------------------------------

    def keeper(self, name):
        return next(keeper for keeper in self.keepers if keeper.service.name == name)

    def ready(self, name, *, seconds=3 * PATIENCE):
        """Wait until a service answers and return its keeper: killing what does not run proves nothing."""
        deadline = time.monotonic() + seconds
        while not (self.keeper(name).is_ready and self.keeper(name).child.poll() is None):
            if time.monotonic() > deadline:
                raise TimeoutError(f"{name} does not come back")
            time.sleep(0.02)
        return self.keeper(name)

    def kill(self, name):
        """Kill a service with all its children."""
        os.killpg(self.ready(name).pid, signal.SIGKILL)

    def kill_parent(self, name):
        os.kill(self.ready(name).pid, signal.SIGKILL)

    def kill_child(self, name, random):
        children = children_of(self.ready(name).pid)
        if children:
            os.kill(random.choice(children), signal.SIGKILL)

    def freeze(self, name, *, seconds):
        """Let a service stand still for a while, as on a machine that swaps or a virtual one that is moved."""
        group = self.ready(name).pid
        os.killpg(group, signal.SIGSTOP)
        threading.Timer(seconds, thaw, (group,)).start()

    def arm(self, name):
        arm(self.failpoints, name)

    def is_armed(self, name):
        return (self.failpoints / name).exists()

    def some_events(self, count):
        """Return numbers of events, of those that wait and of those that are done."""
        return [event_id for (event_id,) in self.sql("SELECT id::text FROM outbox_event ORDER BY random() LIMIT %s", count)]

    def sql(self, statement, *values):
        """Ask the database, once it answers, past Django: it may die meanwhile."""
        self.ready("db")
        with contextlib.closing(psycopg2.connect(self.hall.cluster.url())) as connection, connection, connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    def let_time_pass(self):
        """Let the pauses between tries be over, and the leases of those who are dead: whoever lives ends a call within five seconds."""
        self.sql("UPDATE notifications_delivery SET due_at = clock_timestamp() WHERE state = 'waiting' AND due_at > clock_timestamp()")
        self.sql(
            "UPDATE notifications_delivery SET leased_until = clock_timestamp()"
            " WHERE state = 'sending' AND leased_until < clock_timestamp() + interval '45 seconds'"
        )

    def tell_provider(self, mode, **more):
        """Tell the provider of texts how to behave (docs/providers.md)."""
        self.ready("outside")
        url, body = f"http://127.0.0.1:{self.outside_port}/control/", json.dumps({"channel": "sms", "mode": mode, **more}).encode()
        request = urllib.request.Request(url, data=body, headers={"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status

    def ledger(self):
        """Return what the providers took: a line each, in their order, on the disk before anybody was answered."""
        lines = (self.hall.settings.var / outside.LEDGER).read_bytes().splitlines()
        return [json.loads(line) for line in lines if line.endswith(b"}")]

    def valkey(self):
        return redis.Redis(unix_socket_path=str(self.hall.store.socket), socket_timeout=2)


def thaw(group):
    try:
        os.killpg(group, signal.SIGCONT)
    except ProcessLookupError:
        return


def children_of(pid):
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((place / "stat").read_text().rsplit(")", 1)[1].split()[1])
        except OSError:
            continue
        if parent == pid:
            found.append(int(place.name))
    return sorted(found)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
