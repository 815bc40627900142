"""What people ask to have put right, and what became of it."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from foundation.encryption.fields import EncryptedTextField
from foundation.identifiers import new_reference
from foundation.organisations.models import Organisation


def new_correction_reference() -> str:
    """Return a fresh public reference of a request for correction."""
    return new_reference("RQ")


class Correction(models.Model):
    """One request to put one value right: asked by the person, examined by one officer, decided by another (PIPL art. 46).

    ``target`` is a field such as ``cases.Party.name``, ``target_key`` the row's key. ``wanted`` is what the person wrote,
    ``proposed`` what the reviewer would enter, which may differ in form. Personal data (S4): what was asked and why, and the value
    as it was; kept three years after the decision, within which a claim can be brought (Civil Code art. 188).
    """

    class State(models.TextChoices):
        """How far a request is."""

        ASKED = "asked", _("Waiting for a reviewer")
        PROPOSED = "proposed", _("Waiting for the decision")
        ACCEPTED = "accepted", _("Put right")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=20, unique=True, default=new_correction_reference, editable=False)
    bureau_code = models.CharField(max_length=6)
    account = models.CharField(max_length=20)
    addressed_to = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="corrections")
    target = models.CharField(max_length=80)
    target_key = models.CharField(max_length=40)
    matter_reference = models.CharField(max_length=40, blank=True, default="")
    present = EncryptedTextField(blank=True, default="")
    wanted = EncryptedTextField()
    reason = EncryptedTextField()
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    is_accepted = models.BooleanField(null=True)
    proposed = EncryptedTextField(blank=True, default="")
    answer = EncryptedTextField(blank=True, default="")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.CharField(max_length=80, blank=True, default="")
    returned_because = EncryptedTextField(blank=True, default="")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=80, blank=True, default="")
    ended_at = models.DateTimeField(null=True, blank=True)

    kind_of_matter = "correction"

    class Meta:
        indexes = (
            models.Index(fields=("addressed_to", "due_at"), name="privacy_correction_due", condition=Q(ended_at__isnull=True)),
            models.Index(fields=("account", "-asked_at"), name="privacy_correction_of_account"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("account", "target", "target_key"),
                condition=Q(ended_at__isnull=True),
                name="privacy_correction_one_at_a_time",
                violation_error_message=_("A request of yours about this is being looked into."),
            ),
            models.CheckConstraint(
                name="privacy_correction_two_officers",
                condition=Q(decided_by="") | (~Q(reviewed_by="") & ~Q(reviewed_by=F("decided_by"))),
                violation_error_message=_("Another officer than the reviewer decides."),
            ),
            models.CheckConstraint(
                name="privacy_correction_state_as_it_says",
                condition=Q(state="asked", reviewed_by="", decided_by="", ended_at__isnull=True)
                | (Q(state="proposed", decided_by="", is_accepted__isnull=False, ended_at__isnull=True) & ~Q(reviewed_by=""))
                | (Q(state="accepted", is_accepted=True, decided_at__isnull=False, ended_at__isnull=False) & ~Q(decided_by=""))
                | (Q(state="refused", is_accepted=False, decided_at__isnull=False, ended_at__isnull=False) & ~Q(decided_by=""))
                | Q(state="withdrawn", decided_by="", ended_at__isnull=False),
                violation_error_message=_("A request is asked, examined by one officer, and decided by another."),
            ),
        )

    def __str__(self) -> str:
        return self.reference
