"""Things taken in a case: enter them, store them, give them back, photograph them."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import IO

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.models import PropertyItem, PropertyPhoto
from cases.operations.locking import lock_case
from cases.operations.send_message import clean_text
from cases.permissions import PROPERTY, check_may
from foundation.accounts.actors import Actor
from foundation.audit.log import record_action
from foundation.errors import Conflict, NotFound, RuleViolated
from foundation.pictures import reencode

PHOTOS_AT_MOST = 10


@transaction.atomic
def take_item(*, actor: Actor, reference: str, description: str, taken_at: datetime, now: datetime) -> PropertyItem:
    """Enter a thing that the police took; the party sees it from now on."""
    case = lock_case(reference)
    check_may(actor, PROPERTY, case)
    if taken_at > now:
        raise RuleViolated(_("This moment lies in the future."), code="in_future", field="taken_at")
    item = PropertyItem.objects.create(
        bureau_code=case.bureau_code,
        case=case,
        description=clean_text(description, field="description"),
        taken_at=taken_at,
        taken_by=actor.label,
    )
    record_action(actor=actor, action="property.take", capability=PROPERTY, subject=item, now=now, changes={"status": ("", item.status)})
    return item


@transaction.atomic
def move_item(*, actor: Actor, item_reference: str, status: str, now: datetime) -> PropertyItem:
    """Put a thing into the store (``kept``) or give it back (``returned``). What was given back stays given back."""
    item = _lock(actor, item_reference)
    before = item.status
    order = [PropertyItem.Status.TAKEN, PropertyItem.Status.KEPT, PropertyItem.Status.RETURNED]
    if status not in order or order.index(PropertyItem.Status(status)) <= order.index(PropertyItem.Status(before)):
        raise Conflict(_("This step cannot follow the present status."), code="transition_not_possible")
    item.status = status
    if status == PropertyItem.Status.KEPT:
        item.kept_at, item.kept_by = now, actor.label
    else:
        item.returned_at, item.returned_by = now, actor.label
    item.save()
    record_action(actor=actor, action="property.move", capability=PROPERTY, subject=item, now=now, changes={"status": (before, status)})
    return item


@transaction.atomic
def add_photo(*, actor: Actor, item_reference: str, upload: IO[bytes], now: datetime) -> PropertyPhoto:
    """Keep a photo of a thing, re-encoded so that no metadata is left in it; raise ``RuleViolated`` for what is no picture."""
    item = _lock(actor, item_reference)
    if item.photos.count() >= PHOTOS_AT_MOST:
        raise RuleViolated(_("Ten photos of one thing are enough."), code="too_many_photos", field="photo")
    data = reencode(upload)
    photo = PropertyPhoto(item=item, sha256=hashlib.sha256(data).hexdigest(), added_at=now, added_by=actor.label)
    photo.image.save(f"{photo.pk}.jpg", ContentFile(data), save=False)
    photo.save()
    record_action(
        actor=actor, action="property.photograph", capability=PROPERTY, subject=item, now=now, changes={"sha256": ("", photo.sha256)}
    )
    return photo


def _lock(actor: Actor, item_reference: str) -> PropertyItem:
    found = PropertyItem.objects.select_for_update(of=("self",)).select_related("case__unit")
    try:
        item = found.get(reference=item_reference)
    except PropertyItem.DoesNotExist:
        raise NotFound from None
    check_may(actor, PROPERTY, item.case)
    return item
