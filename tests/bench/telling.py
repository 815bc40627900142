"""From the commit to the provider by real workers, and what the web notices of a thousand papers or a dead provider."""

from __future__ import annotations

import json
import logging
import os
import signal
import statistics
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.db import connection, transaction
from django.utils import timezone

from cases.operations.hand_over_code import hand_over_code
from foundation.accounts.models import Person
from foundation.accounts.notices import TOLD, tell
from foundation.notifications.models import Contact, Delivery
from foundation.outbox.events import publish_many, register
from foundation.outbox.models import Event
from foundation.outbox.tasks import relay_together
from portal.supervisor import outside, processes, worker
from tests.bench.figures import Figure, interleaved
from tests.bench.looking_up import load, server
from tests.bench.world import World
from tests.faults.world import id_number, phone

EVENTS, SINGLE, PAPERS, POISONED = 1000, 40, 1000, 500
PATIENCE = 180.0
WORKERS = ("worker", "senders", "papers")


def figures(world: World) -> Iterator[Figure]:
    """Yield the figures of telling people."""
    yield _poison()
    people = _people()
    with Telling() as telling, server() as port:
        yield from _throughput(telling, people)
        yield from _latency(telling, people)
        yield from _with_papers(world, telling, port)
        yield from _with_a_dead_provider(telling, people, port)


def _poison() -> Figure:
    """Relay events of which one in a hundred fails each of its five times, against as many that go well."""

    def handle(payload: Mapping[str, Any], _now: datetime) -> None:
        # What a handler does at the least: one statement.
        Event.objects.filter(pk=None).update(last_error="")
        if payload["is_poison"]:
            raise RuntimeError("poison")

    register("bench.poison", handle)
    # A figure is no place for the tracebacks of what is meant to fail.
    logging.disable(logging.CRITICAL)
    rates = {share: statistics.median(_healthy_a_second(share) for _round in range(3)) for share in (0, 100)}
    logging.disable(logging.INFO)
    dead = Event.objects.dead().filter(name="bench.poison", attempts=5).count()
    detail = f"{rates[100]:,.0f}/s; {dead} given up after five tries"
    return Figure(name="healthy events relayed beside 1 % poison / without", value=rates[100] / rates[0], at_least=0.9, detail=detail)


def _healthy_a_second(one_in: int) -> float:
    payloads = [{"is_poison": bool(one_in) and number % one_in == 0} for number in range(POISONED)]
    with transaction.atomic():
        publish_many("bench.poison", payloads=payloads, now=timezone.now())
        ids = [str(pk) for pk in Event.objects.waiting().filter(name="bench.poison").values_list("pk", flat=True)]
    began = time.perf_counter()
    while relay_together(event_ids=ids) or Event.objects.waiting().filter(pk__in=ids).exists():
        # The pauses between tries are let pass.
        Event.objects.waiting().filter(pk__in=ids).update(available_at=timezone.now() - timedelta(minutes=1))
    return sum(not each["is_poison"] for each in payloads) / (time.perf_counter() - began)


