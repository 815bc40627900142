"""Posts: what a role allows, and who holds it where."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models.user import User
from foundation.languages import in_language
from foundation.organisations.models import Organisation


class Role(models.Model):
    """A role as data: its name, one plain sentence on what it is for, and what it allows."""

    code = models.SlugField(max_length=40, unique=True)
    title_en = models.CharField(max_length=80)
    title_zh = models.CharField(max_length=80)
    purpose_en = models.CharField(max_length=300)
    purpose_zh = models.CharField(max_length=300)
    capabilities = ArrayField(models.CharField(max_length=60))

    def __str__(self) -> str:
        return self.code

    @property
    def title(self) -> str:
        """The name in the language of the page."""
        return in_language(zh=self.title_zh, en=self.title_en)

    @property
    def purpose(self) -> str:
        """What it is for, in one sentence in the language of the page."""
        return in_language(zh=self.purpose_zh, en=self.purpose_en)


class GrantQuerySet(models.QuerySet["Grant"]):
    """Grants by whether they still hold."""

    def live(self) -> GrantQuerySet:
        """Grants that nobody has taken away."""
        return self.filter(revoked_at__isnull=True)


class Grant(models.Model):
    """A role held by an officer at an organisation, valid there and at every organisation below it."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="grants")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="grants")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="grants")
    granted_at = models.DateTimeField()
    granted_by = models.CharField(max_length=80)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.CharField(max_length=80, blank=True, default="")
    revoked_because = models.CharField(max_length=200, blank=True, default="")

    objects = GrantQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("user", "role", "organisation"),
                condition=Q(revoked_at__isnull=True),
                name="accounts_grant_once",
                violation_error_message=_("This officer already holds the role there."),
            ),
            models.CheckConstraint(
                name="accounts_grant_revoked_by_somebody",
                condition=Q(revoked_at__isnull=True, revoked_by="") | (Q(revoked_at__isnull=False) & ~Q(revoked_by="")),
                violation_error_message=_("Who took the role away, and when, are told together."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} is {self.role} at {self.organisation}"
