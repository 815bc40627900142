"""Papers, their files and numbers, and their revocations."""

from foundation.documents.models.document import Document, Edition, NumberSeries
from foundation.documents.models.revocation import Revocation

__all__ = ["Document", "Edition", "NumberSeries", "Revocation"]
