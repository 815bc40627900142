"""Register a company, so that it can have agents and matters."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from foundation.accounts.actors import Actor
from foundation.audit.log import record_action
from foundation.errors import Conflict, RuleViolated
from foundation.identifiers import read_credit_code
from foundation.mandates.models import Company
from foundation.mandates.permissions import REGISTER, check_may_register
from foundation.organisations.models import Organisation

LONGEST_NAME = 120


@transaction.atomic
def register_company(*, actor: Actor, unit: Organisation, credit_code: str, name: str, now: datetime) -> Company:
    """Return the company as its business licence names it. Raises ``NotAllowed``, ``RuleViolated`` naming the field, or ``Conflict``."""
    check_may_register(actor, unit)
    code, name = read_credit_code(credit_code, field="credit_code"), " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise RuleViolated(_("Enter the company's name as on the business licence."), code="name_missing", field="name")
    try:
        with transaction.atomic():
            company = Company.objects.create(credit_code=code, name=name, unit=unit, registered_at=now, registered_by=actor.label)
    except IntegrityError as error:
        raise Conflict(_("A company with this code is registered already."), code="company_exists", field="credit_code") from error
    record_action(actor=actor, action="mandate.register_company", capability=REGISTER, subject=company, now=now)
    return company
