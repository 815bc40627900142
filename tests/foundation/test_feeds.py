"""A feed is one case system of one bureau, known by its key."""

from __future__ import annotations

import base64
from io import StringIO

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import CommandError, call_command

from foundation.accounts.actors import command_actor
from foundation.accounts.models import Feed
from foundation.audit.models import AuditEntry
from foundation.devices.operations.change_state import resume_feed, suspend_feed
from foundation.devices.operations.register_feed import register_feed
from foundation.errors import Conflict, DomainError, NotFound

pytestmark = pytest.mark.django_db

OPERATOR = command_actor("test")
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32))).public_key().public_bytes_raw()
NEW_KEY = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key().public_bytes_raw()


@pytest.fixture
def enter(bureau, now):
    def enter(**given):
        return register_feed(
            **{"actor": OPERATOR, "code": "case-system", "title": "Case system", "bureau": bureau, "public_key": KEY, "now": now} | given
        )

    return enter


def test_a_new_feed_is_active_and_its_key_has_an_id(enter):
    feed = enter()

    assert (feed.state, feed.bureau_code) == ("active", "310000")
    assert feed.key_id.startswith("case-system-")
    assert AuditEntry.objects.get(action="feed.register").subject_reference == "case-system"


def test_a_new_key_takes_the_place_of_the_old_one(enter):
    old = enter().key_id
    new = enter(public_key=NEW_KEY).key_id

    assert old != new
    assert Feed.objects.get().key_id == new
    assert AuditEntry.objects.filter(action="feed.register").last().changes == {"key_id": [old, new]}


def test_a_suspended_feed_that_gets_a_new_key_stays_suspended(enter, now):
    enter()
    suspend_feed(actor=OPERATOR, code="case-system", now=now)

    assert enter(public_key=NEW_KEY).state == "suspended"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"code": "Case System"}, "feed_code"),
        ({"code": "x" * 41}, "feed_code"),
        ({"title": " "}, "title"),
        ({"title": "x" * 121}, "title"),
        ({"public_key": b"short"}, "public_key"),
        ({"key_id": "a key"}, "key_id"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_saved(enter, given, code):
    with pytest.raises(DomainError) as refusal:
        enter(**given)

    assert refusal.value.code == code
    assert not Feed.objects.exists()


def test_a_feed_speaks_for_a_whole_bureau(enter, station):
    with pytest.raises(DomainError, match="whole bureau"):
        enter(bureau=station)


def test_a_feed_never_changes_its_bureau(enter, foreign_station):
    enter()

    with pytest.raises(Conflict) as refusal:
        enter(bureau=foreign_station.parent.parent)
    assert refusal.value.code == "feed_of_another_bureau"


def test_two_feeds_cannot_share_a_key_id(enter):
    enter(key_id="k1")

    with pytest.raises(Conflict) as refusal:
        enter(code="other-system", key_id="k1", public_key=NEW_KEY)
    assert refusal.value.code == "key_id_taken"


def test_suspending_and_resuming_are_told_apart_and_kept(enter, now):
    enter()
    suspend_feed(actor=OPERATOR, code="case-system", now=now)
    with pytest.raises(Conflict):
        suspend_feed(actor=OPERATOR, code="case-system", now=now)
    resume_feed(actor=OPERATOR, code="case-system", now=now)

    assert Feed.objects.get().state == "active"
    assert list(AuditEntry.objects.filter(action__in=["feed.suspended", "feed.active"]).values_list("action", flat=True)) == [
        "feed.suspended",
        "feed.active",
    ]


def test_an_unknown_feed_cannot_be_suspended(db, now):
    with pytest.raises(NotFound):
        suspend_feed(actor=OPERATOR, code="nobody", now=now)


def test_the_commands_register_suspend_and_resume(bureau):
    out = StringIO()
    key = base64.b64encode(KEY).decode()
    call_command("register_feed", "case-system", bureau=bureau.code, title="Case system", public_key=key, stdout=out)
    call_command("suspend_feed", "case-system", stdout=out)
    call_command("suspend_feed", "case-system", "--resume", stdout=out)

    told = out.getvalue().splitlines()
    assert told[0] == f"case-system speaks for 310000; its key id is {Feed.objects.get().key_id}; it is active."
    assert told[1:] == ["case-system is suspended.", "case-system is active."]


@pytest.mark.parametrize(("key", "told"), [("no base64!", "not base64"), (base64.b64encode(b"short").decode(), "32 bytes")])
def test_the_command_says_what_is_wrong_with_a_key(bureau, key, told):
    with pytest.raises(CommandError, match=told):
        call_command("register_feed", "case-system", bureau=bureau.code, title="Case system", public_key=key)
