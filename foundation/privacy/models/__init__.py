"""The privacy app's tables."""

from foundation.privacy.models.closing import AccountClosing
from foundation.privacy.models.correction import Correction
from foundation.privacy.models.hold import LegalHold
from foundation.privacy.models.purge import PurgeRun

__all__ = ["AccountClosing", "Correction", "LegalHold", "PurgeRun"]
