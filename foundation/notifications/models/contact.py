"""Where people are reached beside the phone that stands in their account."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import Person, User
from foundation.encryption.fields import EncryptedTextField


class Contact(models.Model):
    """An e-mail address, or what the city's WeChat account calls somebody, of a resident or an officer.

    Personal data: the address (S4 of a resident, S2 of an officer), kept to send what its owner is told, until it is replaced, taken
    back or the account is closed. Nothing is sent to one that is not ``verified_at``: whoever typed it may have slipped.
    """

    class Channel(models.TextChoices):
        """What kind of address it is."""

        EMAIL = "email", _("E-mail")
        WECHAT = "wechat", _("WeChat")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, blank=True, related_name="contacts")
    officer = models.ForeignKey(User, on_delete=models.CASCADE, null=True, blank=True, related_name="contacts")
    channel = models.CharField(max_length=8, choices=Channel)
    address = EncryptedTextField(max_length=254)
    added_at = models.DateTimeField()
    verified_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="notifications_contact_of_one",
                condition=Q(person__isnull=False, officer__isnull=True) | Q(person__isnull=True, officer__isnull=False),
                violation_error_message=_("An address belongs to one person."),
            ),
            models.UniqueConstraint(
                fields=("person", "channel"),
                condition=Q(person__isnull=False),
                name="notifications_contact_once_a_person",
                violation_error_message=_("There is an address of this kind already."),
            ),
            models.UniqueConstraint(
                fields=("officer", "channel"),
                condition=Q(officer__isnull=False),
                name="notifications_contact_once_an_officer",
                violation_error_message=_("There is an address of this kind already."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.channel} contact {self.pk}"
