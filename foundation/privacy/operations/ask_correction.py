"""Ask to have a value put right, and take such a request back."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from foundation import workdays
from foundation.accounts.actors import Actor
from foundation.audit.log import record_action
from foundation.audit.rights import OWN
from foundation.errors import Conflict, Hidden, NotFound, RuleViolated
from foundation.organisations.models import Organisation
from foundation.organisations.queries import bureaus
from foundation.privacy.correctables import LONGEST_WORDS, Place, correctable_of, places_of
from foundation.privacy.models import Correction
from foundation.privacy.permissions import own_holder
from foundation.rest.serializers import UNPRINTABLE

# Rules on finding that apps collect or use personal information against the law (2019), no. 6: at most 15 working days.
ANSWER_WITHIN: Final = 15
OPEN_AT_ONCE: Final = 10


@transaction.atomic
def ask_correction(*, actor: Actor, place: str, wanted: str, reason: str, now: datetime, bureau: str = "") -> Correction:
    """Send a request to the unit that holds the value (PIPL art. 46); ``place`` is one of :func:`places_of`, as its token.

    What belongs to no unit goes to the ``bureau`` with this code, or to the only one there is. Raises ``NotFound``, ``RuleViolated``
    naming the field, or ``Conflict`` while another request about the same value is open.
    """
    holder = own_holder(actor)
    asked = next((each for each in places_of(holder) if each.token == place), None)
    correctable = correctable_of(asked.target) if asked else None
    if asked is None or correctable is None:
        raise NotFound(_("There is no such value of yours."), code="no_such_value", field="place")
    wanted = correctable.clean(wanted, field="wanted")
    if wanted == asked.present:
        raise RuleViolated(_("This is what stands there already."), code="nothing_to_correct", field="wanted")
    if Correction.objects.filter(account=holder.account, ended_at__isnull=True).count() >= OPEN_AT_ONCE:
        raise RuleViolated(_("Ten requests of yours are open. Please wait for their answers."), code="too_many_open")
    correction = _create(asked, account=holder.account, wanted=wanted, reason=written(reason, field="reason"), bureau=bureau, now=now)
    record_action(
        actor=actor, action="correction.ask", capability=OWN, subject=correction, now=now, changes={"target": (None, correction.target)}
    )
    return correction


@transaction.atomic
def withdraw_correction(*, actor: Actor, reference: str, now: datetime) -> Correction:
    """Take a request back that is not decided yet. Raises ``Hidden`` for one of somebody else, ``Conflict`` for one that has ended."""
    holder = own_holder(actor)
    correction = Correction.objects.select_for_update(of=("self",)).filter(reference=reference, account=holder.account).first()
    if correction is None:
        raise Hidden
    if correction.ended_at is not None:
        raise Conflict(_("This request has ended already."), code="correction_ended")
    before = correction.state
    correction.state, correction.ended_at = Correction.State.WITHDRAWN, now
    correction.save(update_fields=["state", "ended_at"])
    record_action(
        actor=actor,
        action="correction.withdraw",
        capability=OWN,
        subject=correction,
        now=now,
        changes={"state": (before, correction.state)},
    )
    return correction


def written(text: str, *, field: str) -> str:
    """Return what somebody wrote without blanks around it; raise ``RuleViolated`` for nothing, too much, or what cannot be shown."""
    text = text.strip()
    if not text:
        raise RuleViolated(_("Write something first."), code="text_missing", field=field)
    if len(text) > LONGEST_WORDS or UNPRINTABLE.search(text):
        raise RuleViolated(_("This is too long, or holds characters that cannot be shown."), code="text_unfit", field=field)
    return text


def _create(place: Place, *, account: str, wanted: str, reason: str, bureau: str, now: datetime) -> Correction:
    unit = place.unit or _bureau(bureau)
    try:
        with transaction.atomic():
            return Correction.objects.create(
                bureau_code=unit.bureau_code,
                account=account,
                addressed_to=unit,
                target=place.target,
                target_key=place.key,
                matter_reference=place.matter_reference,
                present=place.present,
                wanted=wanted,
                reason=reason,
                asked_at=now,
                due_at=workdays.end_of_day(workdays.add_working_days(workdays.day_of(now), ANSWER_WITHIN)),
            )
    except IntegrityError as error:
        raise Conflict(_("A request of yours about this is being looked into."), code="correction_open", field="place") from error


def _bureau(code: str) -> Organisation:
    """Return the bureau that was named, or the only one."""
    found = list(bureaus().filter(code=code)) if code else list(bureaus()[:2])
    if len(found) != 1:
        raise RuleViolated(_("Choose the police bureau that is to look into it."), code="bureau_missing", field="bureau")
    return found[0]
