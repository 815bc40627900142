"""Who is concerned in a case, and may follow it."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models.case import Case
from foundation.encryption.fields import BlindIndexField, EncryptedTextField
from foundation.identifiers import normalise_resident_id


class Party(models.Model):
    """One person in one case, or one company, which has a ``credit_code`` and no ID number and is followed by its agents.

    Personal data (S4): name, document number, phone, a number that is safe; kept to tell the person and nobody else how far their
    case is, as long as the case is. Removing a party leaves the row, with who removed it and when.
    """

    class Role(models.TextChoices):
        """In what part a person follows the case (Provisions on Law-Enforcement Openness, ch. 3)."""

        REPORTER = "reporter", _("Reporter")
        VICTIM = "victim", _("Victim")
        GUARDIAN = "guardian", _("Guardian or close relative")
        AGENT = "agent", _("Agent with power of attorney")

    class Telling(models.TextChoices):
        """How the person may be told that there is news. What is set here goes before all that they chose for themselves."""

        AS_WISHED = "", _("As they wish")
        SAFE_NUMBER = "safe_number", _("By text to a safe number only")
        IN_PERSON = "in_person", _("In person only: nothing is sent, nothing shows on their devices")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="parties")
    role = models.CharField(max_length=10, choices=Role)
    name = EncryptedTextField()
    id_number = EncryptedTextField(blank=True, default="")
    id_number_index = BlindIndexField(source="id_number", normalise=normalise_resident_id, null=True, blank=True)
    credit_code = models.CharField(max_length=18, blank=True, default="")
    phone = EncryptedTextField(blank=True, default="")
    telling = models.CharField(max_length=12, choices=Telling, blank=True, default="", db_default="")
    # Of somebody who must not be reached at the number that the household shares; nothing where none is needed.
    safe_phone = EncryptedTextField(null=True, blank=True)  # type: ignore[misc]  # rows from before hold nothing
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=80)
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        indexes = (
            models.Index(fields=("id_number_index",), name="party_by_id_number"),
            models.Index(fields=("credit_code",), name="party_by_credit_code", condition=~Q(credit_code="")),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("case", "role", "id_number_index"),
                condition=Q(removed_at__isnull=True, id_number_index__isnull=False),
                name="cases_party_once_per_role",
                violation_error_message=_("This person already has that part in the case."),
            ),
            models.UniqueConstraint(
                fields=("case", "role", "credit_code"),
                condition=Q(removed_at__isnull=True) & ~Q(credit_code=""),
                name="cases_party_company_once_per_role",
                violation_error_message=_("This company already has that part in the case."),
            ),
            models.CheckConstraint(
                name="cases_party_person_or_company",
                condition=Q(credit_code="") | Q(id_number_index__isnull=True),
                violation_error_message=_("A company has a credit code and no ID number."),
            ),
            models.CheckConstraint(
                name="cases_party_removed_by_somebody",
                condition=Q(removed_at__isnull=True, removed_by="") | (Q(removed_at__isnull=False) & ~Q(removed_by="")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.role} of {self.case_id}"
