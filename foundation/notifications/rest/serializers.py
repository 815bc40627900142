"""What programs send and read about being told."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from foundation.notifications.models import Delivery, State, Unreached, Wish
from foundation.notifications.models.delivery import WAYS
from foundation.rest.serializers import StrictSerializer

_HOUR = "%H:%M"


class ReadSerializer(StrictSerializer):
    """An empty object."""


class NoticeSerializer(serializers.Serializer[Any]):
    """One thing that you were told, in the language of the request."""

    id = serializers.UUIDField()
    event = serializers.CharField(help_text="What kind of message, such as `cases.progressed`.")
    subject = serializers.CharField()
    text = serializers.CharField()
    reference = serializers.CharField(help_text="Number of the matter.")
    told_at = serializers.DateTimeField()
    read_at = serializers.DateTimeField(allow_null=True)


class RefusalSerializer(StrictSerializer):
    """One kind of message that does not go one way."""

    event = serializers.CharField(max_length=60)
    channel = serializers.ChoiceField(choices=WAYS)


class WishesSerializer(StrictSerializer):
    """How you wish to be told. Quiet hours are those of the city, may go over midnight, and last fourteen hours at most."""

    language = serializers.ChoiceField(choices=Wish.Language.choices)
    first_channel = serializers.ChoiceField(choices=WAYS)
    quiet_from = serializers.TimeField(format=_HOUR, input_formats=[_HOUR])
    quiet_until = serializers.TimeField(format=_HOUR, input_formats=[_HOUR])
    refused = RefusalSerializer(many=True, help_text="What is not sent. What is mandatory cannot be refused.")


class DeliverySerializer(serializers.Serializer[Any]):
    """One message over one channel; person and address are masked."""

    id = serializers.UUIDField(source="way.delivery.pk")
    notice = serializers.UUIDField(source="notice_id")
    title = serializers.CharField()
    reference = serializers.CharField(help_text="Number of the matter.")
    who = serializers.CharField()
    address = serializers.CharField(help_text="Empty where none is known.")
    channel = serializers.ChoiceField(choices=WAYS, source="way.delivery.channel")
    state = serializers.ChoiceField(choices=State.choices, source="way.delivery.state")
    reason = serializers.CharField(source="way.delivery.reason", help_text="A code, or empty.")
    reason_text = serializers.CharField(source="way.reason", help_text="The same in words.")
    attempts = serializers.IntegerField(source="way.delivery.attempts")
    created_at = serializers.DateTimeField(source="way.delivery.created_at")
    accepted_at = serializers.DateTimeField(source="way.delivery.accepted_at", allow_null=True)
    delivered_at = serializers.DateTimeField(source="way.delivery.delivered_at", allow_null=True)


class ResentSerializer(serializers.ModelSerializer[Delivery]):
    """The delivery that was made."""

    channel = serializers.ChoiceField(choices=WAYS)
    notice = serializers.UUIDField(source="notice_id")

    class Meta:
        model = Delivery
        fields = ("id", "notice", "channel", "state", "round", "created_at")


class CallSerializer(serializers.Serializer[Any]):
    """Somebody whom the hall could not reach."""

    id = serializers.UUIDField()
    notice = serializers.UUIDField(source="notice_id")
    title = serializers.CharField()
    reference = serializers.CharField(help_text="Number of the matter.")
    who = serializers.CharField(help_text="Masked.")
    reason = serializers.CharField(help_text="In words.")
    is_in_person = serializers.BooleanField(help_text="To be told in person only, and not by phone.")
    since = serializers.DateTimeField()


class SettleSerializer(StrictSerializer):
    """How it was settled."""

    how = serializers.ChoiceField(choices=[(each.value, each.label) for each in Unreached.Settled if each != Unreached.Settled.SENT_AGAIN])


class SettledSerializer(serializers.ModelSerializer[Unreached]):
    """The line, settled."""

    notice = serializers.UUIDField(source="notice_id")

    class Meta:
        model = Unreached
        fields = ("notice", "settled_at", "settled_how")
