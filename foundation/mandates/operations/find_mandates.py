"""Find a person's or a company's mandates at the counter."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from foundation.accounts.actors import Actor, ActorKind
from foundation.accounts.models import Person
from foundation.audit.log import record_look
from foundation.audit.models import AccessEntry
from foundation.clock import city_date
from foundation.errors import Hidden, NotAllowed, RuleViolated
from foundation.identifiers import normalise_resident_id, read_credit_code, read_resident_id
from foundation.mandates.models import Company
from foundation.mandates.permissions import REGISTER, check_may_handle, check_may_search
from foundation.mandates.queries import Row, agencies, mandates_concerning, row_of

_LOOKS_LIKE_ID = re.compile(r"\d{15,17}[\dX]?")


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a number names: a person's mandates, or a company; neither if nothing has it."""

    mandates: tuple[Row, ...] = ()
    company: Company | None = None


@transaction.atomic
def find_mandates(*, actor: Actor, number: str, now: datetime) -> Found:
    """Return the mandates of the person with an ID number, or the company with a credit code. Exact numbers only.

    Each mandate that is found counts as looked at. Those of another bureau are not among them. Raises ``NotAllowed``, or
    ``RuleViolated(field="number")`` for a number with a slip.
    """
    if actor.kind != ActorKind.OFFICER:
        raise NotAllowed
    check_may_search(actor)
    joined = normalise_resident_id(number)
    if not joined:
        raise RuleViolated(_("Enter an ID number or a unified social credit code."), code="number_missing", field="number")
    if not _LOOKS_LIKE_ID.fullmatch(joined):
        code = read_credit_code(number, field="number")
        return Found(company=Company.objects.select_related("unit").filter(credit_code=code).first())
    whose = read_resident_id(number, today=city_date(now), field="number").number
    person = Person.objects.filter(id_number_index__of=whose).first()  # type: ignore[misc]  # our own lookup
    rows = [row for row in mandates_concerning(person) if may_handle(actor, row)] if person else []
    for row in rows:
        record_look(viewer=actor, subject=row, reason=AccessEntry.Reason.ENQUIRY, now=now)
    return Found(mandates=tuple(rows))


@transaction.atomic
def look_at_mandate(*, actor: Actor, reference: str, now: datetime) -> Row:
    """Return one mandate for an officer's page, with an access row for this look; raise ``Hidden``."""
    row = row_of(reference) if actor.kind == ActorKind.OFFICER else None
    if row is None:
        raise Hidden
    check_may_handle(actor, row.bureau_code)
    record_look(viewer=actor, subject=row, reason=AccessEntry.Reason.ENQUIRY, now=now)
    return row


@transaction.atomic
def look_at_company(*, actor: Actor, reference: str, now: datetime) -> tuple[Company, list[Row]]:
    """Return a company with its agents, the latest first, each counted as looked at; raise ``Hidden``."""
    company = company_to_handle(actor, reference)
    rows: list[Row] = list(agencies().filter(company=company).order_by("-recorded_at", "-id"))
    for row in rows:
        record_look(viewer=actor, subject=row, reason=AccessEntry.Reason.ENQUIRY, now=now)
    return company, rows


def company_to_handle(actor: Actor, reference: str) -> Company:
    """Return a company of whose agents the actor may decide; raise ``Hidden``."""
    company = Company.objects.select_related("unit").filter(reference=reference).first() if actor.kind == ActorKind.OFFICER else None
    if company is None:
        raise Hidden(capability=REGISTER)
    check_may_handle(actor, company.bureau_code)
    return company


def may_handle(actor: Actor, row: Row) -> bool:
    """Whether an officer may read and end a mandate."""
    try:
        check_may_handle(actor, row.bureau_code)
    except Hidden:
        return False
    return True
