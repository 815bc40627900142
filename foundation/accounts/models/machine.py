"""What a machine that speaks to the hall by a key of its own is, whatever it is for."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.utils.translation import gettext_lazy as _

from foundation.organisations.models import Organisation

models.BinaryField.register_lookup(Length)


class Machine(models.Model):
    """A key, and whether what is signed with it is believed. The private half never leaves the machine.

    ``key_id`` and ``public_key`` are null until the machine has enrolled, so that no signature can meet an empty key.
    """

    class State(models.TextChoices):
        """Whether the hall listens. Only an active machine is heard."""

        REGISTERED = "registered", _("Waiting for its key")
        ACTIVE = "active", _("Active")
        SUSPENDED = "suspended", _("Suspended")
        LOST = "lost", _("Lost")
        RETIRED = "retired", _("Retired")

    key_id = models.CharField(max_length=80, unique=True, null=True, blank=True)
    public_key = models.BinaryField(max_length=32, null=True, blank=True)
    enrolled_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.REGISTERED)
    state_changed_at = models.DateTimeField()
    state_changed_by = models.CharField(max_length=80)
    state_reason = models.CharField(max_length=200, blank=True, default="")

    kind_of_matter: ClassVar[str]

    class Meta:
        abstract = True
        constraints = (
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_ed25519_key",
                condition=Q(public_key__isnull=True) | Q(public_key__length=32),
                violation_error_message=_("An Ed25519 public key has 32 bytes."),
            ),
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_key_fits_state",
                condition=Q(key_id__isnull=True, public_key__isnull=True, state__in=("registered", "retired"))
                | (Q(key_id__isnull=False, public_key__isnull=False) & ~Q(state="registered")),
                violation_error_message=_("A machine is heard by its key; one that waits for its key has none."),
            ),
        )

    @property
    def reference(self) -> str:
        """The public name under which logs remember it."""
        raise NotImplementedError

    @property
    def name(self) -> str:
        """What people call it, in the language of the page."""
        raise NotImplementedError

    @property
    def home(self) -> Organisation:
        """The organisation whose people look after it."""
        raise NotImplementedError

    @property
    def bureau_code(self) -> str:
        """Six digits of the bureau that it belongs to."""
        return self.home.bureau_code
