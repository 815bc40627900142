"""Sign a resident in by what an identity provider says."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from foundation.accounts.models import Identity, Person, User
from foundation.accounts.models.identity import subject_digest
from foundation.accounts.notices import tell
from foundation.accounts.own_record import record_own
from foundation.identifiers import new_reference, normalise_resident_id
from foundation.identity_providers.assertion import Assertion
from foundation.identity_providers.assurance import Assurance
from foundation.identity_providers.errors import IdentityRefused

# To be somebody here for the first time, or in a new way, takes more than a self-asserted account.
NEEDED_TO_BE_KNOWN = Assurance.SUBSTANTIAL


@transaction.atomic
def sign_in_by_identity(*, assertion: Assertion, language: str, now: datetime) -> User:
    """Return the account of the one person whom the assertion names, made now if nobody with this ID number was here before.

    However many providers name the same ID number, and however many browsers arrive at the same moment, it is one person: the
    index of the number is unique. Raises :class:`IdentityRefused` and leaves everything as it was.
    """
    identity = _known(assertion)
    if identity is not None:
        check_same_person(identity.person, assertion)
        user = account_of(identity.person)
    else:
        user, identity = _first_time(assertion, language=language, now=now)
    if not user.is_active:
        raise IdentityRefused("account_closed")
    _bring_up_to_date(user, assertion)
    identity.assurance, identity.last_used_at = assertion.assurance, now
    identity.save(update_fields=["assurance", "last_used_at"])
    record_own(
        user=user,
        action="identity.sign_in",
        now=now,
        changes={"provider": (None, assertion.provider), "assurance": (None, str(assertion.assurance))},
    )
    return user


def check_same_person(person: Person, assertion: Assertion) -> None:
    """Raise when a provider names another ID number than this person's: then either it or somebody who used it is not to be trusted."""
    if names_another(person, assertion):
        raise IdentityRefused("id_number_changed")


def names_another(person: Person, assertion: Assertion) -> bool:
    """Whether the provider says that this is somebody else, by the ID number; one that tells none contradicts nobody."""
    return bool(assertion.id_number) and normalise_resident_id(person.id_number) != assertion.id_number


def link(*, person: Person, assertion: Assertion, now: datetime) -> Identity:
    """Write that the assertion's account signs the person in; return the row that is there if another browser was faster."""
    digest = subject_digest(assertion.provider, assertion.subject)
    try:
        with transaction.atomic():
            return Identity.objects.create(
                person=person,
                provider=assertion.provider,
                subject_digest=digest,
                assurance=assertion.assurance,
                linked_at=now,
                last_used_at=now,
            )
    except IntegrityError:
        return Identity.objects.select_related("person").get(provider=assertion.provider, subject_digest=digest)


def account_of(person: Person) -> User:
    """Return the account of a person, made now if the person has none yet. Call it inside a transaction."""
    found = User.objects.filter(person=person).select_related("person").first()
    if found is not None:
        return found
    user = User(kind=User.Kind.RESIDENT, username=new_reference("R"), display_name=person.name, person=person)
    user.set_unusable_password()
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError:
        return User.objects.select_related("person").get(person=person)
    return user


def _known(assertion: Assertion) -> Identity | None:
    digest = subject_digest(assertion.provider, assertion.subject)
    found = Identity.objects.select_for_update(of=("self",)).filter(provider=assertion.provider, subject_digest=digest)
    return found.select_related("person").first()


def _first_time(assertion: Assertion, *, language: str, now: datetime) -> tuple[User, Identity]:
    if not assertion.id_number:
        raise IdentityRefused("not_linked")
    if not assertion.assurance.reaches(NEEDED_TO_BE_KNOWN):
        raise IdentityRefused("assurance_too_low")
    person, is_new = _person(assertion, now=now)
    user = account_of(person)
    identity = link(person=person, assertion=assertion, now=now)
    check_same_person(identity.person, assertion)
    record_own(user=user, action="identity.linked", now=now, changes={"provider": (None, assertion.provider)})
    if not is_new:
        tell("sign-in-linked", person=person, language=language, now=now)
    return user, identity


def _person(assertion: Assertion, *, now: datetime) -> tuple[Person, bool]:
    found = Person.objects.known_by(assertion.id_number).first()
    if found is not None:
        return found, False
    if not assertion.name:
        raise IdentityRefused("name_missing")
    person = Person(name=assertion.name, id_number=assertion.id_number, created_at=now)
    _take_phone(person, assertion.phone, now=now)
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError:
        # Another browser was faster with the same person; or with the phone, which then stays that one's.
        found = Person.objects.known_by(assertion.id_number).first()
        if found is not None:
            return found, False
        person.phone_verified_at = person.phone_used_at = None
        person.save()
    return person, True


def _take_phone(person: Person, phone: str, *, now: datetime) -> None:
    """Keep the number that the provider verified; it signs in unless it signs somebody else in, from whom no claim takes it."""
    person.phone = phone
    if phone and not Person.objects.with_proved_phone(phone).exists():
        person.phone_verified_at = person.phone_used_at = now


def _bring_up_to_date(user: User, assertion: Assertion) -> None:
    """Take over a name that changed, from a provider that proves who somebody is."""
    person = user.person
    if person is None or not assertion.id_number or assertion.name in {"", person.name}:
        return
    person.name = user.display_name = assertion.name
    person.save(update_fields=["name"])
    user.save(update_fields=["display_name"])
