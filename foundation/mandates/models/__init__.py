"""Who may act for whom. Rows are ended and never removed."""

from foundation.mandates.models.agency import Agency
from foundation.mandates.models.company import Company
from foundation.mandates.models.delegation import Delegation
from foundation.mandates.models.exclusion import Exclusion
from foundation.mandates.models.guardianship import Guardianship
from foundation.mandates.models.period import EndReason, Period

__all__ = ["Agency", "Company", "Delegation", "EndReason", "Exclusion", "Guardianship", "Period"]
