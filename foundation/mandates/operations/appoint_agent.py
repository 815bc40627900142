"""Record at the counter who acts for a company."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from foundation.accounts.actors import Actor
from foundation.audit.log import record_action
from foundation.errors import Conflict, Hidden
from foundation.mandates.models import Agency, Company
from foundation.mandates.operations.enter_person import Named, check_of_age, enter_person
from foundation.mandates.operations.written import read_evidence, read_scopes
from foundation.mandates.permissions import REGISTER, check_may_handle, check_may_register
from foundation.mandates.scopes import Scope
from foundation.mandates.terms import read_last_day
from foundation.organisations.models import Organisation


@transaction.atomic
def appoint_agent(  # noqa: PLR0913 - what the form at the counter asks
    *,
    actor: Actor,
    unit: Organisation,
    company: str,
    agent: Named,
    is_legal_representative: bool,
    scopes: Iterable[str],
    evidence: str,
    until_on: date | None,
    now: datetime,
) -> Agency:
    """Let a person act for the company with this reference, from now on.

    The legal representative may do everything, and without an end unless a day is named (Civil Code art. 61). Anybody else may do what
    the letter of authority says, for twelve months at most (art. 165). Raises ``NotAllowed``, ``Hidden``, ``RuleViolated``, ``Conflict``.
    """
    check_may_register(actor, unit)
    # Two appointments of one company wait for each other.
    found = Company.objects.select_for_update(of=("self",)).select_related("unit").filter(reference=company).first()
    if found is None:
        raise Hidden
    check_may_handle(actor, found.bureau_code)
    who = enter_person(agent, now=now)
    check_of_age(who.id_number, now=now, field="agent_id_number")
    is_endless = is_legal_representative and until_on is None
    until = None if is_endless else read_last_day(until_on, now=now, field="until_on")
    try:
        with transaction.atomic():
            agency = Agency.objects.create(
                company=found,
                agent=who,
                is_legal_representative=is_legal_representative,
                scopes=Scope.values if is_legal_representative else read_scopes(scopes),
                evidence=read_evidence(evidence),
                unit=unit,
                from_at=now,
                until_at=until,
                over_at=until,
                recorded_at=now,
                recorded_by=actor.label,
            )
    except IntegrityError as error:
        raise _conflict(error) from error
    changes = {"scopes": (None, agency.scopes), "is_legal_representative": (None, is_legal_representative)}
    record_action(actor=actor, action="mandate.appoint_agent", capability=REGISTER, subject=agency, now=now, changes=changes)
    return agency


def _conflict(error: IntegrityError) -> Conflict:
    if "one_legal_representative" in str(error):
        message = _("A company has one legal representative: end the one on record first.")
        return Conflict(message, code="legal_representative_exists", field="is_legal_representative")
    return Conflict(_("This person is an agent of the company already."), code="already_recorded", field="agent_id_number")
