"""Find cases by a number: the case's own, the one of the system it came from, or the ID number of a party."""

from __future__ import annotations

import re
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.models import Case, CaseQuerySet, Party
from cases.operations.look_at_case import reason_of_look
from cases.permissions import READ
from foundation.accounts.actors import Actor
from foundation.audit.log import record_looks
from foundation.clock import city_date
from foundation.errors import NotAllowed, RuleViolated
from foundation.identifiers import NotReadable, normalise_reference, normalise_resident_id, read_resident_id

MOST_FOUND = 50
LONGEST_NUMBER = 80
# What only an ID number looks like, whole or with a slip in it: it is then read as one, and the slip is told.
_ID_NUMBER = re.compile(r"\d{15,18}|\d{16,17}X")


@transaction.atomic
def find_cases(*, actor: Actor, number: str, now: datetime, is_enquiry: bool = False) -> list[Case]:
    """Return the cases that the actor may read and that the number names, newest first, at most 50.

    Each of them counts as looked at: that a person has a case is told by the list alone. Raises ``NotAllowed`` for who may read
    cases nowhere, and ``RuleViolated(field="number")`` for nothing or an ID number with a slip.
    """
    if not actor.paths_for(READ):
        raise NotAllowed(capability=READ)
    cases = list(_matching(actor, number.strip(), now).select_related("unit", "category", "officer")[:MOST_FOUND])
    looks = [(case, reason_of_look(actor, case.unit, is_enquiry=is_enquiry)) for case in cases]
    record_looks(viewer=actor, looks=looks, now=now)
    return cases


def _matching(actor: Actor, number: str, now: datetime) -> CaseQuerySet:
    if not number:
        raise RuleViolated(_("Enter a case number or an ID number."), code="number_missing", field="number")
    visible = Case.objects.visible_to(actor).order_by("-registered_at", "-id")
    joined = normalise_resident_id(number)
    if _ID_NUMBER.fullmatch(joined):
        whose = read_resident_id(number, today=city_date(now), field="number").number
        parties = Party.objects.filter(id_number_index__of=whose, removed_at__isnull=True)  # type: ignore[misc]  # our own lookup
        return visible.filter(pk__in=parties.values("case_id"))
    try:
        return visible.filter(reference=normalise_reference(number))
    except NotReadable:
        return visible.exclude(source="").filter(source_case_id=number[:LONGEST_NUMBER])
