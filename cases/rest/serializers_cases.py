"""What officers' programs get of a case. Numbers of people leave here masked, as they do in pages."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from cases.domain.workflow import WORKFLOWS
from cases.models import Case
from foundation.organisations.models import Organisation


class UnitSerializer(serializers.Serializer[Organisation]):
    """The unit that handles a case."""

    code = serializers.CharField()
    name = serializers.CharField(help_text="In the language asked for.")


class OfficerSerializer(serializers.Serializer[Any]):
    """The officer who handles a case."""

    reference = serializers.CharField()
    name = serializers.CharField(source="display_name")
    badge_number = serializers.CharField()


class CaseRowSerializer(serializers.Serializer[Any]):
    """A case as a worklist shows it. Nothing in it names a person concerned."""

    reference = serializers.CharField()
    unit = UnitSerializer()
    kind = serializers.CharField()
    category = serializers.CharField(source="category.code")
    status = serializers.CharField()
    status_text = serializers.CharField(source="get_status_display")
    status_since = serializers.DateTimeField()
    publication = serializers.CharField()
    ground = serializers.CharField()
    is_counter_only = serializers.BooleanField()
    officer = OfficerSerializer(allow_null=True)
    reported_at = serializers.DateTimeField()
    registered_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(allow_null=True)
    waiting_since = serializers.DateTimeField(allow_null=True)
    code_issued_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    merged_into = serializers.CharField(source="merged_into.reference", allow_null=True, default=None)
    length = serializers.IntegerField(
        source="progress_length", help_text="How many entries the timeline has: send it back as `seen_length`."
    )
    available_actions = serializers.SerializerMethodField(help_text="Steps of the transition table that may follow now.")

    def get_available_actions(self, case: Case) -> list[str]:
        """Return the names of the steps; nothing follows in a case that was joined with another."""
        if case.merged_into_id is not None:
            return []
        return [transition.name for transition in WORKFLOWS[case.kind].available(case.status)]


class LegalDeadlineSerializer(serializers.Serializer[Any]):
    """The legal deadline of the stage, and how it was computed."""

    name = serializers.CharField()
    at = serializers.DateTimeField(source="due_at")
    is_running = serializers.BooleanField()
    explanation = serializers.ListField(child=serializers.CharField())
    law = serializers.CharField(source="source", help_text="Where the term stands.")


class CaseEntrySerializer(serializers.Serializer[Any]):
    """One entry of the timeline as recorded. ``withheld_ground`` says that the people concerned do not read its words."""

    sequence = serializers.IntegerField(source="entry.sequence")
    at = serializers.DateTimeField(source="entry.at")
    recorded_at = serializers.DateTimeField(source="entry.recorded_at")
    recorded_by = serializers.CharField(source="entry.recorded_by")
    kind = serializers.CharField(source="entry.kind")
    status = serializers.CharField(source="entry.status")
    text_en = serializers.CharField(source="entry.text_en")
    text_zh = serializers.CharField(source="entry.text_zh")
    detail = serializers.CharField(source="entry.detail")
    withheld_ground = serializers.CharField()
    refers_to = serializers.IntegerField(source="entry.refers_to", allow_null=True)
    corrected_by = serializers.IntegerField(allow_null=True)
    hash = serializers.SerializerMethodField()

    def get_hash(self, step: Any) -> str:
        """Return the link of the chain in hex."""
        return bytes(step.entry.hash).hex()


class PartySerializer(serializers.Serializer[Any]):
    """A person of the case, masked; or a company, which has a ``credit_code``."""

    id = serializers.UUIDField()
    role = serializers.CharField(source="role_code")
    name = serializers.CharField()
    id_number = serializers.CharField()
    credit_code = serializers.CharField()
    phone = serializers.CharField()
    removed_at = serializers.DateTimeField(allow_null=True)


class ItemSerializer(serializers.Serializer[Any]):
    """A thing that was taken."""

    reference = serializers.CharField()
    description = serializers.CharField()
    status = serializers.CharField()
    taken_at = serializers.DateTimeField()
    kept_at = serializers.DateTimeField(allow_null=True)
    returned_at = serializers.DateTimeField(allow_null=True)


class MessageSerializer(serializers.Serializer[Any]):
    """A message; from the unit when ``officer_name`` is not empty."""

    text = serializers.CharField()
    sent_at = serializers.DateTimeField()
    officer_name = serializers.CharField()
    sender = serializers.CharField(help_text="Part and masked name of the person who wrote.")
    is_waiting = serializers.BooleanField()
    mandate = serializers.CharField(help_text="What let somebody else write for that person; empty if they wrote themselves.")


class CaseSerializer(CaseRowSerializer):
    """A case with all that its page at the desk shows."""

    deadline = LegalDeadlineSerializer(allow_null=True)
    progress = CaseEntrySerializer(many=True)
    parties = PartySerializer(many=True)
    property = ItemSerializer(many=True)
    messages = MessageSerializer(many=True)
    complaints = serializers.IntegerField()
