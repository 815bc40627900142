"""See what the people concerned would see of a step, before it is published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from cases.models import Case
from cases.operations.append_entry import NO_WORDS, Words
from cases.operations.publish_progress import publish_progress
from cases.queries import Sight, sight_of
from foundation.accounts.actors import Actor


@dataclass(frozen=True, kw_only=True)
class Preview:
    """The case after the step, as the holder of the receipt and as a verified party would see it."""

    receipt: Sight
    party: Sight


def preview_progress(
    *,
    actor: Actor,
    reference: str,
    now: datetime,
    action: str = "",
    words: Words = NO_WORDS,
    ground: str = "",
    at: datetime | None = None,
    seen_length: int | None = None,
) -> Preview:
    """Publish, look, and take it all back: the one way to show exactly what would be seen, and every refusal with it.

    Nothing remains of it, neither an entry nor an event nor an audit row. Raises what ``publish_progress`` raises.
    """
    with transaction.atomic():
        entry = publish_progress(
            actor=actor, reference=reference, now=now, action=action, words=words, ground=ground, at=at, seen_length=seen_length
        )
        case = Case.objects.select_related("unit").get(pk=entry.case_id)
        preview = Preview(receipt=sight_of(case, with_detail=False), party=sight_of(case, with_detail=True))
        transaction.set_rollback(True)
    return preview
