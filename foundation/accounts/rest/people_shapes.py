"""What programs of officers send and read about people at the counter."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from foundation.accounts.operations.grant_role import LONGEST_REASON
from foundation.rest.serializers import StrictSerializer


class FindSerializer(StrictSerializer):
    """Whose card lies on the counter."""

    id_number = serializers.CharField(max_length=64, help_text="The whole number; parts find nothing.")


class FoundSerializer(serializers.Serializer[Any]):
    """The account that was found."""

    reference = serializers.CharField()


class PersonSerializer(serializers.Serializer[Any]):
    """How a person is reached. Nothing in it is in full."""

    reference = serializers.CharField()
    name = serializers.CharField(help_text="Masked.")
    id_number = serializers.CharField(help_text="Masked.")
    phone = serializers.CharField(help_text="Masked; empty where there is none.")
    phone_signs_in = serializers.BooleanField()
    ways = serializers.ListField(child=serializers.CharField(), help_text="Identity services that sign the person in.")


class NewPhoneSerializer(StrictSerializer):
    """Where a code goes."""

    phone = serializers.CharField(max_length=64)


class CodeSentSerializer(serializers.Serializer[Any]):
    """That a code is on its way."""

    to = serializers.CharField(help_text="The number, masked.")


class _SeenSerializer(StrictSerializer):
    document_seen = serializers.BooleanField(help_text="You have seen the identity document, and it is this person: `true`.")
    reason = serializers.CharField(max_length=LONGEST_REASON)


class ProvedPhoneSerializer(_SeenSerializer):
    """The code that the person read out."""

    code = serializers.CharField(max_length=40)


class RemovePhoneSerializer(_SeenSerializer):
    """Why the number is removed."""
