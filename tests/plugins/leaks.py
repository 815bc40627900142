"""Every answer, log line, task and event of the whole suite is searched for people's data that does not belong there.

Whatever an encrypted field that identifies a person seals or opens during a test is a canary: it may reach the person
concerned, and what ``leaks.yaml`` allows with a reason, and nothing else. A finding fails the test that caused it; a line of
the list that a whole run never needed fails the run. Masked forms are other texts and are found by nobody. A number in another dress,
with spaces or hyphens, in full-width digits or as entities of HTML, is the same number.
"""

from __future__ import annotations

import html
import json
import re
import threading
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

import pytest
import yaml

ALLOWED = Path(__file__).with_name("leaks.yaml")
# Encrypted fields that say who somebody is; what people wrote about a matter is the matrix's affair.
IDENTIFYING = re.compile(r"(?:^|_)(?:name|id_number|number|phone|mobile|address|email)$")
# Less than this is in half of all pages by chance.
SHORTEST, SHORTEST_CHINESE = 5, 2
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
# As long as a mobile at least: what is shorter is half of some other number by chance.
_LONG_NUMBER = re.compile(r"\d{10,17}[\dXx]")
# What people put between the groups of a number, up to two of them.
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[ \u00a0\u2009\u202f.()\-\u2010-\u2013]{1,2}(?=[\dXx])")
# A test without one may not ask it, though the test before has left a connection open.
_WITH_DATABASE = frozenset({"db", "transactional_db", "live_server"})
# Where deeds, looks and events are kept as plain text. Rows of this test only: each test starts with empty tables.
_TABLES = ("outbox_event", "audit_auditentry", "audit_alarm")


@dataclass(frozen=True, kw_only=True)
class Leak:
    """Personal data in a place where it does not belong."""

    where: str
    to: str
    field: str

    def __str__(self) -> str:
        return f"{self.field} reached {self.to} by {self.where}"


@dataclass(frozen=True, kw_only=True)
class Allowed:
    """A line of the list: which fields may reach whom by which address, and why."""

    route: str
    to: str
    fields: str
    because: str

    def covers(self, leak: Leak) -> bool:
        """Whether the line is about this."""
        return (self.route, self.to) == (leak.where, leak.to) and re.fullmatch(self.fields, leak.field) is not None


class Watch:
    """The canaries of the test at hand, what was found, and which lines of the list were needed."""

    def __init__(self) -> None:
        self.allowed = [Allowed(**line) for line in yaml.safe_load(ALLOWED.read_text(encoding="utf-8")) or []]
        self.used: set[Allowed] = set()
        self._lock = threading.RLock()
        self.begin()

    def begin(self) -> None:
        """Forget the test before."""
        with self._lock:
            self._fields: dict[str, set[str]] = {}
            self._texts: dict[str, str] = {}
            self._pattern: re.Pattern[str] | None = None
            self._numbers: set[str] = set()
            self._found: dict[Leak, None] = {}

    def plant(self, field: str, text: object) -> None:
        """Remember what was sealed."""
        if not isinstance(text, str) or not _is_telling(text):
            return
        with self._lock:
            if text not in self._fields:
                # As programs may write it, too.
                self._texts |= dict.fromkeys((text, json.dumps(text)[1:-1]), text)
                self._pattern = None
                if _LONG_NUMBER.fullmatch(text):
                    self._numbers.add(text)
            self._fields.setdefault(text, set()).add(field)

    @property
    def is_idle(self) -> bool:
        """Whether there is nothing to look for."""
        return not self._fields

    def in_text(self, text: str) -> set[str]:
        """Return the canaries that stand in a text."""
        if self.is_idle:
            return set()
        with self._lock:
            if self._pattern is None:
                self._pattern = re.compile("|".join(map(re.escape, sorted(self._texts, key=len, reverse=True))))
            found = {self._texts[each] for each in self._pattern.findall(text)}
            return found | self._dressed(text) if self._numbers - found else found

    def _dressed(self, text: str) -> set[str]:
        """Return the numbers among the canaries that stand in a text written in another way."""
        plain = _BETWEEN_DIGITS.sub("", unicodedata.normalize("NFKC", html.unescape(text)))
        return {number for number in self._numbers if re.search(rf"(?<![0-9A-Za-z]){number}(?![0-9A-Za-z])", plain)}

    def report(self, canary: str, *, where: str, to: str) -> None:
        """Note a finding, unless the list allows it for one of the fields that hold this text."""
        leaks = [Leak(where=where, to=to, field=field) for field in sorted(self._fields[canary])]
        with self._lock:
            lines = [line for line in self.allowed for leak in leaks if line.covers(leak)]
            self.used.update(lines)
            if not lines:
                self._found[leaks[0]] = None

    def take(self) -> list[Leak]:
        """Return what was found, and forget it."""
        with self._lock:
            found, self._found = list(self._found), {}
        return found


