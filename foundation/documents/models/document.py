"""One paper, from its number to its sealed file."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.documents.sheets import Paper
from foundation.encryption.fields import EncryptedTextField
from foundation.organisations.models import Organisation


class NumberSeries(models.Model):
    """The last number given in a bureau, kind of paper and year.

    It is raised in the transaction that issues the paper: a paper that fails gives its number back, so there are no gaps.
    """

    bureau_code = models.CharField(max_length=6)
    kind = models.CharField(max_length=24)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("bureau_code", "kind", "year"), name="documents_one_series"),)

    def __str__(self) -> str:
        return f"{self.bureau_code} {self.kind} {self.year}: {self.last}"


class Document(models.Model):
    """A paper that the hall answers for.

    ``content`` is what stands on it, as JSON of a sheet, until a worker has drawn it; from then on the files alone hold it. ``print`` and
    the editions' hashes stay for good, so that a paper can be checked long after its words are gone.

    Personal data: content, holder and files may name a person and, on a receipt, hold the inquiry code (S4); sealed with a data key, kept
    as long as the matter they speak of.
    """

    class State(models.TextChoices):
        """How far the paper is."""

        DUE = "due", _("Being made")
        SEALED = "sealed", _("Sealed")
        FORGOTTEN = "forgotten", _("Forgotten: only what checks it is left")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=24)
    office = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    bureau_code = models.CharField(max_length=6)
    subject_kind = models.CharField(max_length=20)
    subject_reference = models.CharField(max_length=40)
    content = EncryptedTextField(blank=True, default="")
    holder = EncryptedTextField(blank=True, default="")
    stamp = models.CharField(max_length=400)
    print = models.BinaryField(max_length=8)
    issued_on = models.DateField()
    valid_until = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=80)
    state = models.CharField(max_length=9, choices=State, default=State.DUE)
    sealed_at = models.DateTimeField(null=True, blank=True)
    supersedes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="superseded_by")

    kind_of_matter: ClassVar[str] = "document"

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="documents_due_until_sealed",
                condition=Q(state="due", sealed_at__isnull=True) | (~Q(state="due") & Q(sealed_at__isnull=False)),
                violation_error_message=_("A paper that is sealed says when, and only such a one."),
            ),
            models.CheckConstraint(
                name="documents_supersedes_another",
                condition=Q(supersedes__isnull=True) | ~Q(supersedes=models.F("id")),
                violation_error_message=_("A paper cannot take its own place."),
            ),
        )
        indexes = (models.Index(fields=("subject_kind", "subject_reference", "created_at"), name="documents_by_subject"),)

    def __str__(self) -> str:
        return self.number

    @property
    def reference(self) -> str:
        """The name under which the logs remember it."""
        return self.number

    @property
    def is_revoked(self) -> bool:
        """Whether two officers took it back."""
        revocation = getattr(self, "revocation", None)
        return revocation is not None and revocation.confirmed_at is not None


class Edition(models.Model):
    """A paper as one file: for A4, or for the roll of a counter's printer. All editions of a paper say the same words."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="editions")
    paper = models.CharField(max_length=4, choices=[(paper.value, paper.value) for paper in Paper])
    file = models.CharField(max_length=120, blank=True, default="")
    sha256 = models.BinaryField(max_length=32, unique=True)
    size = models.PositiveIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("document", "paper"), name="documents_one_edition_for_a_paper"),)

    def __str__(self) -> str:
        return f"{self.document} {self.paper}"
