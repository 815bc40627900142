"""What writing down costs: the access row within a look-up, an audit row, and the rights that each request reads."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from io import BytesIO
from unittest.mock import patch

from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application
from django.db import connection, transaction
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from cases import matters
from foundation.accounts.actors import actor_of_user, command_actor
from foundation.accounts.models import User
from foundation.audit.log import record_action
from foundation.audit.models import AccessEntry, AuditEntry
from foundation.audit.rights import MACHINE
from tests.bench.figures import Figure, interleaved
from tests.bench.world import World

LOOK_UPS = 200
ROWS = 200
ROUNDS = 12
RIGHTS = 200


def figures(world: World) -> Iterator[Figure]:
    """Yield the figures of writing down."""
    token, _typed = world.issue_code()
    look_up = partial(_look_up, get_wsgi_application(), token)
    look_up()
    with_row, without_row = interleaved(look_up, partial(_unrecorded, look_up), rounds=ROUNDS)
    yield Figure(
        name="access row of a look-up / the whole look-up",
        value=(with_row - without_row) / with_row,
        at_most=0.25,
        detail=f"{(with_row - without_row) / LOOK_UPS * 1e6:.0f} of {with_row / LOOK_UPS * 1e6:.0f} µs",
    )
    prepared, ordinary = interleaved(partial(_rows, world), partial(_rows_by_the_model, world), rounds=ROUNDS)
    yield Figure(
        name="audit row / the same row by the model's own create()",
        value=prepared / ordinary,
        at_most=1.0,
        detail=f"{prepared / ROWS * 1e6:.0f} µs a row, masking included",
    )
    yield from _rights(world)


def _look_up(application: WSGIHandler, token: str) -> None:
    """Send look-ups to the application as the server does: the test client would hide the row behind work of its own."""
    body = json.dumps({"token": token}).encode()
    asked = RequestFactory().generic("POST", "/api/v1/inquiries/", body, content_type="application/json").environ
    for _ in range(LOOK_UPS):
        answer = application({**asked, "wsgi.input": BytesIO(body)}, lambda *_: None)
        if answer.status_code != 200:
            raise RuntimeError(f"the look-up answered {answer.status_code}")
        answer.close()


def _unrecorded(look_up: partial[None]) -> None:
    """The same without the row: what is left is what a look-up would cost if nobody could see who looked."""
    with patch.object(matters, "record_look", lambda **_: None):
        look_up()


def _rows(world: World) -> None:
    with _undone():
        for number in range(ROWS):
            changes = {"status": ("registered", "accepted"), "entry": (None, number)}
            record_action(
                actor=command_actor("bench"), action="bench.row", capability=MACHINE, subject=world.station, now=world.now, changes=changes
            )


def _rows_by_the_model(world: World) -> None:
    with _undone():
        for number in range(ROWS):
            AuditEntry.objects.create(
                at=world.now,
                actor_kind="command",
                actor_reference="bench",
                action="bench.row",
                capability=MACHINE,
                subject_kind="organisation",
                subject_reference=world.station.reference,
                bureau_code=world.station.bureau_code,
                changes={"status": ["registered", "accepted"], "entry": [None, number]},
            )


@contextmanager
def _undone() -> Iterator[None]:
    """One transaction that leaves nothing: the tables only grow."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _rights(world: World) -> Iterator[Figure]:
    user = User.objects.select_related("person").get(pk=world.user.pk)
    with CaptureQueriesContext(connection) as queries:
        actor = actor_of_user(user)
    yield Figure(name="queries that read an officer's rights, once a request", value=len(queries), at_most=1)
    began = time.process_time()
    for _ in range(RIGHTS):
        actor_of_user(user)
    yield Figure(name="CPU to read them, in ms", value=(time.process_time() - began) / RIGHTS * 1000, at_most=3)
    began = time.process_time()
    for _ in range(RIGHTS * 100):
        actor.can("case.extend", world.station)
    yield Figure(name="CPU to check one, in µs", value=(time.process_time() - began) / RIGHTS / 100 * 1e6, at_most=50)
    if AccessEntry.objects.filter(viewer_kind="receipt").count() == 0:
        raise RuntimeError("the look-ups left no row")
