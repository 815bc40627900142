"""The demo's people. Every name says that it is one of a demo; the ID numbers are of a region and a day nobody was born with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.db import transaction

from foundation.accounts.models import Grant, Person, Role, User
from foundation.accounts.operations.grant_role import grant_role
from foundation.accounts.operations.sign_in_by_identity import link
from foundation.identity_providers.assertion import Assertion
from foundation.identity_providers.assurance import Assurance
from foundation.notifications.models import Contact
from foundation.organisations.models import Organisation
from portal.demo.residents import RESIDENTS, DemoResident

PASSWORD = "sunshine-demo-hall"  # noqa: S105 - everybody is told; there is no demo in production
STATION = "310105510000"
BRANCH = "310105000000"
BUREAU = "310000000000"
LONDON = "982601000000"


@dataclass(frozen=True, kw_only=True)
class DemoOfficer:
    """An officer of the demo: one for each role, and two who give posts."""

    username: str
    name: str
    badge: str
    role: str
    at: str


OFFICERS = (
    DemoOfficer(username="clerk", name="演示窗口民警 Demo Clerk", badge="DEMO-01", role="clerk", at=STATION),
    DemoOfficer(username="officer", name="演示办案民警 Demo Officer", badge="DEMO-02", role="handling-officer", at=STATION),
    DemoOfficer(username="head", name="演示所长 Demo Head of Station", badge="DEMO-03", role="supervisor", at=STATION),
    DemoOfficer(username="branch", name="演示分局领导 Demo Head of Branch", badge="DEMO-04", role="supervisor", at=BRANCH),
    DemoOfficer(username="auditor", name="演示监督员 Demo Auditor", badge="DEMO-05", role="auditor", at=BUREAU),
    DemoOfficer(username="feeds", name="演示接口管理员 Demo Feed Manager", badge="DEMO-06", role="feed-manager", at=BUREAU),
    DemoOfficer(username="reviewer", name="演示审核民警 Demo Reviewer", badge="DEMO-08", role="reviewer", at=BRANCH),
    DemoOfficer(username="approver", name="演示审批民警 Demo Approver", badge="DEMO-09", role="approver", at=BRANCH),
    DemoOfficer(username="manager", name="演示大厅主任 Demo Hall Manager", badge="DEMO-10", role="hall-manager", at=BRANCH),
    # Gives what the first one proposes: a post of weight takes two.
    DemoOfficer(username="manager2", name="演示第二大厅主任 Demo Second Hall Manager", badge="DEMO-12", role="hall-manager", at=BRANCH),
    DemoOfficer(username="steward", name="演示终端管理员 Demo Kiosk Steward", badge="DEMO-11", role="kiosk-steward", at=BRANCH),
    DemoOfficer(username="london", name="Demo Officer, City of London", badge="DEMO-07", role="supervisor", at=LONDON),
)


@transaction.atomic
def make_people(*, now: datetime) -> None:
    """Make whoever of the demo is not there yet."""
    known = set(User.objects.values_list("username", flat=True))
    roles = {role.code: role for role in Role.objects.all()}
    places = {place.code: place for place in Organisation.objects.filter(code__in={officer.at for officer in OFFICERS})}
    for officer in OFFICERS:
        if officer.username not in known:
            _make_officer(officer, role=roles[officer.role], place=places[officer.at], now=now)
    for user in User.objects.filter(username__in=[officer.username for officer in OFFICERS]):
        _reached_by(Contact.Channel.EMAIL, f"{user.username}@demo.hall.example", officer=user, now=now)
    for resident in RESIDENTS:
        _make_resident(resident, now=now)


def _make_officer(officer: DemoOfficer, *, role: Role, place: Organisation, now: datetime) -> Grant:
    user = User.objects.create_user(
        username=officer.username,
        password=PASSWORD,
        kind=User.Kind.OFFICER,
        display_name=officer.name,
        badge_number=officer.badge,
        unit=place,
    )
    TOTP.activate(user, generate_totp_secret())
    return grant_role(user=user, role=role, organisation=place, granted_by="command:load_demo", now=now)


def _make_resident(resident: DemoResident, *, now: datetime) -> None:
    """Make a resident as if they had signed in before: known by their ID number, with their phone and WeChat linked."""
    person = Person.objects.known_by(resident.id_number).first()
    if person is None:
        person = Person(name=resident.name, id_number=resident.id_number, phone=resident.phone, created_at=now)
    holders = Person.objects.with_proved_phone(resident.phone).exclude(pk=person.pk)
    if person.phone == resident.phone and not holders.exists():
        # Somebody who comes back to an old demo finds a number that still signs in.
        person.phone_verified_at = person.phone_used_at = now
    person.save()
    user = User.objects.filter(person=person).first()
    if user is None:
        user = User(username=resident.username, kind=User.Kind.RESIDENT, display_name=resident.name, person=person)
    # No resident has a password; those of a demo that was made before this rule lose theirs.
    user.set_unusable_password()
    user.save()
    if resident.wechat:
        account = Assertion(provider="wechat", subject=f"unionid:u-{resident.wechat}", assurance=Assurance.LOW)
        link(person=person, assertion=account, now=now)
        # What the service account calls somebody: known from the day on which they followed it.
        _reached_by(Contact.Channel.WECHAT, f"o-{resident.wechat}", person=person, now=now)
    _reached_by(Contact.Channel.EMAIL, f"{resident.username}@demo.hall.example", person=person, now=now)


def _reached_by(channel: str, address: str, *, now: datetime, person: Person | None = None, officer: User | None = None) -> None:
    """Let somebody have an address, as if they had proved that it is theirs."""
    if not Contact.objects.filter(channel=channel, person=person, officer=officer).exists():
        Contact.objects.create(channel=channel, person=person, officer=officer, address=address, added_at=now, verified_at=now)


def second_factor_secret(username: str) -> str | None:
    """Return what an authenticator app needs to make a demo officer's codes."""
    found = Authenticator.objects.filter(user__username=username, type=Authenticator.Type.TOTP).first()
    return get_adapter().decrypt(found.data["secret"]) if found else None
