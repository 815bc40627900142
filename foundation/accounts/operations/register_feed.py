"""Let a case system of a bureau speak to the hall, or give it a new key."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import Feed
from foundation.audit.log import Who, record_action
from foundation.audit.rights import MACHINE
from foundation.errors import Conflict, RuleViolated
from foundation.organisations.models import Organisation

_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_KEY_ID = re.compile(r"[a-z0-9._-]{1,80}")
LONGEST_CODE = 40
LONGEST_TITLE = 120


@transaction.atomic
def register_feed(*, actor: Who, code: str, title: str, bureau: Organisation, public_key: bytes, now: datetime, key_id: str = "") -> Feed:
    """Accept what is signed with the 32-byte Ed25519 key from now on, and nothing signed with an earlier key of this feed.

    ``key_id`` is what the feed writes into its signatures; unless given it is made of the code and the key. A new feed begins active;
    a suspended one that gets a new key stays suspended. Raises ``RuleViolated`` or ``Conflict`` naming the field.
    """
    _check(code=code, title=title, bureau=bureau, public_key=public_key)
    key_id = key_id or f"{code}-{hashlib.sha256(public_key).hexdigest()[:8]}"
    if not _KEY_ID.fullmatch(key_id):
        raise RuleViolated(_("A key id has 1 to 80 small letters, digits, dots, hyphens and underscores."), code="key_id", field="key_id")
    feed = Feed.objects.select_for_update(of=("self",)).select_related("bureau").filter(code=code).first()
    before = feed.key_id if feed else None
    if feed is None:
        feed = Feed(code=code, bureau=bureau, state_changed_at=now, state_changed_by=f"{actor.kind}:{actor.reference}")
    elif feed.bureau_id != bureau.pk:
        raise Conflict(_("A feed speaks for one bureau for good: its cases carry its name."), code="feed_of_another_bureau", field="bureau")
    feed.title, feed.key_id, feed.public_key = title, key_id, public_key
    try:
        with transaction.atomic():
            feed.save()
    except IntegrityError as error:
        raise Conflict(_("Another feed has a key with this id."), code="key_id_taken", field="key_id") from error
    record_action(actor=actor, action="feed.register", capability=MACHINE, subject=feed, now=now, changes={"key_id": (before, feed.key_id)})
    return feed


def _check(*, code: str, title: str, bureau: Organisation, public_key: bytes) -> None:
    if not _CODE.fullmatch(code) or len(code) > LONGEST_CODE:
        raise RuleViolated(
            _("A feed's code has 1 to 40 small letters and digits, with single hyphens between."), code="feed_code", field="code"
        )
    if not title.strip() or len(title) > LONGEST_TITLE:
        raise RuleViolated(_("Give the feed a title of at most 120 characters."), code="title", field="title")
    if bureau.parent_id is not None:
        raise RuleViolated(_("A feed speaks for a whole bureau."), code="not_a_bureau", field="bureau")
    if len(public_key) != 32:
        raise RuleViolated(_("An Ed25519 public key has 32 bytes."), code="public_key", field="public_key")
