"""The custom user model: one row for whoever can sign in."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models.person import Person
from foundation.identifiers import new_reference
from foundation.organisations.models import Organisation


def _new_user_reference() -> str:
    return new_reference("U")


class UserManager(BaseUserManager["User"]):
    """Makes users; there is no superuser, for no post allows everything."""

    def create_user(self, *, username: str, password: str, **fields: Any) -> User:
        """Create a user who signs in by a password."""
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A resident or an officer.

    Personal data: an officer's name and badge number are shown to parties of their cases (Provisions on Law-Enforcement
    Openness, ch. 3), kept while the record of their cases is.
    """

    class Kind(models.TextChoices):
        """The two kinds of people who sign in."""

        OFFICER = "officer", _("Officer")
        RESIDENT = "resident", _("Resident")

    reference = models.CharField(max_length=20, unique=True, default=_new_user_reference, editable=False)
    kind = models.CharField(max_length=10, choices=Kind)
    username = models.CharField(max_length=64, unique=True)
    display_name = models.CharField(max_length=100)
    badge_number = models.CharField(max_length=20, blank=True, default="")
    person = models.OneToOneField(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="user")
    unit = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="officers")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["display_name"]

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="accounts_user_officer_has_badge",
                condition=~Q(kind="officer") | ~Q(badge_number=""),
                violation_error_message=_("An officer has a badge number."),
            ),
            models.CheckConstraint(
                name="accounts_user_resident_is_person",
                condition=~Q(kind="resident") | Q(person__isnull=False),
                violation_error_message=_("A resident's account belongs to a person."),
            ),
        )

    def __str__(self) -> str:
        return self.username

    @property
    def is_officer(self) -> bool:
        """Whether this is a member of the police."""
        return self.kind == self.Kind.OFFICER
