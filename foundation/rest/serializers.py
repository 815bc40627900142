"""Input that is taken as it was meant or not at all (ASVS 5.0: 15.3.3, 15.3.5)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

# Control characters but tab and line breaks; marks that make a text read in another order than it is stored.
UNPRINTABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

_TEXT_FIELDS: Final = (
    serializers.CharField,
    serializers.UUIDField,
    serializers.DateField,
    serializers.DateTimeField,
    serializers.TimeField,
    serializers.DurationField,
    serializers.IPAddressField,
    serializers.SlugRelatedField,
)


class StrictSerializer(serializers.Serializer[Any]):
    """A serializer that refuses unknown names, values of another JSON type, and unprintable characters.

    Django REST framework drops unknown names silently and reads ``"1"`` and ``true`` as numbers; a typing slip in a
    feed would then do something else than was meant, and nobody would know.
    """

    def to_internal_value(self, data: Any) -> Any:
        """Return the validated values; raise one ValidationError that names every field at fault."""
        faults = self._faults(data) if isinstance(data, Mapping) else {}
        try:
            value = super().to_internal_value(data)
        except ValidationError as error:
            if isinstance(error.detail, dict):
                raise ValidationError({**error.detail, **faults}) from error
            raise
        if faults:
            raise ValidationError(faults)
        return value

    def _faults(self, data: Mapping[str, Any]) -> dict[str, Any]:
        faults: dict[str, Any] = {}
        for name, value in data.items():
            field = self.fields.get(str(name))
            if field is None or field.read_only:
                faults[str(name)[:60]] = [ErrorDetail(str(_("There is no such field.")), code="unknown_field")]
            elif fault := _fault(field, value):
                faults[str(name)] = fault
        return faults


def _fault(field: serializers.Field[Any, Any, Any, Any], value: Any) -> Any:
    """Return the error of a value whose JSON type is not the field's, nested as Django REST framework nests errors."""
    if value is None or isinstance(field, serializers.BaseSerializer):
        return None
    if isinstance(field, serializers.ListField | serializers.DictField):
        members = value.items() if isinstance(value, dict) else enumerate(value if isinstance(value, list) else ())
        return {str(key): fault for key, each in members if (fault := _fault(field.child, each))}
    if expected := _expected(field, value):
        return [ErrorDetail(str(expected), code="wrong_type")]
    if _is_unprintable(value):
        return [ErrorDetail(str(_("The text holds characters that cannot be shown.")), code="unprintable")]
    return None


def _expected(field: serializers.Field[Any, Any, Any, Any], value: Any) -> Any:
    """Say what the field expects, or nothing if the value's JSON type is right."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if isinstance(field, serializers.BooleanField) and not isinstance(value, bool):
        return _("Must be true or false.")
    if isinstance(field, serializers.IntegerField) and (not is_number or (isinstance(value, float) and not value.is_integer())):
        return _("Must be a whole number, without quotes.")
    if isinstance(field, serializers.FloatField) and not is_number:
        return _("Must be a number, without quotes.")
    if isinstance(field, serializers.DecimalField) and not (is_number or isinstance(value, str)):
        return _("Must be a number.")
    is_choice = isinstance(field, serializers.ChoiceField) and not isinstance(field, serializers.MultipleChoiceField)
    if (is_choice or isinstance(field, _TEXT_FIELDS)) and not isinstance(value, str):
        return _("Must be a text in quotes.")
    return None


def _is_unprintable(value: Any) -> bool:
    """Whether a text in the value, at any depth of a free-form field, holds characters that cannot be shown."""
    if isinstance(value, str):
        return UNPRINTABLE.search(value) is not None
    if isinstance(value, dict):
        return any(_is_unprintable(each) for pair in value.items() for each in pair)
    return isinstance(value, list) and any(_is_unprintable(each) for each in value)
