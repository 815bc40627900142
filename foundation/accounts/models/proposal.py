"""Posts that one officer proposes and another gives."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models.role import Role
from foundation.accounts.models.user import User
from foundation.identifiers import new_reference
from foundation.organisations.models import Organisation


def _new_proposal_reference() -> str:
    return new_reference("PP")


class PostProposalQuerySet(models.QuerySet["PostProposal"]):
    """Proposals by whether they still wait."""

    def waiting(self) -> PostProposalQuerySet:
        """Proposals that nobody has decided on or taken back."""
        return self.filter(state=PostProposal.State.WAITING)


class PostProposal(models.Model):
    """A post of weight for an officer, proposed by one hall manager; another one gives or refuses it.

    Personal data: none but the account numbers of officers. Kept like the posts themselves: it answers years later who let whom do what.
    """

    class State(models.TextChoices):
        """What became of it."""

        WAITING = "waiting", _("Waits for a second officer")
        GIVEN = "given", _("Given")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Taken back")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=20, unique=True, default=_new_proposal_reference, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="post_proposals")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="proposals")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="post_proposals")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    proposed_at = models.DateTimeField()
    proposed_by = models.CharField(max_length=80)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=80, blank=True, default="")
    because = models.CharField(max_length=200, blank=True, default="")

    objects = PostProposalQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("user", "role", "organisation"),
                condition=Q(state="waiting"),
                name="accounts_post_proposed_once",
                violation_error_message=_("This post is proposed already and waits for a second officer."),
            ),
            models.CheckConstraint(
                name="accounts_post_given_by_two_officers",
                condition=~Q(state="given") | (~Q(decided_by="") & ~Q(decided_by=F("proposed_by"))),
                violation_error_message=_("Another officer than the one who proposed it gives the post."),
            ),
            models.CheckConstraint(
                name="accounts_post_proposal_decided_by_somebody",
                condition=Q(state="waiting", decided_at__isnull=True, decided_by="")
                | (~Q(state="waiting") & Q(decided_at__isnull=False) & ~Q(decided_by="")),
                violation_error_message=_("Who decided, and when, are told together."),
            ),
        )

    def __str__(self) -> str:
        return self.reference
