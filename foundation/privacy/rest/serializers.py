"""What programs send and get of personal data, requests for correction and their decisions."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from foundation.privacy.correctables import LONGEST_WORDS, label_of
from foundation.privacy.models import Correction
from foundation.rest.serializers import StrictSerializer


class ValueSerializer(serializers.Serializer[Any]):
    """One value of a row."""

    field = serializers.CharField()
    title = serializers.CharField(help_text="In the language asked for.")
    value = serializers.JSONField(allow_null=True)
    withheld = serializers.CharField(required=False, help_text="Why the value is not told.")


class TableSerializer(serializers.Serializer[Any]):
    """One table with the person's rows."""

    name = serializers.CharField()
    title = serializers.CharField()
    purpose = serializers.CharField()
    kept = serializers.ListField(child=serializers.CharField(), help_text="How long, and why.")
    rows = serializers.ListField(child=ValueSerializer(many=True))


class CopySerializer(serializers.Serializer[Any]):
    """All that the hall holds of the person who asks."""

    made_at = serializers.DateTimeField()
    account = serializers.CharField()
    language = serializers.CharField()
    tables = TableSerializer(many=True)
    left_out = serializers.ListField(child=serializers.CharField(), help_text="What is in nobody's copy, and why.")


class PlaceSerializer(serializers.Serializer[Any]):
    """A value that the person may ask to have put right."""

    place = serializers.CharField(source="token")
    title = serializers.CharField(source="label")
    where = serializers.CharField()
    present = serializers.CharField()


class AskSerializer(StrictSerializer):
    """A request for correction."""

    place = serializers.CharField(max_length=130, help_text="One of `GET /my/corrections/places/`.")
    wanted = serializers.CharField(max_length=LONGEST_WORDS)
    reason = serializers.CharField(max_length=LONGEST_WORDS)
    bureau = serializers.CharField(max_length=12, required=False, help_text="For values of the account where there are several bureaus.")


class OwnCorrectionSerializer(serializers.Serializer[Any]):
    """A request as its person sees it; the answer is there once it is decided."""

    reference = serializers.CharField()
    target = serializers.CharField()
    title = serializers.SerializerMethodField()
    matter = serializers.CharField(source="matter_reference")
    unit = serializers.CharField(source="addressed_to.code")
    state = serializers.CharField()
    state_text = serializers.CharField(source="get_state_display")
    asked_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)
    present = serializers.CharField()
    wanted = serializers.CharField()
    answer = serializers.SerializerMethodField()

    def get_title(self, correction: Correction) -> str:
        """Return what the value is called."""
        return str(label_of(correction.target))

    def get_answer(self, correction: Correction) -> str:
        """Return the answer; before the decision it is a proposal between officers."""
        return correction.answer if correction.decided_at else ""


class CorrectionRowSerializer(serializers.Serializer[Any]):
    """A request as the desk's worklist shows it: nothing in it tells of the person."""

    reference = serializers.CharField()
    target = serializers.CharField()
    matter = serializers.CharField(source="matter_reference")
    unit = serializers.CharField(source="addressed_to.code")
    state = serializers.CharField()
    asked_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()


class CorrectionSerializer(CorrectionRowSerializer):
    """A request with all that its page at the desk shows."""

    present = serializers.CharField()
    wanted = serializers.CharField()
    reason = serializers.CharField()
    is_accepted = serializers.BooleanField(allow_null=True)
    proposed = serializers.CharField()
    answer = serializers.CharField()
    returned_because = serializers.CharField()
    reviewed_by = serializers.CharField()
    decided_by = serializers.CharField()


class ProposalSerializer(StrictSerializer):
    """What a reviewer proposes."""

    is_accepted = serializers.BooleanField()
    proposed = serializers.CharField(max_length=LONGEST_WORDS, required=False, default="", allow_blank=True)
    answer = serializers.CharField(max_length=LONGEST_WORDS)


class ReturnSerializer(StrictSerializer):
    """Why a proposal goes back."""

    because = serializers.CharField(max_length=LONGEST_WORDS)


class ConfirmationSerializer(StrictSerializer):
    """An action that takes nothing."""


class ClosingSerializer(serializers.Serializer[Any]):
    """That an account is closed."""

    account = serializers.CharField()
    asked_at = serializers.DateTimeField()
