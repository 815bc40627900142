"""Papers, their numbers, and their revocations."""

from foundation.documents.models.document import Document, NumberSeries
from foundation.documents.models.revocation import Revocation

__all__ = ["Document", "NumberSeries", "Revocation"]
