"""What a provider says of a person, however it said it."""

from __future__ import annotations

from dataclasses import dataclass, field

from foundation.identity_providers.assurance import Assurance


@dataclass(frozen=True, kw_only=True)
class Assertion:
    """One person at one provider, checked. ``id_number`` is canonical and empty if the provider proves none; ``phone`` likewise.

    ``is_fresh`` tells that the provider made the person prove themselves for this very request.
    """

    provider: str
    subject: str = field(repr=False)
    assurance: Assurance
    id_number: str = field(default="", repr=False)
    name: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    is_fresh: bool = False
