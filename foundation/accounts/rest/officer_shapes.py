"""What programs of officers send and read about officers' accounts and posts."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from foundation.accounts.capabilities import in_words
from foundation.accounts.models import Role, User
from foundation.accounts.operations.grant_role import LONGEST_REASON
from foundation.accounts.told import ToldOfficer
from foundation.rest.serializers import StrictSerializer


class RoleSerializer(serializers.Serializer[Any]):
    """A post: what it is for and what it allows."""

    code = serializers.CharField()
    title = serializers.CharField()
    purpose = serializers.CharField()
    capabilities = serializers.ListField(child=serializers.CharField())
    allows = serializers.SerializerMethodField(help_text="The capabilities in words.")

    def get_allows(self, role: Role) -> list[str]:
        """Return each capability as a clerk would say it."""
        return [in_words(each) for each in role.capabilities]


class PostSerializer(serializers.Serializer[Any]):
    """A post that an officer holds, or held."""

    role = serializers.CharField(source="role.code")
    title = serializers.CharField(source="role.title")
    organisation = serializers.CharField(source="organisation.code")
    organisation_name = serializers.CharField(source="organisation.name")
    granted_at = serializers.DateTimeField()
    revoked_at = serializers.DateTimeField(allow_null=True)
    revoked_because = serializers.CharField()


class OfficerAccountRowSerializer(serializers.Serializer[Any]):
    """An officer in the list."""

    reference = serializers.CharField()
    name = serializers.CharField(source="display_name")
    badge_number = serializers.CharField()
    unit = serializers.SerializerMethodField(help_text="Code of the unit; null for none.")
    is_active = serializers.BooleanField()
    has_second_factor = serializers.BooleanField(source="has_factor")
    last_sign_in_at = serializers.DateTimeField(source="last_login", allow_null=True)
    posts = PostSerializer(many=True)

    def get_unit(self, officer: User) -> str | None:
        """Return the code of the unit."""
        return officer.unit.code if officer.unit else None


class ProposalSerializer(serializers.Serializer[Any]):
    """A post of weight that waits for a second officer."""

    reference = serializers.CharField()
    officer = serializers.CharField(source="user.reference")
    role = serializers.CharField(source="role.code")
    title = serializers.CharField(source="role.title")
    organisation = serializers.CharField(source="organisation.code")
    organisation_name = serializers.CharField(source="organisation.name")
    proposed_at = serializers.DateTimeField()
    proposed_by = serializers.CharField(help_text="`officer:` and the reference of who proposed it.")


class OfficerAccountSerializer(serializers.Serializer[Any]):
    """An officer with what the page about them shows."""

    reference = serializers.CharField(source="officer.reference")
    name = serializers.CharField(source="officer.display_name")
    badge_number = serializers.CharField(source="officer.badge_number")
    username = serializers.CharField(source="officer.username")
    unit = serializers.SerializerMethodField(help_text="Code of the unit; null for none.")
    is_active = serializers.BooleanField(source="officer.is_active")
    last_sign_in_at = serializers.DateTimeField(source="officer.last_login", allow_null=True)
    phone = serializers.CharField(help_text="Masked; empty where none is known.")
    second_factors = serializers.ListField(source="factors", child=serializers.CharField(), help_text="`totp`, `webauthn`.")
    open_sessions = serializers.IntegerField(source="sessions")
    posts = PostSerializer(source="held", many=True)
    past_posts = PostSerializer(source="past", many=True)
    waiting_posts = ProposalSerializer(source="waiting", many=True)

    def get_unit(self, shown: ToldOfficer) -> str | None:
        """Return the code of the unit."""
        return shown.officer.unit.code if shown.officer.unit else None


class NewOfficerSerializer(StrictSerializer):
    """An officer who is to have an account."""

    name = serializers.CharField(max_length=100)
    badge_number = serializers.CharField(max_length=20)
    username = serializers.CharField(max_length=64)
    unit = serializers.CharField(max_length=12, help_text="Code of the unit.")
    phone = serializers.CharField(max_length=64, required=False, default="", allow_blank=True)


class InvitationSerializer(serializers.Serializer[Any]):
    """The code that opens an account, told this once."""

    officer = serializers.CharField()
    username = serializers.CharField()
    code = serializers.CharField()


class GivePostSerializer(StrictSerializer):
    """A post for an officer."""

    role = serializers.CharField(max_length=40)
    organisation = serializers.CharField(max_length=12)


class TakePostSerializer(GivePostSerializer):
    """A post that is taken away, and why."""

    reason = serializers.CharField(max_length=LONGEST_REASON)


class ReasonSerializer(StrictSerializer):
    """Why something is done to an account."""

    reason = serializers.CharField(max_length=LONGEST_REASON)


class PhoneSerializer(StrictSerializer):
    """An officer's phone."""

    phone = serializers.CharField(max_length=64)


class AccountDeedSerializer(StrictSerializer):
    """An empty object."""
