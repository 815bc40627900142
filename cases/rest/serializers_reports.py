"""What officers' programs send: a report, and what is done to a case."""

from __future__ import annotations

from rest_framework import serializers

from cases.domain.publication import Ground, Publication
from cases.models import Party, PropertyItem
from foundation.rest.serializers import StrictSerializer

WORDS = 2000


class NewPartySerializer(StrictSerializer):
    """A person of a case, or a company with its unified social credit code."""

    role = serializers.ChoiceField(choices=Party.Role.choices)
    name = serializers.CharField(max_length=100)
    id_number = serializers.CharField(max_length=64, required=False, default="", allow_blank=True)
    phone = serializers.CharField(max_length=64, required=False, default="", allow_blank=True)
    credit_code = serializers.CharField(max_length=64, required=False, default="", allow_blank=True)
    telling = serializers.ChoiceField(
        choices=Party.Telling.choices, required=False, default="", allow_blank=True, help_text="How the person may be told of news."
    )
    safe_phone = serializers.CharField(
        max_length=64, required=False, default="", allow_blank=True, help_text="Needed for `safe_number`: of the person alone."
    )


class ReportSerializer(StrictSerializer):
    """A report. Without ``publication`` the category's default holds."""

    unit = serializers.CharField(max_length=12, help_text="The code of the unit that takes it.")
    category = serializers.CharField(max_length=60)
    reported_at = serializers.DateTimeField()
    parties = serializers.ListField(child=NewPartySerializer(), min_length=1, max_length=6)
    detail = serializers.CharField(max_length=WORDS, required=False, default="", allow_blank=True)
    publication = serializers.ChoiceField(choices=Publication.choices, required=False, default="")
    ground = serializers.ChoiceField(choices=Ground.choices, required=False, default="", allow_blank=True)
    is_counter_only = serializers.BooleanField(required=False, default=False)


class SeenSerializer(StrictSerializer):
    """A decision on a timeline: refused with 409 if it has grown since the caller read it."""

    seen_length = serializers.IntegerField(min_value=0, required=False, allow_null=True, default=None)


class StepSerializer(SeenSerializer):
    """The words of a step. Without ``phrase`` it gets its standard sentence; an empty one means none."""

    phrase = serializers.CharField(max_length=60, required=False, allow_null=True, allow_blank=True, default=None)
    detail = serializers.CharField(max_length=WORDS, required=False, default="", allow_blank=True)
    ground = serializers.ChoiceField(choices=Ground.choices, required=False, default="", allow_blank=True)
    at = serializers.DateTimeField(required=False, allow_null=True, default=None)


class CorrectionSerializer(SeenSerializer):
    """What is right."""

    sequence = serializers.IntegerField(min_value=1)
    phrase = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")
    detail = serializers.CharField(max_length=WORDS, required=False, default="", allow_blank=True)


class WithholdSerializer(SeenSerializer):
    """Which entry's words, and why."""

    sequence = serializers.IntegerField(min_value=1)
    ground = serializers.ChoiceField(choices=Ground.choices)


class ReleaseSerializer(SeenSerializer):
    """Which entry's words."""

    sequence = serializers.IntegerField(min_value=1)


class PublicationSerializer(StrictSerializer):
    """How far the case is open."""

    publication = serializers.ChoiceField(choices=Publication.choices)
    ground = serializers.ChoiceField(choices=Ground.choices, required=False, default="", allow_blank=True)
    is_counter_only = serializers.BooleanField(required=False, allow_null=True, default=None)


class OfficerChoiceSerializer(StrictSerializer):
    """Who handles the case; the caller unless somebody is named."""

    officer = serializers.CharField(max_length=20, required=False, default="", allow_blank=True, help_text="The officer's reference.")


class ExtensionSerializer(StrictSerializer):
    """A longer term, in days in all."""

    days = serializers.IntegerField(min_value=1, max_value=365)
    reason = serializers.CharField(max_length=WORDS)


class TransferSerializer(SeenSerializer):
    """Another unit of the bureau, by its code."""

    unit = serializers.CharField(max_length=12)
    detail = serializers.CharField(max_length=WORDS, required=False, default="", allow_blank=True)


class MergeSerializer(StrictSerializer):
    """The case that goes on."""

    into = serializers.CharField(max_length=20)


class RemovalSerializer(StrictSerializer):
    """A person of the case, by the id that the case's document holds."""

    party = serializers.UUIDField()


class NewItemSerializer(StrictSerializer):
    """A thing that was taken."""

    description = serializers.CharField(max_length=WORDS)
    taken_at = serializers.DateTimeField()


class ItemMoveSerializer(StrictSerializer):
    """Where a thing is from now on."""

    item = serializers.CharField(max_length=20)
    place = serializers.ChoiceField(choices=PropertyItem.Status.choices)


class TextSerializer(StrictSerializer):
    """One text."""

    text = serializers.CharField(max_length=WORDS)


class NothingSerializer(StrictSerializer):
    """An empty object."""
