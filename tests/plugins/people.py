"""The people and places of the tests: a small city, its officers, residents and a foreign bureau. All plainly fictional.

Officers are real rows with real grants, so that a test that passes by their hands passes by the rules of the house.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest

RESIDENT_ID = "11010519491231002X"
OTHER_ID = "310103198001010029"
NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)  # Monday, ten in the morning in the city


@pytest.fixture
def now():
    return NOW


@pytest.fixture
def later():
    """Moments after ``now``, by hours."""
    return lambda hours: NOW + timedelta(hours=hours)


def _organisation(**fields):
    from foundation.organisations.models import Organisation

    return Organisation.objects.create(**fields)


@pytest.fixture
def bureau(db):
    return _organisation(code="310000000000", kind="bureau", bureau_code="310000", name_zh="测试市公安局", name_en="Test City Bureau")


@pytest.fixture
def branch(bureau):
    return _organisation(
        code="310101000000",
        kind="branch",
        parent=bureau,
        name_zh="测试分局",
        name_en="Test Branch",
        phone="021-2222 0001",
        contact_confidence="high",
    )


@pytest.fixture
def station(branch):
    return _organisation(
        code="310101000001",
        kind="station",
        parent=branch,
        name_zh="第一派出所",
        name_en="First Station",
        phone="021-2222 0002",
        contact_confidence="high",
    )


@pytest.fixture
def other_station(branch):
    return _organisation(code="310101000002", kind="station", parent=branch, name_zh="第二派出所", name_en="Second Station")


@pytest.fixture
def foreign_station(db):
    bureau = _organisation(code="440000000000", kind="bureau", bureau_code="440000", name_zh="外市公安局", name_en="Foreign Bureau")
    branch = _organisation(code="440101000000", kind="branch", parent=bureau, name_zh="外市分局", name_en="Foreign Branch")
    return _organisation(code="440101000001", kind="station", parent=branch, name_zh="外市派出所", name_en="Foreign Station")


@pytest.fixture
def roles(db, settings):
    from foundation.accounts.actors import command_actor
    from foundation.accounts.models import Role
    from foundation.accounts.operations.load_roles import load_roles

    load_roles(actor=command_actor("test"), path=settings.SEEDS / "accounts" / "roles.yaml", now=NOW)
    return {role.code: role for role in Role.objects.all()}


@pytest.fixture
def appoint(roles):
    """Make an officer with a role at an organisation."""
    from foundation.accounts.models import User
    from foundation.accounts.operations.grant_role import grant_role

    def appoint(role, at, name):
        user = User(username=name, kind="officer", display_name=name.replace("-", " ").title(), badge_number=f"B-{name}", unit=at)
        user.set_unusable_password()
        user.save()
        grant_role(user=user, role=roles[role], organisation=at, granted_by="test", now=NOW)
        return user

    return appoint


@pytest.fixture
def act():
    """Return the actor that a user is at this moment."""
    from foundation.accounts.actors import actor_of_user

    return actor_of_user


@pytest.fixture
def new_browser(db):
    """Return the kind of browser that tests look at pages with, in which nobody is signed in."""
    import zeal
    from django.test import Client

    class Browser(Client):
        """Each request is looked at by itself: what a page asks once may be asked again by the next page."""

        def request(self, **request):
            with zeal.zeal_context():
                return super().request(**request)

    return Browser


@pytest.fixture
def sign_in(new_browser):
    """Return a browser in which a user is signed in, officers with their second factor unless a test says otherwise.

    They proved just now who they are, or ``minutes_ago``; residents with as much ``assurance`` as a test says.
    """
    import zeal
    from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY, record_authentication
    from django.http import HttpRequest

    from foundation.accounts.models import User

    def sign_in(who, *, second_factor=True, minutes_ago=0, assurance="high", language="en", **options):
        user = who if isinstance(who, User) else User.objects.filter(reference=who.reference).first()
        client = new_browser(headers={"accept-language": language}, **options)
        with zeal.zeal_ignore():
            client.force_login(user)
        request = HttpRequest()
        request.session = client.session
        methods = (
            [{"method": "password"}, {"method": "mfa", "type": "totp"}] if second_factor and user.is_officer else [{"method": "password"}]
        )
        for method in methods:
            record_authentication(request, user, **method)
        for record in request.session[AUTHENTICATION_METHODS_SESSION_KEY]:
            record["at"] -= 60 * minutes_ago
        if not user.is_officer:
            request.session["assurance"] = assurance
        request.session.save()
        return client

    return sign_in


@pytest.fixture
def desk_clerk(appoint, act, station):
    return act(appoint("clerk", station, "desk-clerk"))


@pytest.fixture
def handling_officer(appoint, act, station):
    return act(appoint("handling-officer", station, "handling-officer"))


@pytest.fixture
def head_of_unit(appoint, act, station):
    return act(appoint("supervisor", station, "head-of-unit"))


@pytest.fixture
def head_of_branch(appoint, act, branch):
    return act(appoint("supervisor", branch, "head-of-branch"))


@pytest.fixture
def hall_manager(appoint, act, branch):
    return act(appoint("hall-manager", branch, "hall-manager"))


@pytest.fixture
def auditor(appoint, act, bureau):
    return act(appoint("auditor", bureau, "auditor"))


@pytest.fixture
def foreign_officer(appoint, act, foreign_station):
    return act(appoint("supervisor", foreign_station, "foreign-officer"))


@pytest.fixture
def resident_user(db):
    from foundation.accounts.models import Person, User

    person = Person.objects.create(name="演示居民", id_number=RESIDENT_ID, phone="13800000001", created_at=NOW)
    user = User(username="resident", kind="resident", display_name="演示居民", person=person)
    user.set_unusable_password()
    user.save()
    return user


@pytest.fixture
def resident(resident_user, act):
    return act(resident_user)


@pytest.fixture
def neighbour(db, act):
    from foundation.accounts.models import Person, User

    person = Person.objects.create(name="演示邻居", id_number=OTHER_ID, created_at=NOW)
    user = User(username="neighbour", kind="resident", display_name="演示邻居", person=person)
    user.set_unusable_password()
    user.save()
    return act(user)


@pytest.fixture
def theft(db):
    from cases.models import Category

    return Category.objects.create(code="test-theft", kind="criminal", name_en="Theft", name_zh="盗窃")


@pytest.fixture
def dispute(db):
    from cases.models import Category

    return Category.objects.create(code="test-dispute", kind="public_order", name_en="Dispute", name_zh="纠纷")


@pytest.fixture
def domestic_violence(db):
    from cases.models import Category

    return Category.objects.create(
        code="test-domestic",
        kind="public_order",
        name_en="Domestic violence",
        name_zh="家庭暴力",
        default_publication="closed",
        default_ground="domestic_violence",
    )


@pytest.fixture
def register(desk_clerk, station, theft):
    """Register a report of the resident at the station, or of whom and where a test says."""
    from cases.operations.register_report import NewParty, register_report

    def register(**given):
        given.setdefault("parties", [NewParty(role="reporter", name="演示居民", id_number=RESIDENT_ID, phone="13800000001")])
        return register_report(
            **{"actor": desk_clerk, "unit": station, "category": theft, "reported_at": NOW, "now": NOW} | given,
        )

    return register


@pytest.fixture
def case(register):
    return register()


@pytest.fixture
def code_of():
    """Return what an authenticator app with this key shows now."""
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

    return lambda secret: format_hotp_value(hotp_value(secret, int(time.time()) // 30))
