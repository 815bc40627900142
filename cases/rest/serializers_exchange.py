"""What a feed sends and what it is answered."""

from __future__ import annotations

from typing import Any, Final

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema_field
from rest_framework import serializers

from cases.domain.exchange import LARGEST_BATCH, Action
from cases.domain.policies import LONGEST_DETAIL
from cases.domain.publication import Ground, Publication
from cases.domain.statuses import Kind, Status
from cases.models import ExchangeMessage, Party
from foundation.rest.serializers import StrictSerializer

LONGEST_TEXT: Final = 500
MESSAGE_ID: Final = r"\A[!-~]+\Z"
CASE_NAME: Final = r"\A\S(.*\S)?\Z"
UNIT_CODE: Final = r"\A[0-9]{12}\Z"
LARGEST_NUMBER: Final = 2**31 - 1
MOST_PARTIES: Final = 20


class MomentField(serializers.DateTimeField):
    """A moment with its offset: without one, a feed whose server keeps another zone would tell wrong times unnoticed."""

    default_error_messages = {"offset": _("Give the offset from UTC, as in 2026-03-02T10:00:00+08:00.")}

    def to_internal_value(self, value: Any) -> Any:
        """Return an aware moment."""
        try:
            moment = parse_datetime(value) if isinstance(value, str) else None
        except ValueError:
            moment = None
        if moment is not None and moment.tzinfo is None:
            self.fail("offset")
        return super().to_internal_value(value)


class CaseNameSerializer(StrictSerializer):
    """Which case of the source."""

    source_case_id = serializers.RegexField(
        CASE_NAME, max_length=80, trim_whitespace=False, help_text="What the source calls the case; the same in all its messages."
    )


class EnvelopeSerializer(StrictSerializer):
    """What every message has."""

    message_id = serializers.RegexField(
        MESSAGE_ID, max_length=64, trim_whitespace=False, help_text="New for each message; the same when it is sent again."
    )
    case = CaseNameSerializer()
    source_sequence = serializers.IntegerField(
        min_value=1, max_value=LARGEST_NUMBER, help_text="1, 2, 3 … within the case, without gaps; they act in this order."
    )
    action = serializers.ChoiceField(Action.choices)


class PartySerializer(StrictSerializer):
    """A person who may follow the case. Kept encrypted."""

    role = serializers.ChoiceField(Party.Role.choices)
    name = serializers.CharField(max_length=100)
    id_number = serializers.CharField(max_length=18, required=False, allow_blank=True, help_text="Resident ID number.")
    phone = serializers.CharField(max_length=20, required=False, allow_blank=True)


class RegistrationSerializer(StrictSerializer):
    """A new case. It begins in the first status of its kind."""

    kind = serializers.ChoiceField(Kind.choices)
    category = serializers.CharField(max_length=60, help_text="Code of a category of this kind.")
    unit = serializers.RegexField(UNIT_CODE, help_text="Code of the unit that handles it, of the feed's own bureau.")
    reported_at = MomentField()
    status = serializers.ChoiceField(Status.choices, required=False)
    publication = serializers.ChoiceField(
        Publication.choices, required=False, help_text="Unless given, what the law makes of the category."
    )
    ground = serializers.ChoiceField(Ground.choices, required=False, help_text="Needed unless the case is open.")
    parties = serializers.ListField(child=PartySerializer(), required=False, max_length=MOST_PARTIES)

    def validate_parties(self, parties: list[dict[str, str]]) -> list[dict[str, str]]:
        """Refuse one person twice in one role."""
        named = [(party["role"], party["id_number"].upper()) for party in parties if party.get("id_number")]
        if len(set(named)) < len(named):
            raise serializers.ValidationError(_("One person stands twice in one role."), code="party_twice")
        return parties


class LinkSerializer(StrictSerializer):
    """A case that was registered at a counter, by the reference on its receipt."""

    reference = serializers.RegexField(r"\AC(-[0-9A-Z]{4}){3}\Z")


class WordsSerializer(StrictSerializer):
    """Words for whoever holds the receipt, in both languages. They name nobody."""

    en = serializers.CharField(max_length=LONGEST_TEXT)
    zh = serializers.CharField(max_length=LONGEST_TEXT)


class ProgressSerializer(StrictSerializer):
    """A step to another status, or news."""

    at = MomentField(help_text="When it happened.")
    status = serializers.ChoiceField(Status.choices, required=False, help_text="Absent for news within a status.")
    text = WordsSerializer(required=False)
    phrase = serializers.CharField(max_length=60, required=False, help_text="Code of a standard phrase, in place of text.")
    detail = serializers.CharField(
        max_length=LONGEST_DETAIL, required=False, allow_blank=True, help_text="For parties who proved who they are."
    )
    ground = serializers.ChoiceField(Ground.choices, required=False, help_text="Withholds the words from parties.")


