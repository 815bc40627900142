"""Templates that break a rule keep the hall from being deployed (``manage.py check``), and from being built."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from foundation.errors import DomainError
from foundation.notifications import template_rules
from foundation.notifications.gsm import signature
from foundation.notifications.templates import all_templates


def signs() -> dict[str, str]:
    """Return the signatures before texts by language, as the settings have them."""
    chinese, latin = settings.SMS_SIGN
    return {"zh-hans": signature(chinese), "en": signature(latin)}


@register
def check_templates(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Return an error for each fault of a template."""
    try:
        found = template_rules.faults(all_templates(), signs=signs())
    except DomainError as error:
        return [Error(str(error), id="notifications.E001")]
    return [Error(fault, hint="Mend it in seeds/notifications.", id="notifications.E002") for fault in found]
