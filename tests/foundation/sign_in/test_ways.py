"""By what a person signs in, and changing it: with proof, told to the owner, and never the last way taken away."""

from __future__ import annotations

from datetime import timedelta

import pytest
import zeal

from foundation import clock
from foundation.accounts.models import Identity, Person, PhoneChange
from foundation.accounts.operations import change_phone as changing
from foundation.accounts.operations.change_phone import NumberTaken, apply_due_changes, change_phone, confirm_change, stop_change
from foundation.accounts.operations.link_identity import link_identity, unlink_identity
from foundation.accounts.operations.sign_in_by_identity import link
from foundation.errors import Conflict, Hidden, NotFound
from foundation.identity_providers.assertion import Assertion
from foundation.identity_providers.assurance import Assurance
from foundation.identity_providers.errors import IdentityRefused
from foundation.outbox.models import Event
from tests.foundation.sign_in.travelling import back, browser, post, start, travel

pytestmark = pytest.mark.django_db

OLD, NEW = "13800000001", "13811112222"


@pytest.fixture(autouse=True)
def several_operations():
    """Each operation reads its person anew, under a lock; a test that calls several is no page that reads rows one by one."""
    with zeal.zeal_ignore():
        yield


@pytest.fixture
def mine(resident_user):
    """A resident whose number signs them in."""
    moment = clock.now()
    Person.objects.filter(pk=resident_user.person_id).update(phone_verified_at=moment, phone_used_at=moment)
    person = Person.objects.get(pk=resident_user.person_id)
    person.save()
    return type(resident_user).objects.select_related("person").get(pk=resident_user.pk)


def wechat(subject="unionid:u-mine"):
    return Assertion(provider="wechat", subject=subject, assurance=Assurance.LOW)


def told():
    return [event.payload["kind"] for event in Event.objects.filter(name="accounts.sign_in_changed").order_by("created_at")]


def number_of(user):
    return Person.objects.filter(pk=user.person_id).first().phone


def test_a_new_number_waits_a_day_and_the_old_one_hears_of_it(mine):
    now = clock.now()
    change = change_phone(user=mine, number=NEW, language="en", now=now)

    assert (change.takes_effect_at - now, number_of(mine), told()) == (timedelta(hours=24), OLD, ["phone-change-waits"])
    assert apply_due_changes(now=now + timedelta(hours=23, minutes=59)) == 0
    assert apply_due_changes(now=now + timedelta(hours=24)) == 1
    assert (number_of(mine), told()[-1]) == (NEW, "phone-changed")


def test_a_code_to_the_old_number_lets_it_act_at_once(mine):
    now = clock.now()
    change_phone(user=mine, number=NEW, language="en", now=now)

    with pytest.raises(NotFound):
        confirm_change(user=mine, proved=NEW, now=now)
    confirm_change(user=mine, proved=OLD, now=now)

    assert number_of(mine) == NEW


def test_a_change_can_be_stopped(mine):
    now = clock.now()
    change_phone(user=mine, number=NEW, language="en", now=now)
    stop_change(user=mine, now=now)

    assert apply_due_changes(now=now + timedelta(days=2)) == 0
    assert number_of(mine) == OLD
    assert changing.forget_old_changes(now=now + timedelta(days=31)) == 1


def test_a_newer_change_replaces_the_one_that_waits(mine):
    now = clock.now()
    change_phone(user=mine, number=NEW, language="en", now=now)
    change_phone(user=mine, number="13833334444", language="en", now=now)

    assert [change.number for change in PhoneChange.objects.waiting()] == ["13833334444"]


def test_a_number_that_signs_somebody_else_in_is_not_to_be_had_until_it_sleeps(mine, neighbour):
    from foundation.accounts.models import User

    other, now = User.objects.select_related("person").get(reference=neighbour.reference), clock.now()

    with pytest.raises(NumberTaken):
        change_phone(user=other, number=OLD, language="en", now=now)
    assert change_phone(user=other, number=OLD, language="en", now=now + timedelta(days=91)) is None
    assert Person.objects.with_proved_phone(OLD).get() == other.person


def test_a_way_is_added_once_and_the_person_is_told(mine):
    now = clock.now()
    link_identity(user=mine, assertion=wechat(), language="en", now=now)

    assert told() == ["sign-in-linked"]
    with pytest.raises(Conflict):
        link_identity(user=mine, assertion=wechat(), language="en", now=now + timedelta(seconds=1))


def test_somebody_elses_account_cannot_be_added(mine, neighbour):
    now = clock.now()
    link(person=Person.objects.exclude(pk=mine.person_id).get(), assertion=wechat(), now=now - timedelta(days=1))

    with pytest.raises(IdentityRefused, match="somebody else"):
        link_identity(user=mine, assertion=wechat(), language="en", now=now)
    stranger = Assertion(provider="city", subject="x", assurance=Assurance.HIGH, id_number="310105190001010041")
    with pytest.raises(IdentityRefused):
        link_identity(user=mine, assertion=stranger, language="en", now=now)


def test_the_last_way_in_is_never_taken_away(mine):
    now = clock.now()
    identity = link_identity(user=mine, assertion=wechat(), language="en", now=now)
    Person.objects.filter(pk=mine.person_id).update(phone_verified_at=None, phone_used_at=None)

    with pytest.raises(Conflict):
        unlink_identity(user=mine, identity=identity.pk, language="en", now=now)
    assert Identity.objects.count() == 1


def test_another_persons_way_is_not_there(mine, neighbour):
    theirs = link(person=Person.objects.exclude(pk=mine.person_id).get(), assertion=wechat(), now=clock.now())

    with pytest.raises(Hidden):
        unlink_identity(user=mine, identity=theirs.pk, language="en", now=clock.now())


def test_wechat_is_linked_and_then_signs_in_and_a_stranger_does_not(outside):
    client = browser()
    travel(client, "newcomer")
    away = start(client, "wechat", purpose="link")["Location"]
    assert back(client, post(away.partition("#")[0], {"account": "wx-xin"}))["Location"] == "/my/sign-in/"

    assert travel_by_wechat("wx-xin")["Location"] == "/my/"
    assert travel_by_wechat("wx-stranger").status_code == 409


def travel_by_wechat(account):
    client = browser()
    return back(client, post(start(client, "wechat")["Location"].partition("#")[0], {"account": account}))


def test_whoever_has_not_confirmed_lately_is_asked_to_before_a_change(resident, sign_in):
    answer = sign_in(resident, minutes_ago=6).get("/my/sign-in/phone/")

    assert answer["Location"] == "/accounts/confirm/?next=%2Fmy%2Fsign-in%2Fphone%2F"


def test_a_fresh_sign_in_at_the_provider_confirms_and_leads_back(outside):
    client = browser()
    travel(client, "newcomer")
    away = start(client, purpose="confirm", next="/my/sign-in/phone/")["Location"]

    assert "prompt=login" in away and "max_age=0" in away
    assert back(client, post(away, {"sub": "newcomer"}))["Location"] == "/my/sign-in/phone/"


def test_another_person_at_the_provider_confirms_nothing(outside):
    client = browser()
    travel(client, "newcomer")
    away = start(client, purpose="confirm")["Location"]

    assert back(client, post(away, {"sub": "resident"})).status_code == 409