class WithholdingSerializer(StrictSerializer):
    """The words of an earlier message that must no longer be seen."""

    withheld_message_id = serializers.CharField(max_length=64)
    ground = serializers.ChoiceField(Ground.choices)


class OpeningSerializer(StrictSerializer):
    """How far the case is open."""

    publication = serializers.ChoiceField(Publication.choices)
    ground = serializers.ChoiceField(Ground.choices, required=False, help_text="Needed unless the case is open.")


class HandoverSerializer(StrictSerializer):
    """Another unit of the same bureau."""

    unit = serializers.RegexField(UNIT_CODE)
    at = MomentField(required=False, help_text="When; now unless given.")


class RegisterMessageSerializer(EnvelopeSerializer):
    """Register a case."""

    action = serializers.ChoiceField([(Action.REGISTER.value, Action.REGISTER.label)])
    content = RegistrationSerializer()


class LinkMessageSerializer(EnvelopeSerializer):
    """Take over a case that the hall registered."""

    action = serializers.ChoiceField([(Action.LINK.value, Action.LINK.label)])
    content = LinkSerializer()


class ProgressMessageSerializer(EnvelopeSerializer):
    """Tell a step or news."""

    action = serializers.ChoiceField([(Action.PROGRESS.value, Action.PROGRESS.label)])
    content = ProgressSerializer()


class WithholdMessageSerializer(EnvelopeSerializer):
    """Take back the words of an earlier message."""

    action = serializers.ChoiceField([(Action.WITHHOLD.value, Action.WITHHOLD.label)])
    content = WithholdingSerializer()


class PublicationMessageSerializer(EnvelopeSerializer):
    """Open, narrow or close the case to its parties."""

    action = serializers.ChoiceField([(Action.PUBLICATION.value, Action.PUBLICATION.label)])
    content = OpeningSerializer()


class TransferMessageSerializer(EnvelopeSerializer):
    """Hand the case to another unit."""

    action = serializers.ChoiceField([(Action.TRANSFER.value, Action.TRANSFER.label)])
    content = HandoverSerializer()


MESSAGES: Final[dict[str, type[EnvelopeSerializer]]] = {
    Action.REGISTER: RegisterMessageSerializer,
    Action.LINK: LinkMessageSerializer,
    Action.PROGRESS: ProgressMessageSerializer,
    Action.WITHHOLD: WithholdMessageSerializer,
    Action.PUBLICATION: PublicationMessageSerializer,
    Action.TRANSFER: TransferMessageSerializer,
}


@extend_schema_field(
    PolymorphicProxySerializer(
        component_name="ExchangeMessage",
        serializers={str(action): serializer for action, serializer in MESSAGES.items()},
        resource_type_field_name="action",
        many=True,
    )
)
class MessagesField(serializers.ListField):
    """Messages as they came; each is read by itself, so that a broken one does not refuse the others."""


class ExchangeBatchSerializer(StrictSerializer):
    """A batch: at most 500 messages."""

    messages = MessagesField(min_length=1, max_length=LARGEST_BATCH)


class ExchangeFaultSerializer(serializers.Serializer[Any]):
    """What is wrong with one field of a message that is not well formed."""

    field = serializers.CharField(allow_null=True)
    code = serializers.CharField()
    message = serializers.CharField()


class ExchangeAnswerSerializer(serializers.Serializer[Any]):
    """What became of one message, by the end of the batch."""

    message_id = serializers.CharField(allow_null=True, help_text="Null for one that has no readable id.")
    state = serializers.ChoiceField(ExchangeMessage.State.choices)
    code = serializers.CharField(
        allow_null=True, help_text="Why it was refused; see docs/exchange.md. Null unless there is a reason to tell."
    )
    field = serializers.CharField(allow_null=True, help_text="Dotted path of what is at fault.")
    is_repeated = serializers.BooleanField(help_text="It had come before, and did not act again; the rest is its present state.")
    case = serializers.CharField(source="reference", allow_null=True, help_text="The hall's reference of the case.")
    sequence = serializers.IntegerField(allow_null=True, help_text="The entry that it left in the case's timeline.")
    waiting_for = serializers.IntegerField(allow_null=True, help_text="The source_sequence that has to come first.")
    errors = ExchangeFaultSerializer(source="faults", many=True)  # type: ignore[assignment]  # the name that problem documents use


class ExchangeAnswersSerializer(serializers.Serializer[Any]):
    """One answer for each message, in the order of the batch."""

    results = ExchangeAnswerSerializer(many=True)
