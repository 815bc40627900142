"""Machines of the police that push progress into the hall."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Length
from django.utils.translation import gettext_lazy as _

from foundation.organisations.models import Organisation

models.BinaryField.register_lookup(Length)


class Feed(models.Model):
    """A case system with a key of its own, which may speak for its own bureau's cases and nothing else."""

    class State(models.TextChoices):
        """Whether its messages are taken."""

        ACTIVE = "active", _("Active")
        SUSPENDED = "suspended", _("Suspended")

    code = models.SlugField(max_length=40, unique=True)
    title = models.CharField(max_length=120)
    bureau = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="feeds")
    key_id = models.CharField(max_length=80, unique=True)
    public_key = models.BinaryField(max_length=32)
    state = models.CharField(max_length=10, choices=State, default=State.ACTIVE)
    state_changed_at = models.DateTimeField()
    state_changed_by = models.CharField(max_length=80)

    kind_of_matter: ClassVar[str] = "feed"

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="accounts_feed_ed25519_key",
                condition=models.Q(public_key__length=32),
                violation_error_message=_("An Ed25519 public key has 32 bytes."),
            ),
        )

    def __str__(self) -> str:
        return self.code

    @property
    def reference(self) -> str:
        """The name under which logs remember it, and which its cases carry as their source."""
        return self.code

    @property
    def bureau_code(self) -> str:
        """Six digits of the bureau that it speaks for."""
        return self.bureau.bureau_code
