"""What an officer writes beside a mandate."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from foundation.errors import RuleViolated
from foundation.mandates.scopes import Scope, offered_scopes

LONGEST_NOTE = 300


def read_evidence(text: str, *, field: str = "evidence") -> str:
    """Return the note on what was seen as proof; raise ``RuleViolated`` for none, or for too long a one."""
    text = text.strip()
    if not text or len(text) > LONGEST_NOTE:
        message = _("Say in at most 300 characters which paper proves it, with its number.")
        raise RuleViolated(message, code="evidence_missing", field=field)
    return text


def read_scopes(scopes: Iterable[str], *, field: str = "scopes") -> list[str]:
    """Return scopes in the order of the list; raise ``RuleViolated`` for none, and for what no service of the hall honours."""
    given = set(scopes)
    if not given or not given <= {scope.value for scope in offered_scopes()}:
        raise RuleViolated(_("Choose from the list what the other person may do."), code="scopes", field=field)
    return [scope.value for scope in Scope if scope.value in given]
