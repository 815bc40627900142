"""Let a case system of a bureau speak to the hall, or give it a new key."""

from __future__ import annotations

import re
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from foundation.accounts.actors import Actor
from foundation.accounts.models import Feed
from foundation.audit.log import record_action
from foundation.devices.families import FEEDS
from foundation.devices.history import write_history
from foundation.devices.keys import key_id_of
from foundation.devices.models import MachineEvent
from foundation.devices.permissions import check_may_enter, right_of
from foundation.errors import Conflict, RuleViolated
from foundation.organisations.models import Organisation
from foundation.signatures.keys import check_public_key

_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_KEY_ID = re.compile(r"[a-z0-9._-]{1,80}")
LONGEST_CODE = 40
LONGEST_TITLE = 120
# Words that stand in addresses of the desk in the place of a feed's code.
RESERVED = frozenset({"register"})


@transaction.atomic
def enter_feed(*, actor: Actor, code: str, title: str, bureau: Organisation, now: datetime) -> Feed:
    """Enter a feed that will bring its key with an enrolment code. Raises ``RuleViolated`` or ``Conflict`` naming the field."""
    check_may_enter(actor, FEEDS, bureau)
    _check(code=code, title=title, bureau=bureau)
    feed = Feed(code=code, title=title, bureau=bureau, state_changed_at=now, state_changed_by=actor.label)
    try:
        with transaction.atomic():
            feed.save()
    except IntegrityError as error:
        raise Conflict(_("There is a feed with this code already."), code="feed_exists", field="code") from error
    write_history(machine=feed, kind=MachineEvent.Kind.REGISTERED, actor=actor, now=now)
    record_action(
        actor=actor, capability=right_of(actor, FEEDS), action="feed.enter", subject=feed, now=now, changes={"state": (None, feed.state)}
    )
    return feed


@transaction.atomic
def register_feed(*, actor: Actor, code: str, title: str, bureau: Organisation, public_key: bytes, now: datetime, key_id: str = "") -> Feed:
    """Accept what is signed with the 32-byte Ed25519 key from now on, and nothing signed with an earlier key of this feed.

    ``key_id`` is what the feed writes into its signatures; unless given it is made of the code and the key. A new feed begins active;
    a suspended one that gets a new key stays suspended, and a lost one is suspended from then on. Raises ``RuleViolated`` or
    ``Conflict`` naming the field.
    """
    check_may_enter(actor, FEEDS, bureau)
    _check(code=code, title=title, bureau=bureau)
    check_public_key(public_key)
    key_id = key_id or key_id_of(code, public_key)
    if not _KEY_ID.fullmatch(key_id):
        raise RuleViolated(_("A key id has 1 to 80 small letters, digits, dots, hyphens and underscores."), code="key_id", field="key_id")
    feed = Feed.objects.select_for_update(of=("self",)).select_related("bureau").filter(code=code).first() or Feed(code=code, bureau=bureau)
    before = feed.key_id
    _take_key(feed, actor=actor, bureau=bureau, now=now)
    feed.title, feed.key_id, feed.public_key, feed.enrolled_at = title, key_id, public_key, now
    try:
        with transaction.atomic():
            feed.save()
    except IntegrityError as error:
        raise Conflict(_("Another feed has a key with this id."), code="key_id_taken", field="key_id") from error
    write_history(machine=feed, kind=MachineEvent.Kind.ENROLLED, actor=actor, now=now, key=public_key)
    record_action(
        actor=actor,
        capability=right_of(actor, FEEDS),
        action="feed.register",
        subject=feed,
        now=now,
        changes={"key_id": (before, feed.key_id)},
    )
    return feed


def _take_key(feed: Feed, *, actor: Actor, bureau: Organisation, now: datetime) -> None:
    """Say in which state the feed is once it has its key; raise ``Conflict`` for one that may have none."""
    if feed.bureau_id != bureau.pk:
        raise Conflict(_("A feed speaks for one bureau for good: its cases carry its name."), code="feed_of_another_bureau", field="bureau")
    if feed.state == Feed.State.RETIRED:
        raise Conflict(_("This feed was retired for good."), code="retired", field="code")
    following = {Feed.State.REGISTERED: Feed.State.ACTIVE, Feed.State.LOST: Feed.State.SUSPENDED}.get(Feed.State(feed.state))
    if following:
        feed.state, feed.state_changed_at, feed.state_changed_by, feed.state_reason = following, now, actor.label, ""


def _check(*, code: str, title: str, bureau: Organisation) -> None:
    if not _CODE.fullmatch(code) or len(code) > LONGEST_CODE or code in RESERVED:
        raise RuleViolated(
            _("A feed's code has 1 to 40 small letters and digits, with single hyphens between."), code="feed_code", field="code"
        )
    if not title.strip() or len(title) > LONGEST_TITLE:
        raise RuleViolated(_("Give the feed a title of at most 120 characters."), code="title", field="title")
    if bureau.parent_id is not None:
        raise RuleViolated(_("A feed speaks for a whole bureau."), code="not_a_bureau", field="bureau")