WATCH = Watch()


def _is_telling(text: str) -> bool:
    return len(text) >= (SHORTEST_CHINESE if _CHINESE.search(text) else SHORTEST)


# --- what is looked at ------------------------------------------------------------------------------------------------


def look_at_answer(request: Any, response: Any) -> None:
    """Search an answer, or every piece of one that is sent piece by piece."""
    if WATCH.is_idle:
        return
    if response.streaming:
        response.streaming_content = _watched(request, response.streaming_content)
    else:
        _look_at_text(request, f"{response.headers}\n{response.content.decode(errors='replace')}")


def _watched(request: Any, pieces: Any) -> Iterator[bytes]:
    tail = ""
    for piece in pieces:
        tail = tail[-200:] + piece.decode(errors="replace")
        _look_at_text(request, tail)
        yield piece


def _look_at_text(request: Any, text: str) -> None:
    found = WATCH.in_text(text)
    if not found:
        return
    asked, own, to = _asked(request), _own(request), _kind(request)
    # Also what was typed in another dress than it is kept in.
    known = own | WATCH.in_text(asked)
    match = getattr(request, "resolver_match", None)
    where = (match.view_name or match.route) if match else "no address"
    for canary in found:
        # Whoever sent it knows it: a form that comes back with a mistake shows what was typed.
        if canary not in known and canary not in asked:
            WATCH.report(canary, where=where, to=to)


def _asked(request: Any) -> str:
    payload = getattr(request.META.get("wsgi.input"), "_FakePayload__content", None)
    sent = payload.getvalue().decode(errors="replace") if payload else ""
    return (
        unquote_plus(request.get_full_path())
        + sent
        + "".join(value for values in getattr(request, "_post", {}).values() for value in values)
    )


def _own(request: Any) -> set[str]:
    """What the person who asks is known by themselves."""
    user = getattr(request, "_cached_user", None)
    person = getattr(user, "person", None)
    return {person.name, person.id_number, person.phone} | _names_of_connected(person) if person else set()


def _names_of_connected(person: Any) -> set[str]:
    """Return the names of those for whom the person acts and who act for them: the two know each other. Nothing but the names."""
    from django.db import DatabaseError, connection
    from django.utils import timezone
    from zeal import zeal_ignore

    from foundation.mandates.shown import known_to

    was, connection.force_debug_cursor = connection.force_debug_cursor, False  # not among the queries that a test counts
    try:
        with zeal_ignore():
            return {shown.name for shown in known_to(person, now=timezone.now())}
    except DatabaseError:
        return set()
    finally:
        connection.force_debug_cursor = was


def _kind(request: Any) -> str:
    from foundation.web.actors import actor_label

    user = getattr(request, "_cached_user", None)
    return str(user.kind) if user is not None and user.is_authenticated else actor_label(request).partition(":")[0]


def look_at_line(line: str) -> None:
    """Search a line of the log as it is written."""
    for canary in WATCH.in_text(line):
        WATCH.report(canary, where="the log", to="operators")


def look_at_task(name: str, arguments: Any) -> None:
    """Search what is handed to a worker."""
    if not WATCH.is_idle:
        for canary in WATCH.in_text(repr(arguments)):
            WATCH.report(canary, where=f"the task {name}", to="the broker")


