"""``make faults``: FAULTS, MESSAGES and SEED choose how many, under how much load, and which."""

from __future__ import annotations

import contextlib
import logging
import os
import random
import shutil
import sys
import threading
import time

from portal.translations import compile_catalogues
from tests.faults.hall import NAIVE, REAL, FaultyHall

FAULTS, MESSAGES = 45, 1500
# With fewer, and only those that lose what nobody looks for.
NAIVE_FAULTS = ("valkey forgets everything", "somebody dies at outbox.committed", "somebody dies at outbox.leased", "valkey is full")
NAIVE_MESSAGES = 100
log = logging.getLogger(__name__)
PAUSE = 0.8
# What is not lost is handled within moments.
NAIVE_SETTLE = 8.0
# A lease of a worker that was killed, the wait for the sweep, and some time to catch up.
SETTLE = 300.0


def say(text):
    print(text, file=sys.__stdout__, flush=True)


class Run:
    """One run: a hall, its load, its faults, and what is found at the end."""

    def __init__(self, hall, *, seed, faults, messages):
        self.hall, self.seed, self.faults, self.messages = hall, seed, faults, messages
        self.random = random.Random(seed)
        self.problems, self.is_over = [], False

    def direct(self):
        try:
            self._direct()
        except Exception as problem:
            log.exception("the harness itself")
            self.problems.append(f"the harness itself: {type(problem).__name__}: {problem}")
        finally:
            self.is_over = True

    def _direct(self):
        from tests.faults.faults import plan
        from tests.faults.load import Load
        from tests.faults.world import World

        began = time.monotonic()
        world = World(self.messages + NAIVE_MESSAGES)
        load = Load(world, port=self.hall.port, messages=self.messages + NAIVE_MESSAGES, random=self.random)
        self.say_after(began, "the world is there")
        self._prove_that_it_can_fail(load)
        load.left = self.messages
        load.start()
        began = time.monotonic()
        self._cause(load, plan(self.random, self.faults))
        load.allow(load.left)
        self.say_after(began, f"{self.faults} faults")
        began = time.monotonic()
        self._settle(load)
        self.say_after(began, "settled")
        began = time.monotonic()
        self.problems += self._findings(load)
        self.say_after(began, "checked")
        self._tell(load)

    @staticmethod
    def say_after(began, what):
        say(f"  {time.monotonic() - began:6.1f} s  {what}")

    def _cause(self, load, names):
        from tests.faults.faults import NotReached, bring_about

        for number, name in enumerate(names):
            share = load.left // (len(names) - number + 1)
            is_done = threading.Event()
            giver = threading.Thread(target=self._give, args=(load, share, is_done), daemon=True)
            giver.start()
            began = time.monotonic()
            try:
                bring_about(name, self.hall, self.random)
            except NotReached:
                self.problems.append(f"nobody came by {name.rpartition(' ')[2]}")
            self.say_after(began, f"{number + 1}. {name}")
            time.sleep(PAUSE)
            is_done.set()
            giver.join()

    @staticmethod
    def _give(load, share, is_done):
        """Let the share of a fault be sent while it happens; where it takes long, some more, so that somebody comes by."""
        given = 0
        while not is_done.wait(0.1 if given < share else 1.0):
            given += load.allow(4 if given < share else 2)
        load.allow(share - given)

    def _settle(self, load):
        from tests.faults import checker

        load.pause()
        self.hall.tell_provider("well")
        deadline = time.monotonic() + SETTLE
        while any((left := self._waiting(checker)).values()) and time.monotonic() < deadline:
            self.hall.let_time_pass()
            time.sleep(2)
        if any(left.values()):
            self.problems.append(f"not settled after {SETTLE:.0f} s: {left}")

    @staticmethod
    def _waiting(checker):
        from django.db import DatabaseError, connection

        try:
            return checker.waiting()
        except DatabaseError:
            connection.close()
            return {"the database": 1}

    def _findings(self, load):
        from tests.faults import checker

        return list(checker.check(self.hall, load))

    def _tell(self, load):
        told = load.told
        say(f"  {told.messages} messages ({len(told.steps)} by the feed, {len(told.news)} news, {len(told.reports)} reports,")
        again = sum(entry["kind"] == "again" for entry in self.hall.ledger())
        say(f"  {told.notices} notices by text, {again} times handed over again, {len(told.papers)} papers),")
        say(f"  {told.look_ups} look-ups; answers by status: {dict(sorted(told.statuses.items()))} (0: none)")

    def _prove_that_it_can_fail(self, load):
        """Put the naive hall through a few of the same faults: the same checks must find what it loses, and the real one must mend it."""
        from tests.faults.faults import bring_about

        began = time.monotonic()
        load.left = NAIVE_MESSAGES
        load.start()
        for name in NAIVE_FAULTS:
            load.allow(NAIVE_MESSAGES // len(NAIVE_FAULTS))
            bring_about(name, self.hall, self.random)
            time.sleep(PAUSE)
        load.pause()
        time.sleep(NAIVE_SETTLE)
        lost = [each for each in self._findings(load) if each.startswith("lost")]
        if not lost:
            self.problems.append("the naive hall lost nothing: this harness proves nothing")
        self.hall.do(lambda: self.hall.change_workers(settings=REAL))
        self.say_after(began, f"the naive hall: {'; '.join(lost) or 'nothing lost'}")


def main():
    seed, faults, messages = (
        int(os.environ.get(name) or usual) for name, usual in (("SEED", 1), ("FAULTS", FAULTS), ("MESSAGES", MESSAGES))
    )
    say(f"{faults} faults over {messages} messages, seed {seed}")
    began = time.monotonic()
    compile_catalogues()
    hall = FaultyHall()
    run = Run(hall, seed=seed, faults=faults, messages=messages)
    with hall.log.open("w", buffering=1) as log, contextlib.redirect_stdout(log), contextlib.redirect_stderr(log):
        try:
            hall.start_stores()
            prepare(hall)
            hall.start_faces(settings=NAIVE)
            run.say_after(began, f"the hall is ready; its lines are in {hall.log}")
            director = threading.Thread(target=run.direct, daemon=True)
            director.start()
            hall.watch_while(lambda: not run.is_over)
        finally:
            hall.close()
            shutil.rmtree(hall.folder, ignore_errors=True)
    for problem in run.problems:
        say(f"FOUND {problem}")
    if run.problems:
        say(f"seed {seed}: {len(run.problems)} findings; the hall's lines: {hall.log}")
        return 1
    say(f"Nothing was lost, doubled or left half done, in {time.monotonic() - began:.0f} s.")
    return 0


def prepare(hall):
    """Bring the database to this version and load the reference data, as its owner."""
    os.environ["DATABASE_URL"] = hall.hall.owner_environment["DATABASE_URL"]
    os.environ["REDIS_URL"] = hall.hall.environment["REDIS_URL"]
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    # This process does what web servers do, too, and is to survive it.
    settings.FAILPOINTS = None
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    call_command("migrate", verbosity=0)
    call_command("load_seeds")


if __name__ == "__main__":
    sys.exit(main())