class Telling:
    """Workers as the hall starts them, and the providers."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self.port = outside.any_two_free()
        self._children: dict[str, Any] = {}

    def __enter__(self) -> Telling:
        self.folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory()))
        self.ledger = self.folder / "ledger"
        environment = {**os.environ, **outside.environment(self.port), "HALL_LANGUAGE": "zh-hans"}
        commands = {role: [sys.executable, "-m", "portal.supervisor.worker", role, self.folder / role] for role in WORKERS}
        for name, command in {"outside": outside.command(self.port, ledger=self.ledger), **commands}.items():
            with (self.folder / f"{name}.log").open("wb") as log:
                self._children[name] = processes.spawn(command, environment=environment, output=log)
            self._stack.callback(processes.stop, self._children[name], patience=5)
        _await(lambda: outside.answers(self.port) and all(self._is_ready(role) for role in WORKERS), what="the workers of the bench")
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _is_ready(self, role: str) -> bool:
        return worker.said_ready(self.folder / role, self._children[role].pid)

    def accepted(self, channel: str = "sms") -> dict[str, datetime]:
        """Return when each message was taken by its provider."""
        lines = [json.loads(line) for line in self.ledger.read_bytes().splitlines() if line.endswith(b"}")]
        return {each["reference"]: datetime.fromisoformat(each["at"]) for each in lines if each["channel"] == channel}

    def behave(self, mode: str) -> None:
        """Tell the provider of texts how to behave."""
        body = json.dumps({"channel": "sms", "mode": mode}).encode()
        url = f"http://127.0.0.1:{self.port}/control/"
        urllib.request.urlopen(urllib.request.Request(url, data=body, headers={"Content-Type": "application/json"}), timeout=10).close()

    @contextmanager
    def still(self, name: str) -> Iterator[None]:
        """Let a worker stand still."""
        os.killpg(self._children[name].pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.killpg(self._children[name].pid, signal.SIGCONT)


def _people() -> list[Person]:
    now = timezone.now()
    proved = {"phone_verified_at": now, "phone_used_at": now, "created_at": now, "name": "演示居民"}
    count = EVENTS + SINGLE + 200
    return Person.objects.bulk_create([Person(id_number=id_number(n), phone=phone(n), **proved) for n in range(count)])


def _throughput(telling: Telling, people: list[Person]) -> Iterator[Figure]:
    inserts = _raw_inserts(EVENTS)
    payloads = [{"kind": "phone-set", "language": "zh-hans", "reference": str(uuid4()), "person": str(p.pk)} for p in people[:EVENTS]]
    with transaction.atomic():
        publish_many(TOLD, payloads=payloads, now=timezone.now())
    began = time.perf_counter()
    _await(lambda: not Event.objects.waiting().exists(), what="the relay")
    relayed = EVENTS / (time.perf_counter() - began)
    _await(lambda: len(telling.accepted()) >= EVENTS, what="the provider")
    handed_over = EVENTS / (time.perf_counter() - began)
    detail = f"raw inserts {inserts:,.0f}/s, a commit each"
    yield Figure(name="events relayed a second / raw inserts a second", value=relayed / inserts, detail=f"{relayed:,.0f}/s; {detail}")
    yield Figure(name="texts handed over a second / raw inserts", value=handed_over / inserts, detail=f"{handed_over:,.0f}/s; {detail}")


def _raw_inserts(count: int) -> float:
    """Return how many rows like those of the outbox a second one connection writes, a commit each."""
    now = timezone.now()
    began = time.perf_counter()
    for number in range(count):
        Event.objects.create(name="bench.raw", payload={"n": number}, created_at=now, done_at=now)
    return count / (time.perf_counter() - began)


def _latency(telling: Telling, people: list[Person]) -> Iterator[Figure]:
    """One at a time, as on a quiet day: from the commit until the provider has it."""
    committed = {}
    for person in people[EVENTS : EVENTS + SINGLE]:
        with transaction.atomic():
            tell("phone-set", person=person, language="zh-hans", now=timezone.now())
        committed[person.pk] = timezone.now()
        time.sleep(0.25)
    _await(lambda: len(telling.accepted()) >= EVENTS + SINGLE, what="the provider")
    taken = telling.accepted()
    of_person = Delivery.objects.filter(notice__person__in=committed, channel="sms").values_list("notice__person", "id")
    seconds = sorted((taken[str(delivery)] - committed[person]).total_seconds() for person, delivery in of_person)
    median, p95, p99 = (_share(seconds, share) for share in (0.5, 0.95, 0.99))
    yield Figure(name="commit to hand-over, idle: p95, s", value=p95, at_most=2, detail=f"median {median:.3f} s, p99 {p99:.3f} s")


def _with_papers(world: World, telling: Telling, port: int) -> Iterator[Figure]:
    """A request while a thousand papers wait and are drawn, against one while nobody draws."""
    token = world.issue_code()[0]
    ask = partial(load, port, "POST", "/api/v1/inquiries/", json.dumps({"token": token}), requests=60)
    with telling.still("papers"):
        _queue_papers(world)
        ask()

    def alone() -> None:
        with telling.still("papers"):
            ask()

    busy, idle = interleaved(ask, alone, rounds=8)
    waiting = Event.objects.waiting().filter(name="document.issued").count()
    yield Figure(
        name="a request with papers queued / with none", value=busy / idle, at_most=1.2, detail=f"{waiting} still queued at the end"
    )


def _queue_papers(world: World) -> None:
    case = world.register_case()
    for _number in range(PAPERS):
        hand_over_code(actor=world.actor, reference=case.reference, now=timezone.now())


def _with_a_dead_provider(telling: Telling, people: list[Person], port: int) -> Iterator[Figure]:
    """What everybody else notices of a provider of texts that takes calls and never answers."""
    fresh = iter(people[EVENTS + SINGLE :])
    times: dict[str, list[float]] = {"well": [], "hang": []}
    mails: dict[str, list[float]] = {"well": [], "hang": []}
    with telling.still("papers"):
        for mode in ("well", "hang", "hang", "well"):
            telling.behave(mode)
            _tell_by_text([next(fresh) for _ in range(12)])
            times[mode] += load(port, "GET", "/privacy/", None, requests=60)
            mails[mode].append(_mails(telling, [next(fresh) for _ in range(12)]))
            telling.behave("well")
    p95 = {mode: _share(sorted(found), 0.95) for mode, found in times.items()}
    stuck = _idle_in_transaction()
    yield Figure(
        name="a request, p95, texts hang / texts go", value=p95["hang"] / p95["well"], at_most=1.2, detail=f"{p95['hang'] * 1000:.0f} ms"
    )
    mean = {mode: statistics.mean(found) for mode, found in mails.items()}
    yield Figure(name="mail handed over, texts hang / texts go", value=mean["hang"] / mean["well"], detail=f"{mean['hang']:.2f} s for 12")
    yield Figure(name="connections idle in a transaction, texts hang", value=stuck, at_most=0)


def _tell_by_text(people: list[Person]) -> None:
    with transaction.atomic():
        for person in people:
            tell("phone-set", person=person, language="zh-hans", now=timezone.now())


def _mails(telling: Telling, people: list[Person]) -> float:
    """Return the seconds until people who have an address and no phone were written to."""
    now, before = timezone.now(), len(telling.accepted("email"))
    for person in people:
        Person.objects.filter(pk=person.pk).update(phone_verified_at=None, phone_used_at=None)
        Contact.objects.create(person=person, channel="email", address=f"bench-{person.pk}@example.com", added_at=now, verified_at=now)
    _tell_by_text(people)
    began = time.perf_counter()
    _await(lambda: len(telling.accepted("email")) >= before + len(people), what="the mail")
    return time.perf_counter() - began


def _idle_in_transaction() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%%' AND now() - xact_start > interval '2 seconds'"
        )
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def _share(ordered: list[float], share: float) -> float:
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def _await(is_so: Callable[[], bool], *, what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        if time.monotonic() > deadline:
            raise RuntimeError(f"{what} did not come to an end")
        time.sleep(0.01)
