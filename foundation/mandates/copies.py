"""What of mandates stands in the copy of their data that a person gets."""

from __future__ import annotations

from foundation.privacy import copies
from foundation.privacy.copies import Copied
from foundation.privacy.holders import Holder


def register() -> None:
    """Tell the copies that nobody learns from theirs that they are kept from a case, not even by an empty row."""
    copies.register("mandates.Exclusion", _none)


def _none(holder: Holder) -> tuple[Copied, ...]:
    return ()
