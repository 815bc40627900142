"""Register a report that a person makes at the counter or by phone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.domain.policies import check_detail, check_not_future, check_not_opener_than_law, check_publication
from cases.domain.workflow import WORKFLOWS
from cases.models import Case, Category, Party
from cases.models.progress_entry import EntryKind
from cases.operations.append_entry import Words, append_entry
from cases.permissions import REGISTER, check_may_at
from foundation.accounts.actors import Actor
from foundation.audit.log import record_action
from foundation.clock import city_date
from foundation.errors import RuleViolated
from foundation.identifiers import normalise_phone, read_credit_code, read_resident_id
from foundation.organisations.models import Organisation


@dataclass(frozen=True, kw_only=True)
class NewParty:
    """Somebody to be entered: ``id_number`` is a resident ID number or empty, ``phone`` a number or empty.

    A company has a ``credit_code`` instead of the ID number. ``telling`` and ``safe_phone`` say how the person may be told of news.
    """

    role: str
    name: str
    id_number: str = ""
    phone: str = ""
    credit_code: str = ""
    telling: str = ""
    safe_phone: str = ""


@transaction.atomic
def register_report(  # noqa: PLR0913 - a report is what the form at the counter asks
    *,
    actor: Actor,
    unit: Organisation,
    category: Category,
    parties: Sequence[NewParty],
    reported_at: datetime,
    now: datetime,
    detail: str = "",
    publication: str = "",
    ground: str = "",
    is_counter_only: bool = False,
) -> Case:
    """Enter a report, its parties and the first step of its timeline; return the case.

    Without a word on publication the category's default holds. Raises ``NotAllowed``, or ``RuleViolated`` naming the field.
    """
    check_may_at(actor, REGISTER, unit)
    check_not_future(reported_at, now=now, field="reported_at")
    if not publication:
        publication, ground = category.default_publication, category.default_ground
    check_publication(publication, ground)
    check_not_opener_than_law(category.default_publication, publication)
    if not parties:
        raise RuleViolated(_("Enter at least one person."), code="party_missing", field="name")
    check_detail(detail, names=[party.name for party in parties])
    case = Case.objects.create(
        bureau_code=unit.bureau_code,
        unit=unit,
        kind=category.kind,
        category=category,
        status=WORKFLOWS[category.kind].initial,
        status_since=reported_at,
        stage_since=reported_at,
        publication=publication,
        ground=ground,
        is_counter_only=is_counter_only,
        reported_at=reported_at,
        registered_at=now,
        registered_by=actor.label,
    )
    for party in parties:
        enter_party(case=case, party=party, actor=actor, now=now)
    append_entry(case=case, kind=EntryKind.STATUS, actor=actor, now=now, at=reported_at, status=case.status, words=Words(detail=detail))
    record_action(actor=actor, action="case.register", capability=REGISTER, subject=case, now=now, changes={"status": ("", case.status)})
    return case


def enter_party(*, case: Case, party: NewParty, actor: Actor, now: datetime) -> Party:
    """Write a party of a case; raise ``RuleViolated(field="id_number")`` for a number that cannot be one."""
    entered = new_party(case=case, party=party, actor=actor, now=now)
    entered.save(force_insert=True)
    return entered


def new_party(*, case: Case, party: NewParty, actor: Actor, now: datetime) -> Party:
    """Return a party of a case, checked and not saved; raise ``RuleViolated`` naming the field."""
    if not party.name.strip():
        raise RuleViolated(_("Enter the person's name."), code="name_missing", field="name")
    if party.id_number and party.credit_code:
        raise RuleViolated(_("A company has a credit code and no ID number."), code="person_or_company", field="credit_code")
    id_number = read_resident_id(party.id_number, today=city_date(now), field="id_number").number if party.id_number else ""
    phone = normalise_phone(party.phone, field="phone") if party.phone else ""
    entered = Party(
        case=case,
        role=party.role,
        name=party.name.strip(),
        id_number=id_number,
        credit_code=read_credit_code(party.credit_code, field="credit_code") if party.credit_code else "",
        phone=phone,
        added_at=now,
        added_by=actor.label,
    )
    set_telling(entered, telling=party.telling, safe_phone=party.safe_phone)
    return entered


def set_telling(party: Party, *, telling: str, safe_phone: str) -> None:
    """Say of a party how they may be told; nothing is saved. Raise ``RuleViolated`` naming the field: a safe way needs its number."""
    if telling not in Party.Telling.values:
        raise RuleViolated(_("Choose how the person may be told."), code="telling_unknown", field="telling")
    if telling == Party.Telling.SAFE_NUMBER and not safe_phone.strip():
        raise RuleViolated(_("Enter the number that is safe."), code="safe_phone_missing", field="safe_phone")
    party.telling = telling
    party.safe_phone = normalise_phone(safe_phone, field="safe_phone") if telling == Party.Telling.SAFE_NUMBER else ""
