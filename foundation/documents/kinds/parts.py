"""What the kinds of paper are put together from."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import ClassVar, Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from foundation.clock import CITY_ZONE
from foundation.documents.sheets import Fact, Office, Part, Sheet, Words
from foundation.organisations.models import Organisation


class Content(Protocol):
    """What one paper says, before it has a number."""

    kind: ClassVar[str]

    def sheet(self, *, number: str, day: date) -> Sheet:
        """Return what stands on the paper with that number, issued on that day."""


def words(text: str | Promise) -> Words:
    """Return a sentence of the hall in both its languages."""
    return told(lambda: str(text))


def told(make: Callable[[], str]) -> Words:
    """Return what ``make`` says in each language of the hall."""
    said = {}
    for key, language in (("en", "en"), ("zh", "zh-hans")):
        with override(language):
            said[key] = make()
    return Words(**said)


def fact(label: str | Promise, value: str | Words) -> Fact:
    """Return one line of the table."""
    return Fact(label=words(label), value=value)


def facts(*lines: tuple[str | Promise, str | Words | None]) -> tuple[Fact, ...]:
    """Return the lines that have a value."""
    return tuple(fact(label, value) for label, value in lines if value)


def part(heading: str | Promise, paragraphs: Iterable[str | Promise | Words]) -> Part:
    """Return a heading with paragraphs, each a sentence of the hall or words that a service brings in both languages."""
    return Part(heading=words(heading), paragraphs=tuple(each if isinstance(each, Words) else words(each) for each in paragraphs))


def moment(at: datetime) -> str:
    """Return a time of the city as it is read alike in both languages."""
    return at.astimezone(CITY_ZONE).strftime("%Y-%m-%d %H:%M")


def office_of(organisation: Organisation) -> Office:
    """Return who issues a paper, with where to ask."""
    address = Words(en=organisation.address_en or organisation.address_zh, zh=organisation.address_zh or organisation.address_en)
    return Office(
        name=Words(en=organisation.name_en, zh=organisation.name_zh), phone=organisation.phone, address=address if address.zh else None
    )


def whom_to_ask(office: Office) -> tuple[Fact, ...]:
    """Return the line that says where to ask about the paper."""
    lines = [
        office.name,
        *((Words(en=office.phone, zh=office.phone),) if office.phone else ()),
        *((office.address,) if office.address else ()),
    ]
    return facts((_("Whom to ask"), Words(en=", ".join(each.en for each in lines), zh="，".join(each.zh for each in lines))))
