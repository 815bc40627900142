"""What all ways out of the hall have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class Refused(Exception):
    """The provider will never take this message; asking again changes nothing. ``reason`` is one word for people and logs."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class Unavailable(Exception):
    """It was not handed over, as far as is known: try again, with the same reference.

    ``is_unknown`` says that the request went out and its answer was lost, so the provider may have taken it; the reference keeps it
    from being sent twice. ``needs_operator`` says that asking again will not help until somebody mends the hall's settings.
    """

    def __init__(self, reason: str, *, is_unknown: bool = False, needs_operator: bool = False) -> None:
        self.reason, self.is_unknown, self.needs_operator = reason, is_unknown, needs_operator
        super().__init__(reason)


@dataclass(frozen=True, kw_only=True)
class Message:
    """What a template made: ``subject`` for channels that have one, the whole ``text``, and in which ``language`` (``en``, ``zh-hans``).

    ``unsubscribe`` is the address at which the person stops messages of this kind, empty for what is mandatory.
    """

    subject: str
    text: str
    language: str
    event: str
    unsubscribe: str = ""


class Channel(Protocol):
    """One way out of the hall."""

    name: str

    def is_set_up(self) -> bool:
        """Whether the settings name a provider."""

    def hand_over(self, *, address: str, message: Message, reference: str) -> str | None:
        """Hand one message over and return the provider's own id for it, if it has one.

        A ``reference`` that the provider has seen before is answered as it was then and sent no second time. Takes five seconds at
        most. Raises :class:`Refused` or :class:`Unavailable`.
        """
