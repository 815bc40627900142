"""What the routes of papers take and give."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from foundation.documents.models import Revocation
from foundation.documents.operations.verify_document import LONGEST_NUMBER, Answer
from foundation.documents.stamps import LONGEST
from foundation.rest.serializers import StrictSerializer


class PaperSerializer(StrictSerializer):
    """A paper to check, by one of three: its square, its number, or the file."""

    stamp = serializers.CharField(
        max_length=LONGEST * 2, required=False, help_text="What the QR code holds: the address, or what stands after its `#`."
    )
    number = serializers.CharField(max_length=LONGEST_NUMBER, required=False, help_text="Such as `310000-RC-2026-000042`.")
    file = serializers.FileField(required=False, help_text="The PDF, at most 5 MB, as `multipart/form-data`.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Ask for exactly one."""
        if len(attrs) != 1:
            raise serializers.ValidationError(_("Send either the square, the number or the file."), code="one_of_three")
        return attrs


class IssuerSerializer(serializers.Serializer[Any]):
    """The unit that issued a paper."""

    code = serializers.CharField()
    name = serializers.CharField()


class FindingSerializer(serializers.Serializer[Any]):
    """What is found. Of a paper that is not known all but ``answer`` is empty; ``holder`` is masked, and empty for a typed number."""

    answer = serializers.ChoiceField(choices=[each.value for each in Answer])
    kind = serializers.CharField()
    number = serializers.CharField()
    issued_on = serializers.DateField(allow_null=True)
    valid_until = serializers.DateField(allow_null=True)
    issued_by = IssuerSerializer(source="office", allow_null=True)
    holder = serializers.CharField()


class GroundSerializer(StrictSerializer):
    """Why a paper is taken back."""

    ground = serializers.ChoiceField(choices=Revocation.Ground.choices)


class RevocationWordSerializer(StrictSerializer):
    """Nothing more is asked."""


class RevocationSerializer(serializers.Serializer[Any]):
    """A proposal to take a paper back, or the decision."""

    number = serializers.CharField(source="document.number")
    ground = serializers.CharField()
    proposed_at = serializers.DateTimeField()
    confirmed_at = serializers.DateTimeField(allow_null=True)
