"""One notice over one channel, and each try to hand it over."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.notifications.models.notice import Notice


class Channel(models.TextChoices):
    """The ways to reach somebody."""

    IN_APP = "in-app", _("In the hall")
    SMS = "sms", _("Text message")
    EMAIL = "email", _("E-mail")
    WECHAT = "wechat", _("WeChat")


# Ways that leave the hall, each with a queue of its own.
OUTWARD = (Channel.SMS, Channel.EMAIL, Channel.WECHAT)
WAYS = [(channel.value, channel.label) for channel in OUTWARD]


class State(models.TextChoices):
    """How far a delivery is."""

    WAITING = "waiting", _("Waiting to be sent")
    HELD = "held", _("Held until it may be sent")
    SENDING = "sending", _("Being sent")
    ACCEPTED = "accepted", _("Handed over")
    DELIVERED = "delivered", _("Delivered")
    FAILED = "failed", _("Not delivered")
    SKIPPED = "skipped", _("Not sent")


# What a worker still has to do something about.
OPEN = (State.WAITING, State.HELD, State.SENDING)


class Outcome(models.TextChoices):
    """How one try ended."""

    ACCEPTED = "accepted", _("Taken by the provider")
    REFUSED = "refused", _("Refused by the provider for good")
    UNAVAILABLE = "unavailable", _("The provider could not be asked")
    UNKNOWN = "unknown", _("The answer of the provider was lost")
    BROKEN = "broken", _("The hall could not make the message")
    LOST = "lost", _("The worker ended while it was sending")


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Deliveries by what has to be done about them."""

    def due(self, now: datetime) -> DeliveryQuerySet:
        """Deliveries whose time has come and that no worker holds; what a dead worker held is due when its lease is over."""
        waits = Q(state__in=(State.WAITING, State.HELD), due_at__lte=now)
        return self.filter(waits | Q(state=State.SENDING, leased_until__lt=now), channel__in=OUTWARD)

    def in_order(self) -> DeliveryQuerySet:
        """What must be told first, then what waits longest."""
        return self.order_by("-is_mandatory", "due_at")

    def dead(self) -> DeliveryQuerySet:
        """Deliveries that failed for a reason that somebody can mend, and then replay."""
        return self.filter(dead_at__isnull=False)


class Delivery(models.Model):
    """One notice over one channel. ``id`` is the reference that its provider knows it by: whoever hands it over twice sends it once.

    A worker takes a lease, commits, calls the provider with no transaction open, and records. ``round`` counts how often somebody at a
    desk had the same notice sent again over the same channel, each with a reference of its own. Personal data: none of its own; where
    it goes is read from the person when it is sent.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="deliveries")
    channel = models.CharField(max_length=8, choices=Channel)
    round = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    reason = models.CharField(max_length=40, blank=True, default="")
    is_mandatory = models.BooleanField()
    attempts = models.PositiveSmallIntegerField(default=0)
    # Tries before somebody replayed it: they stay written down and no longer count.
    forgiven = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    # When it was first to go: what comes five minutes after that is late.
    wanted_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    dead_at = models.DateTimeField(null=True, blank=True)
    provider_id = models.CharField(max_length=100, blank=True, default="")
    last_error = models.CharField(max_length=120, blank=True, default="")

    objects = DeliveryQuerySet.as_manager()
    kind_of_matter: ClassVar[str] = "delivery"

    class Meta:
        indexes = (
            models.Index(
                fields=("channel", "-is_mandatory", "due_at"),
                name="delivery_due",
                condition=Q(state__in=("waiting", "held", "sending")),
            ),
            models.Index(fields=("channel", "accepted_at"), name="delivery_unreported", condition=Q(state="accepted")),
            models.Index(fields=("channel", "wanted_at"), name="delivery_by_age", condition=~Q(channel="in-app")),
            models.Index(fields=("dead_at",), name="delivery_dead", condition=Q(dead_at__isnull=False)),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("notice", "channel", "round"),
                name="notifications_delivery_once_a_channel",
                violation_error_message=_("This notice already goes that way."),
            ),
            models.CheckConstraint(
                name="notifications_delivery_leased_while_sending",
                condition=Q(state="sending", leased_until__isnull=False) | (~Q(state="sending") & Q(leased_until__isnull=True)),
                violation_error_message=_("A delivery is leased exactly while it is being sent."),
            ),
            models.CheckConstraint(
                name="notifications_delivery_times_fit_state",
                condition=(~Q(state="accepted") | Q(accepted_at__isnull=False)) & (~Q(state="delivered") | Q(delivered_at__isnull=False)),
                violation_error_message=_("What was handed over or delivered has a time."),
            ),
            models.CheckConstraint(
                name="notifications_delivery_ends_for_a_reason",
                condition=~Q(state__in=("failed", "held", "skipped")) | ~Q(reason=""),
                violation_error_message=_("A delivery that failed, waits or was left out says why."),
            ),
            models.CheckConstraint(
                name="notifications_delivery_dead_only_if_failed",
                condition=Q(dead_at__isnull=True) | Q(state="failed"),
                violation_error_message=_("Only a delivery that failed can be replayed."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.channel} {self.pk}"

    @property
    def reference(self) -> str:
        """What the provider and the logs call it."""
        return str(self.pk)

    @property
    def bureau_code(self) -> str:
        """The bureau of the unit that told it."""
        return self.notice.bureau_code


class Attempt(models.Model):
    """One try to hand a delivery over: when, and how it ended. Personal data: none."""

    id = models.BigAutoField(primary_key=True)
    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="tries")
    number = models.PositiveSmallIntegerField()
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    outcome = models.CharField(max_length=12, choices=Outcome)
    reason = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("delivery", "number"),
                name="notifications_attempt_counted_once",
                violation_error_message=_("This try was counted already."),
            ),
        )

    def __str__(self) -> str:
        return f"try {self.number} of {self.delivery_id}"
