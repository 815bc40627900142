"""What the look-up takes and gives."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from foundation.clock import CITY_ZONE
from foundation.inquiries.matters import Matter
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
    """A matter as whoever holds its code may see it. Where only the unit is told, ``status``, ``next_step`` and ``deadline`` are null.

    It describes the answer in the OpenAPI document; :func:`matter_document` makes it, at a tenth of the cost. A test holds
    the two together.
    """

    kind = serializers.CharField()
    reference = serializers.CharField()
    title = serializers.CharField()
    status = StatusSerializer(allow_null=True)
    handled_by = HandlerSerializer()
    next_step = serializers.CharField(source="next_step.text", allow_null=True, default=None)
    deadline = DeadlineSerializer(source="next_step", allow_null=True)
    progress = StepSerializer(many=True)


def matter_document(matter: Matter) -> dict[str, Any]:
    """Return the answer to a look-up as plain values for JSON."""
    step = matter.next_step
    return {
        "kind": matter.kind,
        "reference": matter.reference,
        "title": matter.title,
        "status": asdict(matter.status) if matter.status else None,
        "handled_by": asdict(matter.handled_by),
        "next_step": step.text if step else None,
        "deadline": {"at": _moment(step.by), "explanation": list(step.explanation)} if step else None,
        "progress": [
            {
                "sequence": each.sequence,
                "at": _moment(each.at),
                "status": each.status,
                "text": each.text,
                "text_language": each.text_language,
                "withheld_ground": each.withheld_ground,
                "hash": each.hash,
            }
            for each in matter.progress
        ],
    }


def _moment(at: datetime | None) -> str | None:
    """Return a time as the API writes it: ISO 8601 in the city's zone, with offset."""
    return at.astimezone(CITY_ZONE).isoformat() if at else None
