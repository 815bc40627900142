"""The two logs: of deeds and of looks."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEntry(models.Model):
    """One operation that somebody carried out, written in the operation's own transaction.

    Personal data: an officer's or resident's public reference. Kept as long as the record it explains.
    ``changes`` maps a field to ``[before, after]``; personal data is never in it. ``mandate`` is the public reference of the
    guardianship, agency or delegation under which a resident acted for somebody else; empty for whoever acted in their own name.
    """

    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=12)
    actor_reference = models.CharField(max_length=80)
    action = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=20)
    subject_reference = models.CharField(max_length=40)
    bureau_code = models.CharField(max_length=6)
    changes = models.JSONField(default=dict)
    mandate = models.CharField(max_length=20, blank=True, default="")
    trace_id = models.CharField(max_length=32, blank=True, default="")

    class Meta:
        indexes = (
            models.Index(fields=("subject_kind", "subject_reference", "at"), name="audit_by_subject"),
            models.Index(fields=("actor_reference", "at"), name="audit_by_actor"),
        )

    def __str__(self) -> str:
        return f"{self.actor_kind}:{self.actor_reference} {self.action} {self.subject_reference}"


class AccessEntry(models.Model):
    """One look at a matter: who, when and why. The person concerned can read it.

    Personal data: a viewer's public reference and, for officers, their name; kept as long as the matter is. ``mandate`` is the
    public reference of what let a viewer look for somebody else; empty for whoever looked in their own name.
    """

    class Reason(models.TextChoices):
        """Why somebody looked."""

        OWN_MATTER = "own_matter", _("Their own matter")
        RECEIPT = "receipt", _("Looked up with the receipt's code")
        HANDLING = "handling", _("Handling the case")
        SUPERVISION = "supervision", _("Supervising the unit")
        ENQUIRY = "enquiry", _("Answering a person's question")
        GUARDIANSHIP = "guardianship", _("For their ward, as guardian")
        AGENCY = "agency", _("For a company, as its agent")
        DELEGATION = "delegation", _("For another person, by delegation")

    at = models.DateTimeField()
    viewer_kind = models.CharField(max_length=12)
    viewer_reference = models.CharField(max_length=80)
    viewer_name = models.CharField(max_length=100, blank=True, default="")
    reason = models.CharField(max_length=20, choices=Reason)
    mandate = models.CharField(max_length=20, blank=True, default="")
    subject_kind = models.CharField(max_length=20)
    subject_reference = models.CharField(max_length=40)
    bureau_code = models.CharField(max_length=6)
    trace_id = models.CharField(max_length=32, blank=True, default="")

    class Meta:
        indexes = (
            models.Index(fields=("subject_kind", "subject_reference", "at"), name="access_by_subject"),
            models.Index(fields=("viewer_reference", "at"), name="access_by_viewer"),
        )

    def __str__(self) -> str:
        return f"{self.viewer_kind}:{self.viewer_reference} looked at {self.subject_reference}"
