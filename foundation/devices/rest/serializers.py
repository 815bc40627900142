"""What machines send and are told."""

from __future__ import annotations

import base64
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from foundation.accounts.models import Machine
from foundation.devices.models.kiosk import PartState
from foundation.devices.operations.hear_heartbeat import MOST_PARTS
from foundation.rest.serializers import StrictSerializer

LONGEST_CODE: Final = 64


class EnrolmentSerializer(StrictSerializer):
    """The code that an officer was shown, and the public half of a key pair that the machine made itself."""

    code = serializers.CharField(max_length=LONGEST_CODE, help_text="24 letters and digits, however they were typed.")
    public_key = serializers.RegexField(
        r"^[A-Za-z0-9+/]{43}=$", min_length=44, max_length=44, help_text="Ed25519 (RFC 8032), 32 bytes in base64."
    )

    def validate_public_key(self, text: str) -> bytes:
        """Return the bytes; that 43 such characters are 32 bytes needs no further check."""
        return base64.b64decode(text)


class EnrolledSerializer(serializers.Serializer[Any]):
    """What the machine is called from now on."""

    key_id = serializers.CharField(help_text="What it writes as `keyid` into every signature.")
    reference = serializers.CharField(help_text="Its public name.")
    name = serializers.CharField(help_text="What people call it.")
    state = serializers.ChoiceField(choices=Machine.State.choices)
    window_seconds = serializers.IntegerField(help_text="How far `created` may be from the hall's clock.")
    time = serializers.DateTimeField(help_text="The hall's clock.")


class PartsField(serializers.DictField):
    """Parts by name, each in one of a few states."""

    child = serializers.ChoiceField(choices=PartState.choices)

    def to_internal_value(self, data: Any) -> Any:
        """Return the parts; raise for too many, or a name that is none."""
        if isinstance(data, dict):
            if len(data) > MOST_PARTS:
                raise serializers.ValidationError(_("Name at most 12 parts."), code="too_many")
            if any(not isinstance(name, str) or not _is_name(name) for name in data):
                raise serializers.ValidationError(_("A part's name has 1 to 30 small letters and underscores."), code="invalid")
        return super().to_internal_value(data)


def _is_name(text: str) -> bool:
    return 1 <= len(text) <= 30 and text.isascii() and text.replace("_", "a").isalpha() and text == text.lower()


class HeartbeatSerializer(StrictSerializer):
    """How the terminal is."""

    software_digest = serializers.RegexField(
        r"^[0-9a-f]{64}$", max_length=64, help_text="SHA-256 of the software that runs, in hexadecimal."
    )
    parts = PartsField(help_text="Such as `paper`, `printer`, `id_reader`, `scanner`: at most 12, each well or not.")


class HeartbeatAnswerSerializer(serializers.Serializer[Any]):
    """What the terminal has to know."""

    time = serializers.DateTimeField(help_text="The hall's clock.")
    state = serializers.ChoiceField(choices=Machine.State.choices)
    message = serializers.CharField(help_text="What the screen is to say, in the language asked for; empty for nothing.")
