"""A broker delivers at least once: whatever task runs twice with the same arguments leaves the database as it was after the first time."""

from __future__ import annotations

import ast
import importlib
from datetime import timedelta
from pathlib import Path

import pytest
import zeal
from celery import shared_task
from django.apps import apps
from django.db import connection
from django.db.models import F

from foundation import clock
from foundation.accounts.models import PhoneChange
from foundation.limits.models import Bucket
from foundation.notifications.models import Delivery
from foundation.one_time_codes.models import OneTimeCode
from foundation.one_time_codes.operations.ask_for_code import ask_for_code
from foundation.outbox.models import Event
from portal.celery import app
from tests.plugins.people import NOW

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
# What says how often somebody looked, and nothing of what was done.
COUNTS = {"limits.Bucket"}
# A run that must be shown later to have taken place is written down each time, also one that found nothing (PIPL art. 51).
WRITES_ITS_RUNS = {"foundation.privacy.tasks.purge": {"audit.AuditEntry", "privacy.PurgeRun", "transparency.Pending"}}


@pytest.fixture(autouse=True)
def a_hall_with_work_left(resident_user, case, outside, monkeypatch):
    """Something for each task to do: events, texts that are due, codes that were asked for, and rows whose time is over."""
    from foundation.accounts.models import Person
    from foundation.notifications import queueing
    from foundation.notifications.operations.notify import notify
    from foundation.one_time_codes import handlers

    monkeypatch.setattr(queueing, "hurry", lambda channel: True)
    monkeypatch.setattr(handlers, "hurry", lambda request: None)
    now = clock.now()
    Person.objects.filter(pk=resident_user.person_id).update(phone_verified_at=NOW, phone_used_at=now)
    person = Person.objects.get(pk=resident_user.person_id)
    ask_for_code(purpose="sign-in", number=person.phone, source="192.0.2.0/24", language="en", now=now)
    subject = {"subject_kind": "account", "subject_reference": "A-1", "language": "en"}
    with zeal.zeal_ignore():
        for number in range(3):
            notify(event="phone-set", person=person, occurrence=str(number), now=now, **subject)
    Delivery.objects.exclude(channel="in-app").update(due_at=F("due_at") - timedelta(minutes=1))
    Event.objects.update(available_at=now - timedelta(minutes=1))
    Bucket.objects.filter(scope__startswith="text-").delete()
    PhoneChange.objects.create(
        person=person, number="13900000002", old_number=person.phone, language="en", requested_at=NOW, takes_effect_at=NOW
    )
    with zeal.zeal_ignore():
        yield


def arguments():
    """What the tasks that take something are told."""
    return {
        "foundation.outbox.tasks.relay": lambda: {"event_id": str(Event.objects.earliest("created_at").pk)},
        "foundation.outbox.tasks.relay_together": lambda: {"event_ids": [str(pk) for pk in Event.objects.values_list("pk", flat=True)]},
        "foundation.one_time_codes.tasks.send": lambda: {"request": str(OneTimeCode.objects.get().pk)},
    }


def tasks():
    for place in apps.get_app_configs():
        if (Path(place.path) / "tasks.py").exists() and place.name.split(".")[0] in {"foundation", "cases", "portal"}:
            importlib.import_module(f"{place.name}.tasks")
    return sorted(name for name in app.tasks if name.split(".")[0] in {"foundation", "cases", "portal"})


def dump():
    """Return every row of every table, as the database writes it."""
    found = {}
    with connection.cursor() as cursor:
        for model in apps.get_models():
            if model._meta.managed and model._meta.label not in COUNTS:
                table = connection.ops.quote_name(model._meta.db_table)
                cursor.execute(f"SELECT rows::text FROM {table} AS rows")
                found[model._meta.label] = sorted(text for (text,) in cursor.fetchall())
    return found


def differences(name, given):
    run = app.tasks[name]
    run(**given)
    after_once = dump()
    run(**given)
    after_twice = dump()
    return {label: (after_once[label], after_twice[label]) for label in after_once if after_once[label] != after_twice[label]}


@pytest.mark.parametrize("name", tasks())
def test_a_task_that_runs_twice_leaves_what_it_left_the_first_time(name, settings):
    given = arguments().get(name, dict)()

    assert set(differences(name, given)) <= WRITES_ITS_RUNS.get(name, set())


def test_the_tasks_had_something_to_do():
    """Whoever finds nothing to do is safe to run as often as one likes, and the test above would say nothing."""
    before = dump()
    app.tasks["foundation.notifications.tasks.deliver_sms"]()
    app.tasks["foundation.accounts.tasks.apply_phone_changes"]()
    after = dump()

    changed = {label for label in before if before[label] != after[label]}
    assert {"notifications.Delivery", "notifications.Attempt", "accounts.PhoneChange"} <= changed


@shared_task(name="foundation.broken.count_again")
def count_again():
    Delivery.objects.update(attempts=F("attempts") + 1)


def test_a_task_that_must_not_run_twice_is_found():
    """The broken variant."""
    try:
        assert set(differences("foundation.broken.count_again", {})) == {"notifications.Delivery"}
    finally:
        app.tasks.pop("foundation.broken.count_again", None)


def test_messages_to_the_broker_carry_ids_only():
    """A broker is not a database: whoever reads its memory learns nothing of anybody."""
    for name in tasks():
        annotations = app.tasks[name].run.__annotations__
        assert {str(kind) for argument, kind in annotations.items() if argument != "return"} <= {"str", "Sequence[str]"}, name


def long_waits(source):
    """Yield the calls in a source that ask a broker to keep something for more than five minutes, or for a time nobody can read off."""
    for call in (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)):
        for word in call.keywords:
            if word.arg == "eta" or (word.arg == "countdown" and not (is_small(word.value))):
                yield ast.unparse(call)


def is_small(value):
    known = {"AGAIN_AFTER_SECONDS": 1}
    number = value.value if isinstance(value, ast.Constant) else known.get(getattr(value, "id", ""))
    return isinstance(number, int | float) and number <= 300


def test_no_message_waits_in_the_broker_for_long():
    """Redis hands out again what was not acknowledged within its visibility timeout: a long wait becomes many messages."""
    found = [
        call
        for package in ("foundation", "cases", "portal")
        for path in (ROOT / package).rglob("*.py")
        for call in long_waits(path.read_text(encoding="utf-8"))
    ]

    assert not found


def test_a_long_wait_would_be_found():
    assert list(long_waits("task.apply_async(countdown=301)"))
    assert list(long_waits("task.apply_async(eta=tomorrow)"))
    assert not list(long_waits("task.apply_async(countdown=300)"))


def test_every_queue_has_workers_and_every_route_a_task():
    from django.conf import settings

    from foundation.outbox.events import BULK
    from portal.supervisor.worker import ROLES, WORKERS

    told = [ROLES[role][ROLES[role].index("--queues") + 1] for role in WORKERS]
    listened = {queue for queues in told for queue in queues.split(",")}
    routed = {route["queue"] for route in settings.CELERY_TASK_ROUTES.values()}
    assert routed | {settings.CELERY_TASK_DEFAULT_QUEUE, BULK} == listened
    assert {name for name in settings.CELERY_TASK_ROUTES if "*" not in name} <= set(tasks())
