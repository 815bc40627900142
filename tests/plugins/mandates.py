"""Who acts for whom in the tests: a child with a guardian, a company with its agents, a person who asks another."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from stdnum.iso7064 import mod_11_2
from zeal import zeal_ignore

COMPANY_CODE = "91310000MA1FL0000N"


def id_number(born: date, order: int = 1) -> str:
    """Return a number that somebody born on a day could have; region 310101."""
    body = f"310101{born:%Y%m%d}{order:03}"
    return body + mod_11_2.calc_check_digit(body)


@pytest.fixture
def make_resident(db, act):
    """Make a person who can sign in."""
    from foundation.accounts.models import Person, User
    from tests.plugins.people import NOW

    def make_resident(username, number, name=None):
        person = Person.objects.create(name=name or f"演示{username}", id_number=number, created_at=NOW)
        user = User(username=username, kind="resident", display_name=person.name, person=person)
        user.set_unusable_password()
        user.save()
        return act(user)

    return make_resident


@pytest.fixture
def child_born():
    return date(2015, 5, 5)


@pytest.fixture
def child_id(child_born):
    return id_number(child_born)


@pytest.fixture
def child(make_resident, child_id):
    """A child of ten who can sign in."""
    return make_resident("child", child_id, "演示小孩")


@pytest.fixture
def parent(make_resident):
    return make_resident("parent", id_number(date(1985, 1, 1)), "演示家长")


@pytest.fixture
def stranger(make_resident):
    return make_resident("stranger", id_number(date(1990, 1, 1)), "演示路人")


@pytest.fixture
def named():
    """Name a resident, or somebody by number and name, as a form does."""
    from foundation.accounts.models import Person
    from foundation.mandates.operations.enter_person import Named

    def named(part, who, name=None):
        if isinstance(who, str):
            return Named(part=part, name=name, id_number=who)
        with zeal_ignore():
            person = Person.objects.get(user__pk=who.user_id)
        return Named(part=part, name=name or person.name, id_number=person.id_number)

    return named


@pytest.fixture
def record(desk_clerk, station, named, child_id, parent, now):
    """Record the parent as guardian of the child, or what a test says."""
    from foundation.mandates.operations.record_guardianship import record_guardianship

    def record(**given):
        defaults = {
            "actor": desk_clerk,
            "unit": station,
            "child": named("child", child_id, "演示小孩"),
            "guardian": named("guardian", parent),
            "kind": "parent",
            "evidence": "Household register 4711",
            "now": now,
        }
        with zeal_ignore():
            return record_guardianship(**{**defaults, **given})

    return record


@pytest.fixture
def company(desk_clerk, station, now):
    from foundation.mandates.operations.register_company import register_company

    return register_company(actor=desk_clerk, unit=station, credit_code=COMPANY_CODE, name="演示商贸有限公司", now=now)


@pytest.fixture
def appoint_for(desk_clerk, station, company, named, now):
    """Let somebody act for the company."""
    from foundation.mandates.operations.appoint_agent import appoint_agent

    def appoint_for(who, **given):
        defaults = {
            "actor": desk_clerk,
            "unit": station,
            "company": company.reference,
            "agent": named("agent", who) if who else None,
            "is_legal_representative": False,
            "scopes": ["follow_cases"],
            "evidence": "Letter of authority 1",
            "until_on": now.date() + timedelta(days=30),
            "now": now,
        }
        with zeal_ignore():
            return appoint_agent(**{**defaults, **given})

    return appoint_for


@pytest.fixture
def ask(resident, neighbour, named, now):
    """Let the resident ask the neighbour to act for them, for thirty days."""
    from foundation.mandates.operations.offer_delegation import Offer, offer_delegation

    def ask(actor=None, agent=None, *, at=now, until_on=None, scopes=("follow_cases",), matter=""):
        offer = Offer(
            agent=agent or named("agent", neighbour), scopes=scopes, until_on=until_on or at.date() + timedelta(days=30), matter=matter
        )
        with zeal_ignore():
            return offer_delegation(actor=actor or resident, offer=offer, now=at)

    return ask


@pytest.fixture
def delegate(ask, neighbour):
    """Let the resident ask the neighbour, who accepts at once."""
    from foundation.mandates.operations.answer_offer import accept_offer

    def delegate(**given):
        offer = ask(**given)
        return accept_offer(actor=neighbour, reference=offer.reference, now=offer.recorded_at)

    return delegate
