"""What people may ask to have put right, and how it is done. Each app registers its own."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from foundation.accounts.actors import Actor
from foundation.accounts.models import Person, User
from foundation.encryption.fields import with_indexes
from foundation.errors import Conflict, RuleViolated
from foundation.identifiers import normalise_phone
from foundation.languages import Bilingual
from foundation.organisations.models import Organisation
from foundation.privacy.holders import Holder
from foundation.privacy.registry import entries
from foundation.rest.serializers import UNPRINTABLE

LONGEST_NAME = 100
LONGEST_WORDS = 2000


@dataclass(frozen=True, kw_only=True)
class Place:
    """One value that a person may ask to have put right. ``unit`` decides; none if the person has to choose a bureau."""

    target: str
    key: str
    present: str
    where: str | Promise
    unit: Organisation | None = None
    matter_reference: str = ""

    @property
    def token(self) -> str:
        """The place as one word of a form."""
        return f"{self.target}|{self.key}"

    @property
    def label(self) -> Bilingual:
        """What the value is called."""
        return label_of(self.target)


class Correctable(ABC):
    """One field of one table."""

    target: ClassVar[str]
    longest: ClassVar[int] = LONGEST_WORDS

    @abstractmethod
    def places(self, holder: Holder) -> Iterable[Place]:
        """Return the values of a resident."""

    @abstractmethod
    def apply(self, *, key: str, value: str, actor: Actor, now: datetime) -> tuple[str, str]:
        """Put the value right within the caller's transaction; return what was there before and what is there now."""

    def clean(self, value: str, *, field: str) -> str:
        """Return the value as it would be entered; raise ``RuleViolated`` naming the form's field."""
        value = value.strip()
        if not value:
            raise RuleViolated(_("Write what is right."), code="value_missing", field=field)
        if len(value) > self.longest or UNPRINTABLE.search(value):
            raise RuleViolated(_("This is too long, or holds characters that cannot be shown."), code="value_unfit", field=field)
        return value


_known: dict[str, Correctable] = {}


def register(correctable: Correctable) -> None:
    """Let people ask for corrections of a field, which the registry of personal data must call correctable."""
    if type(_known.setdefault(correctable.target, correctable)) is not type(correctable):
        raise ValueError(f"{correctable.target} is put right twice")


def correctables() -> tuple[Correctable, ...]:
    """Return all, in the order of registration."""
    return tuple(_known.values())


def correctable_of(target: str) -> Correctable | None:
    """Return how one field is put right."""
    return _known.get(target)


def places_of(holder: Holder) -> list[Place]:
    """Return every value that a resident may ask to have put right."""
    return [place for each in correctables() for place in each.places(holder)]


def label_of(target: str) -> Bilingual:
    """Return what a field is called."""
    table, _dot, name = target.rpartition(".")
    return entries()[table].fields[name].label or Bilingual(en=name, zh=name)


def save_value(row: Any, name: str, value: str) -> tuple[str, str]:
    """Write one field of a locked row with the blind indexes of it; return before and after."""
    before = getattr(row, name)
    setattr(row, name, value)
    row.save(update_fields=with_indexes(type(row), [name]))
    return before, value


class _OfPerson(Correctable):
    name: ClassVar[str]

    def places(self, holder: Holder) -> Iterable[Place]:
        """Return the value of the person's own row."""
        person = Person.objects.filter(pk=holder.person).first()
        if person is not None:
            yield Place(target=self.target, key=str(person.pk), present=getattr(person, self.name), where=_("Your account"))

    def apply(self, *, key: str, value: str, actor: Actor, now: datetime) -> tuple[str, str]:
        """Write it into the person's row."""
        person = Person.objects.select_for_update(of=("self",)).filter(pk=key).first()
        if person is None:
            raise Conflict(_("The account was closed in the meantime."), code="account_closed")
        return save_value(person, self.name, value)


class NameOfPerson(_OfPerson):
    """The name of an account."""

    target = "accounts.Person.name"
    name = "name"
    longest = LONGEST_NAME

    def apply(self, *, key: str, value: str, actor: Actor, now: datetime) -> tuple[str, str]:
        """Write it into the person's row and into what pages call them."""
        changed = super().apply(key=key, value=value, actor=actor, now=now)
        User.objects.filter(person_id=key, kind=User.Kind.RESIDENT).update(display_name=value)
        return changed


class PhoneOfPerson(_OfPerson):
    """The phone of an account, unless it signs its person in: that one is changed by who proves the new one, and the old one is told."""

    target = "accounts.Person.phone"
    name = "phone"

    def places(self, holder: Holder) -> Iterable[Place]:
        """Return the number if no code has proved it."""
        if not Person.objects.filter(pk=holder.person, phone_verified_at__isnull=False).exists():
            yield from super().places(holder)

    def apply(self, *, key: str, value: str, actor: Actor, now: datetime) -> tuple[str, str]:
        """Write it into the person's row, unless a number was proved since it was asked for."""
        if Person.objects.select_for_update(of=("self",)).filter(pk=key, phone_verified_at__isnull=False).exists():
            raise Conflict(
                _("By now a number signs the person in. It is changed under “Sign-in and contacts”, or at a counter."), code="phone_proved"
            )
        return super().apply(key=key, value=value, actor=actor, now=now)

    def clean(self, value: str, *, field: str) -> str:
        """Return the number in one way of writing."""
        return normalise_phone(super().clean(value, field=field), field=field)


def register_own() -> None:
    """Let people ask for corrections of their account."""
    register(NameOfPerson())
    register(PhoneOfPerson())
