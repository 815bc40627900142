"""What became of each machine, for good."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import Machine


class MachineEvent(models.Model):
    """One thing that happened to a machine; the table only grows.

    ``key_digest`` (SHA-256 of the public key) stands in the row of an enrolment and nowhere twice: no key is ever used for a second
    machine, and none comes back after another took its place. Personal data: an officer's public reference, and a reason in the
    officer's words about a machine; kept as long as the machine's record.
    """

    class Kind(models.TextChoices):
        """What happened."""

        REGISTERED = "registered", _("Entered")
        CODE_ISSUED = "code_issued", _("Enrolment code made")
        ENROLLED = "enrolled", _("Enrolled with a key of its own")
        SUSPENDED = "suspended", _("Suspended")
        RESUMED = "resumed", _("Resumed")
        LOST = "lost", _("Reported lost")
        FOUND = "found", _("Found; waits for a new key")
        RETIRED = "retired", _("Retired")
        MOVED = "moved", _("Moved")

    at = models.DateTimeField()
    machine_kind = models.CharField(max_length=10)
    machine_reference = models.CharField(max_length=40)
    bureau_code = models.CharField(max_length=6)
    kind = models.CharField(max_length=12, choices=Kind)
    state = models.CharField(max_length=10, choices=Machine.State)
    by_kind = models.CharField(max_length=12)
    by_reference = models.CharField(max_length=80)
    reason = models.CharField(max_length=200, blank=True, default="")
    key_id = models.CharField(max_length=80, blank=True, default="")
    key_digest = models.BinaryField(max_length=32, null=True)

    class Meta:
        indexes = (models.Index(fields=("machine_kind", "machine_reference", "at"), name="devices_history_by_machine"),)
        constraints = (
            models.UniqueConstraint(
                name="devices_key_once",
                fields=("key_digest",),
                violation_error_message=_("This key was used before. Make a new pair of keys."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.machine_kind} {self.machine_reference} {self.kind}"
