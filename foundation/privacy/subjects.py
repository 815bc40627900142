"""What the logs are told about accounts and requests of people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from foundation.accounts.actors import Actor
from foundation.audit import subjects
from foundation.audit.subjects import SubjectKind
from foundation.privacy.models import Correction, LegalHold


@dataclass(frozen=True, kw_only=True)
class OwnAccount:
    """A resident's account as the audit log names it; it belongs to no bureau."""

    reference: str
    kind_of_matter: str = "account"
    bureau_code: str = ""


def register() -> None:
    """Tell the logs."""
    for kind in KINDS:
        subjects.register(kind)


def _own_corrections(actor: Actor) -> QuerySet[Any, str]:
    return Correction.objects.filter(account=actor.reference).values_list("reference", flat=True)


def _bureau_of_correction(reference: str) -> str | None:
    return Correction.objects.filter(reference=reference).values_list("bureau_code", flat=True).first()


def _bureau_of_hold(reference: str) -> str | None:
    return LegalHold.objects.filter(reference=reference).values_list("bureau_code", flat=True).first()


KINDS = (
    SubjectKind(
        kind="correction",
        title=_("Request for correction"),
        prefix="RQ",
        bureau_of=_bureau_of_correction,
        own=_own_corrections,
        own_page="my-data:correction",
    ),
    SubjectKind(kind="hold", title=_("Legal hold"), prefix="H", bureau_of=_bureau_of_hold),
    SubjectKind(kind="retention", title=_("Rule of keeping")),
)