def look_at_tables() -> None:
    """Search what events and audit rows say in plain text. A transaction that a test has broken has nothing to show."""
    from django.db import DatabaseError, connection

    if WATCH.is_idle or connection.connection is None or connection.needs_rollback:
        return
    try:
        with connection.cursor() as cursor:
            for table in _TABLES:
                cursor.execute(f"SELECT coalesce(string_agg(row.*::text, chr(10)), '') FROM \"{table}\" AS row")
                for canary in WATCH.in_text(cursor.fetchone()[0]):
                    WATCH.report(canary, where=f"the table {table}", to="the database")
    except DatabaseError:
        return


# --- how it gets there ------------------------------------------------------------------------------------------------


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    from django.apps import apps

    if not apps.ready:
        return
    patch = pytest.MonkeyPatch()
    config.add_cleanup(patch.undo)
    _watch_fields(patch)
    _watch_ways_out(patch)


def _watch_fields(patch: pytest.MonkeyPatch) -> None:
    from foundation.encryption.fields import EncryptedTextField

    seal, unseal = EncryptedTextField.seal, EncryptedTextField.unseal

    def plant(field: Any, text: str) -> None:
        if IDENTIFYING.search(field.name):
            WATCH.plant(f"{field.model.__name__}.{field.name}", text)

    def watched_seal(self: Any, text: str, pk: object) -> Any:
        plant(self, text)
        return seal(self, text, pk)

    def watched_unseal(self: Any, sealed: Any, pk: object) -> str:
        text = unseal(self, sealed, pk)
        plant(self, text)
        return text

    patch.setattr(EncryptedTextField, "seal", watched_seal)
    patch.setattr(EncryptedTextField, "unseal", watched_unseal)


def _watch_ways_out(patch: pytest.MonkeyPatch) -> None:
    from celery.app.task import Task
    from django.core.handlers.base import BaseHandler
    from structlog.stdlib import ProcessorFormatter

    answer, write, send = BaseHandler.get_response, ProcessorFormatter.format, Task.apply_async

    def watched_answer(self: Any, request: Any) -> Any:
        response = answer(self, request)
        look_at_answer(request, response)
        return response

    def watched_write(self: Any, record: Any) -> str:
        line = write(self, record)
        look_at_line(line)
        return line

    def watched_send(self: Any, args: Any = None, kwargs: Any = None, *more: Any, **options: Any) -> Any:
        look_at_task(self.name, (args, kwargs))
        return send(self, args, kwargs, *more, **options)

    patch.setattr(BaseHandler, "get_response", watched_answer)
    patch.setattr(ProcessorFormatter, "format", watched_write)
    patch.setattr(Task, "apply_async", watched_send)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    WATCH.begin()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    result = yield
    if item.get_closest_marker("django_db") or not _WITH_DATABASE.isdisjoint(getattr(item, "fixturenames", ())):
        look_at_tables()
    found = WATCH.take()
    if found:
        lines = "\n".join(f"- {leak}" for leak in found)
        pytest.fail(
            f"People's data left the places where it belongs:\n{lines}\nMend the code, or say in {ALLOWED.name} why it is right.",
            pytrace=False,
        )
    return result


@pytest.fixture
def leaks() -> Watch:
    """What this test has let out so far: ``take()`` returns it, and lets the test pass."""
    return WATCH


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["leaks_used"] = [WATCH.allowed.index(line) for line in WATCH.used]
        return
    unused = [line for line in WATCH.allowed if line not in WATCH.used]
    if exitstatus == 0 and unused and _is_whole(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        for line in unused:
            print(f"\n{ALLOWED.name}: no test needs the line about {line.route} any more; remove it")


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """Learn from a process that ran a part of the tests which lines it needed."""
    WATCH.used.update(WATCH.allowed[index] for index in getattr(node, "workeroutput", {}).get("leaks_used", ()))


def _is_whole(config: pytest.Config) -> bool:
    """Whether all tests were run, and with a browser."""
    option = config.option
    chosen = option.keyword or option.markexpr or getattr(option, "deselect", None)
    return not chosen and list(config.args) == config.getini("testpaths")
