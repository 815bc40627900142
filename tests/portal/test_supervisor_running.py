"""The running hall: nothing is lost when a process is killed, and nothing is left when the hall ends."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psycopg2
import pytest

from portal.environment import ROOT, run_folder

PATIENCE = 30.0


def wait_until(condition, *, what):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"not within {PATIENCE:.0f} s: {what}"
        time.sleep(0.05)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class SmallHall:
    """``tests/portal/small_hall.py`` in a process of its own."""

    def __init__(self, folder):
        self.var = folder / "var"
        self.log = folder / "log.txt"
        self.port = free_port()
        self.process = None

    def start(self, *, path=os.environ["PATH"]):
        given = {name: os.environ[name] for name in ("HOME", "LANG", "TMPDIR") if name in os.environ}
        environment = {**given, "PATH": path, "HALL_VAR": str(self.var), "HALL_PORT": str(self.port)}
        with self.log.open("w") as log:
            command = [sys.executable, "-m", "tests.portal.small_hall"]
            self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True)
        return self

    def ready(self):
        wait_until(lambda: "The hall is ready" in self.said() or self.process.poll() is not None, what=f"ready: {self.said()}")
        assert self.process.poll() is None, self.said()
        return self

    def said(self):
        return self.log.read_text()

    def refusal(self):
        """Wait for its end and return its last line."""
        assert self.process.wait(PATIENCE) == 1
        return self.said().strip().splitlines()[-1]

    def end(self, by=signal.SIGTERM):
        self.process.send_signal(by)
        return self.process.wait(PATIENCE)

    def pids(self):
        """Everything that works in this hall's folder, or was started for it, by name."""
        found = {}
        for place in Path("/proc").glob("[0-9]*"):
            try:
                command = (place / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                ours = f"HALL_VAR={self.var}\0".encode() in (place / "environ").read_bytes() or str(self.var) in command
            except OSError:
                continue
            if ours and int(place.name) != self.process.pid:
                name = next((name for name in ("postgres", "valkey-server", "http.server") if name in command), command)
                found.setdefault(name, int(place.name))
                found[name] = min(found[name], int(place.name))
        return found

    def sql(self, query):
        connection = psycopg2.connect(host=run_folder(self.var), user="hall", dbname="hall")
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                cursor.execute(query)
                return cursor.fetchall() if cursor.description else None
        finally:
            connection.close()


@pytest.fixture
def hall(tmp_path):
    hall = SmallHall(tmp_path)
    yield hall
    if hall.process and hall.process.poll() is None:
        hall.end()


def test_whatever_is_killed_starts_again_and_no_row_is_lost(hall):
    hall.start().ready()
    hall.sql("CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)")
    for name in ("http.server", "valkey-server", "postgres"):
        before = hall.pids()[name]
        os.kill(before, signal.SIGKILL)
        wait_until(lambda name=name, before=before: hall.pids().get(name, before) != before, what=f"{name} runs again")
    wait_until(lambda: len(re.findall(r"\| ready after", hall.said())) == 6, what=f"all three are ready again: {hall.said()}")

    assert hall.sql("SELECT n FROM kept") == [(7,)]


def test_the_hall_stops_in_order_and_leaves_no_process(hall):
    hall.start().ready()

    assert hall.end(signal.SIGINT) == 0
    assert re.findall(r"(\w+) *\| stopped", hall.said()) == ["web", "valkey", "db"]
    assert "database system is shut down" in hall.said()
    assert hall.pids() == {}


def test_a_killed_supervisor_takes_everything_with_it_and_the_next_start_finds_the_data(hall):
    hall.start().ready()
    hall.sql("CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)")
    hall.process.kill()
    hall.process.wait()
    wait_until(lambda: hall.pids() == {}, what="no process is left")

    hall.start().ready()

    assert hall.sql("SELECT n FROM kept") == [(7,)]


def test_a_folder_is_served_once(hall, tmp_path):
    hall.start().ready()
    second = SmallHall(tmp_path)
    second.log = tmp_path / "second.txt"

    assert re.fullmatch(rf"hall: A hall is running in {hall.var} \(process {hall.process.pid}\)\. Stop it .*", second.start().refusal())
    assert hall.process.poll() is None


def test_a_port_in_use_is_named_with_the_way_to_take_another(hall):
    with socket.socket() as other:
        other.bind(("127.0.0.1", hall.port))
        other.listen()

        refusal = hall.start().refusal()

    assert refusal.startswith(f"hall: Port {hall.port} is in use by another program.")
    assert "HALL_PORT=8001 make run" in refusal


def test_a_first_start_that_was_killed_half_way_is_made_again(hall):
    (hall.var / "postgres.draft" / "base").mkdir(parents=True)
    (hall.var / "postgres.draft" / "PG_VERSION").write_text("18\n")

    hall.start().ready()

    assert not (hall.var / "postgres.draft").exists()


def test_a_lock_left_by_a_killed_postgres_does_not_stop_the_start_even_when_its_number_lives_again(hall):
    hall.start().ready()
    hall.end()
    (hall.var / "postgres" / "postmaster.pid").write_text(f"{os.getpid()}\n{hall.var}/postgres\n1\n5432\n")

    hall.start().ready()


def test_data_of_another_postgresql_is_left_alone(hall):
    (hall.var / "postgres").mkdir(parents=True)
    (hall.var / "postgres" / "PG_VERSION").write_text("15\n")

    refusal = hall.start().refusal()

    assert "was made by PostgreSQL 15" in refusal
    assert "pg_upgrade" in refusal
    assert (hall.var / "postgres" / "PG_VERSION").read_text() == "15\n"


def test_a_folder_that_is_no_cluster_is_left_alone(hall):
    (hall.var / "postgres").mkdir(parents=True)
    (hall.var / "postgres" / "precious.txt").write_text("mine")

    assert "holds files, but no PostgreSQL cluster. Move it away" in hall.start().refusal()
    assert (hall.var / "postgres" / "precious.txt").read_text() == "mine"


def test_where_user_namespaces_are_forbidden_postgresql_becomes_nobody_and_the_data_comes_back(hall, tmp_path):
    forbidden = tmp_path / "bin" / "unshare"
    forbidden.parent.mkdir()
    forbidden.write_text("#!/bin/sh\necho 'unshare: unshare failed: Operation not permitted' >&2\nexit 1\n")
    forbidden.chmod(0o755)
    hall.start(path=f"{forbidden.parent}:{os.environ['PATH']}").ready()
    hall.sql("CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)")
    runs_as = Path(f"/proc/{hall.pids()['postgres']}").stat().st_uid
    hall.process.kill()
    hall.process.wait()
    wait_until(lambda: hall.pids() == {}, what="no process is left")

    hall.start().ready()

    assert runs_as != 0
    assert hall.sql("SELECT n FROM kept") == [(7,)]


def test_a_path_too_long_for_a_socket_is_no_obstacle(hall, tmp_path):
    hall.var = tmp_path.joinpath(*["a-folder-with-a-long-name"] * 5)

    hall.start().ready()

    assert hall.sql("SELECT 1") == [(1,)]
    assert len(str(run_folder(hall.var))) < 90
