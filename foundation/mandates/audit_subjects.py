"""What the logs are told about mandates: between whom they are, and whom an officer gets to know of by looking at one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from foundation.accounts.actors import Actor
from foundation.audit import subjects
from foundation.audit.log import Subject, Who
from foundation.audit.subjects import SubjectKind
from foundation.mandates.models import Agency, Company, Delegation, Guardianship
from foundation.mandates.queries import row_of


def register() -> None:
    """Tell the logs."""
    for kind in KINDS:
        subjects.register(kind)


def own_mandates(actor: Actor) -> QuerySet[Any, str]:
    """Return the mandates that a resident holds or has given: they may know which officer looked at them."""
    index = actor.id_number_index
    if index is None:
        return Delegation.objects.none().values_list("reference", flat=True)
    guardianships = Guardianship.objects.filter(Q(child__id_number_index=index) | Q(guardian__id_number_index=index))
    agencies = Agency.objects.filter(agent__id_number_index=index)
    delegations = Delegation.objects.filter(Q(principal__id_number_index=index) | Q(agent__id_number_index=index))
    columns = [rows.values_list("reference", flat=True) for rows in (guardianships, agencies, delegations)]
    return columns[0].union(*columns[1:])


def persons_of_mandates(viewer: Who, mandates: Sequence[Subject]) -> Collection[bytes]:
    """Return a key for each person between whom the mandates are: at the counter nobody is an officer's own assignment."""
    keys: set[bytes] = set()
    for row in mandates:
        if isinstance(row, Guardianship):
            keys |= {bytes(each.id_number_index or b"") for each in (row.child, row.guardian)}
        elif isinstance(row, Agency):
            keys.add(bytes(row.agent.id_number_index or b""))
        elif isinstance(row, Delegation):
            keys |= {bytes(row.principal.id_number_index or b""), bytes(row.agent_id_number_index or b"")}
    return keys - {b""}


def _bureau_of(reference: str) -> str | None:
    row = row_of(reference)
    return None if row is None else row.bureau_code


def _bureau_of_company(reference: str) -> str | None:
    return Company.objects.filter(reference=reference).values_list("unit__bureau_code", flat=True).first()


KINDS = (
    SubjectKind(kind="mandate", title=_("Mandate"), bureau_of=_bureau_of, own=own_mandates, outside_persons=persons_of_mandates),
    SubjectKind(kind="company", title=_("Company"), prefix="MC", bureau_of=_bureau_of_company),
)
