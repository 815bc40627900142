"""How far a case is open to its parties, and why not.

Provisions on Law-Enforcement Openness (MPS 2018) art. 4 and ch. 3; PIPL art. 28; Law on the Protection of Minors art. 103.
"""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Publication(TextChoices):
    """What the holder of a receipt can see of a case."""

    OPEN = "open", _("Open: stages, dates and unit")
    UNIT_ONLY = "unit_only", _("Only the unit and how to reach it")
    CLOSED = "closed", _("Closed: answers like an unknown code")


class Ground(TextChoices):
    """The closed list of reasons for withholding."""

    STATE_SECRET = "state_secret", _("State secret")
    TRADE_SECRET = "trade_secret", _("Trade secret")
    PRIVACY = "privacy", _("Privacy of another person")
    MINOR = "minor", _("A minor is involved")
    SEXUAL_OFFENCE = "sexual_offence", _("Sexual offence")
    DOMESTIC_VIOLENCE = "domestic_violence", _("Domestic violence")
    FOREIGN_RELATED = "foreign_related", _("Foreign-related case")
    OPERATION_AT_RISK = "operation_at_risk", _("An operation would be at risk")
    VICTIM_WISH = "victim_wish", _("The victim's wish")


# Grounds on which even the existence of a case must not be told to whoever holds a paper.
ALWAYS_CLOSED = frozenset({Ground.STATE_SECRET, Ground.MINOR, Ground.SEXUAL_OFFENCE, Ground.DOMESTIC_VIOLENCE, Ground.OPERATION_AT_RISK})


def is_open_to_inquiry(*, publication: str, is_counter_only: bool) -> bool:
    """Whether the holder of a receipt can see anything of a case."""
    return publication != Publication.CLOSED and not is_counter_only
