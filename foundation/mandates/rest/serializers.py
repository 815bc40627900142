"""What programs send and read of mandates."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from foundation.mandates.mandate import Basis
from foundation.mandates.models.delegation import State
from foundation.mandates.scopes import Scope
from foundation.mandates.shown import Shown
from foundation.rest.serializers import StrictSerializer


class OfferSerializer(StrictSerializer):
    """Whom you ask to act for you, what for, and how long."""

    name = serializers.CharField(max_length=100, help_text="Of the other person, as on their identity card.")
    id_number = serializers.CharField(max_length=64, help_text="Of the other person. The answer does not tell whether the hall knows it.")
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=Scope.choices), min_length=1, max_length=len(Scope))
    until = serializers.DateField(help_text="The last day, within twelve months.")
    matter = serializers.CharField(
        max_length=60, required=False, default="", allow_blank=True, help_text="One matter, such as `case:C-…`; all of them unless given."
    )


class MandateDeedSerializer(StrictSerializer):
    """An empty object."""


class MandateSerializer(serializers.Serializer[Any]):
    """Who acts for whom. With ``direction`` ``for_other`` you act for ``name``; with ``for_me`` they act for you."""

    reference = serializers.CharField()
    direction = serializers.SerializerMethodField()
    basis = serializers.ChoiceField(choices=Basis.choices)
    title = serializers.CharField(help_text="The basis in words.")
    name = serializers.CharField()
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=Scope.choices))
    matter = serializers.CharField(help_text="The only matter it is about; empty for all.")
    since = serializers.DateTimeField()
    until = serializers.DateTimeField(allow_null=True, help_text="The moment at which it is over; null for a legal representative.")
    state = serializers.ChoiceField(choices=State.choices)

    def get_direction(self, shown: Shown) -> str:
        """Say who of the two the caller is."""
        return "for_other" if shown.is_mine else "for_me"
