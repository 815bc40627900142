"""What the look-up takes and gives."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from foundation.rest.serializers import StrictSerializer

LONGEST_INPUT = 300


class InquirySerializer(StrictSerializer):
    """A code as typed, or the token of a QR code: one of the two."""

    code = serializers.CharField(max_length=LONGEST_INPUT, required=False, help_text="`XXXX-XXXX-XXXX-XXXX`, however it was typed.")
    token = serializers.CharField(max_length=LONGEST_INPUT, required=False, help_text="What the QR code holds after the `#`.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Ask for exactly one."""
        if len(attrs) != 1:
            raise serializers.ValidationError(_("Send either a code or a token."), code="one_of_two")
        return attrs


class StatusSerializer(serializers.Serializer[Any]):
    """Where a matter stands."""

    code = serializers.CharField()
    text = serializers.CharField()


class HandlerSerializer(serializers.Serializer[Any]):
    """The unit, as the public reaches it."""

    name = serializers.CharField()
    phone = serializers.CharField()
    address = serializers.CharField()


class DeadlineSerializer(serializers.Serializer[Any]):
    """Until when the next step has to be made, and how that was computed."""

    at = serializers.DateTimeField(source="by", allow_null=True)
    explanation = serializers.ListField(child=serializers.CharField())


class StepSerializer(serializers.Serializer[Any]):
    """One step of the timeline."""

    sequence = serializers.IntegerField()
    at = serializers.DateTimeField()
    status = serializers.CharField()
    text = serializers.CharField()
    text_language = serializers.CharField()
    withheld_ground = serializers.CharField()
    hash = serializers.CharField()


class MatterSerializer(serializers.Serializer[Any]):
    """A matter as whoever holds its code may see it. Where only the unit is told, ``status``, ``next_step`` and ``deadline`` are null."""

    kind = serializers.CharField()
    reference = serializers.CharField()
    title = serializers.CharField()
    status = StatusSerializer(allow_null=True)
    handled_by = HandlerSerializer()
    next_step = serializers.CharField(source="next_step.text", allow_null=True, default=None)
    deadline = DeadlineSerializer(source="next_step", allow_null=True)
    progress = StepSerializer(many=True)
