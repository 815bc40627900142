"""Whom a person asked to act for them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import Person
from foundation.encryption.fields import BlindIndexField, EncryptedTextField
from foundation.identifiers import new_reference, normalise_resident_id
from foundation.mandates.models.period import EndReason, Holding, Period, PeriodQuerySet
from foundation.mandates.scopes import Scope


def new_delegation_reference() -> str:
    """Return a fresh public reference of a delegation."""
    return new_reference("MD")


class State(models.TextChoices):
    """How a delegation stands at a moment."""

    WAITING = "waiting", _("Waiting for an answer")
    LIVE = "live", _("In force")
    DECLINED = "declined", _("Declined")
    ENDED = "ended", _("Ended")
    EXPIRED = "expired", _("Run out")


class DelegationQuerySet(PeriodQuerySet["Delegation"]):
    """Delegations by how they stand."""

    def in_force(self, now: datetime) -> DelegationQuerySet:
        """Delegations that were accepted and hold at this moment."""
        return self.filter(Q(over_at__gt=now), from_at__lte=now, accepted_at__isnull=False)

    def waiting(self, now: datetime) -> DelegationQuerySet:
        """Offers that nobody has answered, and whose time is not over."""
        return self.filter(accepted_at__isnull=True, over_at__gt=now)


class Delegation(Period):
    """One person's word that another may act for them, for a time (Civil Code art. 161-165, 173).

    The agent is named by name and ID number, whether or not the hall knows them, and becomes a person of the hall by accepting.
    Until then ``over_at`` is the end of the offer. Personal data: name and number of the agent (S4), and that one trusts the
    other, kept to let the agent act; as long as the log that names it.
    """

    reference = models.CharField(max_length=20, unique=True, default=new_delegation_reference, editable=False)
    principal = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="delegations")
    agent = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="delegated")
    agent_name = EncryptedTextField(max_length=100)
    agent_id_number = EncryptedTextField()
    agent_id_number_index = BlindIndexField(source="agent_id_number", purpose="id_number", normalise=normalise_resident_id)
    scopes = ArrayField(models.CharField(max_length=20, choices=Scope))
    matter = models.CharField(max_length=60, blank=True, default="")
    accepted_at = models.DateTimeField(null=True, blank=True)

    objects = DelegationQuerySet.as_manager()
    # An agreement between two persons belongs to no bureau.
    bureau_code = ""

    class Meta(Period.Meta):
        abstract = False
        indexes = (models.Index(fields=("agent_id_number_index",), name="delegation_by_agent"),)
        constraints: ClassVar[tuple[Any, ...]] = (
            *Period.Meta.constraints,
            models.CheckConstraint(
                name="mandates_delegation_scopes",
                condition=Q(scopes__contained_by=Scope.values, scopes__len__gte=1),
                violation_error_message=_("Choose what the other person may do."),
            ),
            models.CheckConstraint(
                name="mandates_delegation_has_an_end",
                condition=Q(until_at__isnull=False),
                violation_error_message=_("A delegation has an end."),
            ),
            models.CheckConstraint(
                name="mandates_delegation_accepted_by_its_agent",
                condition=Q(accepted_at__isnull=True, agent__isnull=True) | Q(accepted_at__isnull=False, agent__isnull=False),
                violation_error_message=_("Who accepted, and when, are told together."),
            ),
            models.CheckConstraint(
                name="mandates_delegation_to_another",
                condition=Q(agent__isnull=True) | ~Q(agent=F("principal")),
                violation_error_message=_("You cannot ask yourself to act for you."),
            ),
            ExclusionConstraint(
                name="mandates_delegation_once_at_a_time",
                expressions=[
                    (F("principal"), RangeOperators.EQUAL),
                    (F("agent_id_number_index"), RangeOperators.EQUAL),
                    (F("matter"), RangeOperators.EQUAL),
                    (Holding("from_at", "over_at"), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("You have asked this person already."),
            ),
        )

    def __str__(self) -> str:
        return self.reference

    def state(self, now: datetime) -> State:
        """Return how it stands."""
        if self.ended_at is not None:
            return State.DECLINED if self.end_reason == EndReason.DECLINED else State.ENDED
        if self.is_over(now):
            return State.EXPIRED
        return State.WAITING if self.accepted_at is None else State.LIVE
