"""Residents sign in by a national identity provider: a real one, in a process of its own, over HTTP."""

from __future__ import annotations

import hashlib

import pytest

from foundation.accounts.models import Identity, Person, User
from foundation.accounts.operations.sign_in_by_identity import sign_in_by_identity
from foundation.audit.models import AuditEntry
from foundation.identity_providers.assertion import Assertion
from foundation.identity_providers.assurance import Assurance
from foundation.identity_providers.errors import IdentityRefused
from portal.demo.residents import NEWCOMER, RESIDENTS
from tests.foundation.sign_in.travelling import back, browser, post, query_of, start, travel
from tests.parallel import in_parallel

pytestmark = pytest.mark.django_db


def assertion(**given):
    fields = {
        "provider": "national",
        "subject": "sub-1",
        "assurance": Assurance.HIGH,
        "id_number": NEWCOMER.id_number,
        "name": "演示新居民",
    }
    return Assertion(**{**fields, **given})


def test_whoever_signs_in_for_the_first_time_becomes_known_and_lands_at_their_own_matters(outside):
    client = browser()

    answer = travel(client)

    assert (answer.status_code, answer["Location"]) == (302, "/my/")
    assert client.get("/my/").status_code == 200
    person = Person.objects.get()
    assert (person.name, person.id_number, person.phone) == (NEWCOMER.name, NEWCOMER.id_number, NEWCOMER.phone)
    assert client.session["assurance"] == "high"


def test_whoever_comes_again_is_the_same_person_with_the_same_identity(outside):
    travel(browser())
    travel(browser())

    assert (Person.objects.count(), User.objects.count(), Identity.objects.count()) == (1, 1, 1)


def test_a_person_whom_the_hall_knew_before_is_found_by_the_id_number(outside, now):
    known = Person.objects.create(name="演示居民甲", id_number=RESIDENTS[0].id_number, created_at=now)

    travel(browser(), "resident")

    assert Identity.objects.get().person == known
    assert User.objects.get().person == known


def test_a_page_that_was_asked_for_comes_after_the_sign_in_and_another_site_never(outside):
    assert travel(browser(), next="/my/sign-in/")["Location"] == "/my/sign-in/"
    for elsewhere in ("https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"):
        assert travel(browser(), next=elsewhere)["Location"] == "/my/"


def test_the_journey_begins_with_state_nonce_and_an_s256_challenge_that_are_new_each_time(outside):
    first, second = (query_of(start(browser())["Location"]) for _ in range(2))

    assert first["code_challenge_method"] == "S256"
    assert {"state", "nonce", "code_challenge"} <= set(first)
    assert all(first[name] != second[name] and len(first[name]) >= 43 for name in ("state", "nonce", "code_challenge"))
    assert first["response_type"] == "code"


def test_no_link_begins_a_sign_in(outside):
    assert browser().get("/accounts/identity/national/start/").status_code == 405


def test_a_form_of_another_site_begins_no_sign_in(outside):
    assert start(browser(enforce_csrf_checks=True)).status_code == 403


def test_nothing_that_the_provider_told_is_kept_but_what_the_hall_needs(outside):
    client = browser()
    travel(client)

    row = Identity.objects.values().get()
    kept = {**{name: str(value) for name, value in row.items()}, **{name: str(value) for name, value in client.session.items()}}
    assert not [name for name, value in kept.items() if NEWCOMER.id_number in value or NEWCOMER.phone in value or "newcomer" in value]
    assert bytes(row["subject_digest"]) != hashlib.sha256(b"newcomer").digest()


def test_the_session_has_a_new_id_once_somebody_is_signed_in(outside):
    client = browser()
    away = start(client)["Location"]
    before = client.session.session_key

    back(client, post(away, {"sub": "newcomer"}))

    assert client.session.session_key != before


def test_a_sign_in_is_written_down_with_how_sure_it_was(outside):
    travel(browser())

    row = AuditEntry.objects.get(action="identity.sign_in")
    assert row.changes == {"provider": [None, "national"], "assurance": [None, "high"]}
    assert row.subject_reference == User.objects.get().reference


@pytest.mark.django_db(transaction=True)
def test_sixteen_first_sign_ins_at_the_same_moment_make_one_person(now):
    users = in_parallel(lambda _: sign_in_by_identity(assertion=assertion(), language="en", now=now).pk, 16)

    assert len(set(users)) == 1
    assert (Person.objects.count(), User.objects.count(), Identity.objects.count()) == (1, 1, 1)


@pytest.mark.django_db(transaction=True)
def test_first_sign_ins_by_two_providers_at_the_same_moment_make_one_person(now):
    def sign_in(number):
        other = assertion(provider=f"provider-{number % 2}", subject=f"sub-{number % 2}")
        return sign_in_by_identity(assertion=other, language="en", now=now).pk

    assert len(set(in_parallel(sign_in, 16))) == 1
    assert (Person.objects.count(), Identity.objects.count()) == (1, 2)


def test_a_second_provider_with_the_same_id_number_lands_at_the_same_person_who_is_told(now):
    from foundation.outbox.models import Event

    first = sign_in_by_identity(assertion=assertion(), language="en", now=now)
    second = sign_in_by_identity(assertion=assertion(provider="city", subject="x"), language="en", now=now)

    assert first == second
    assert Event.objects.filter(name="accounts.sign_in_changed", payload__kind="sign-in-linked").count() == 1


def test_a_provider_that_names_another_id_number_than_before_is_refused(now):
    sign_in_by_identity(assertion=assertion(), language="en", now=now)

    with pytest.raises(IdentityRefused) as refusal:
        sign_in_by_identity(assertion=assertion(id_number=RESIDENTS[0].id_number), language="en", now=now)

    assert (refusal.value.code, refusal.value.needs_operator) == ("id_number_changed", True)
    assert Person.objects.count() == 1


def test_nobody_becomes_known_by_a_weak_proof(now):
    with pytest.raises(IdentityRefused) as refusal:
        sign_in_by_identity(assertion=assertion(assurance=Assurance.LOW), language="en", now=now)

    assert refusal.value.code == "assurance_too_low"
    assert not Person.objects.exists()


def test_a_closed_account_stays_closed(now):
    user = sign_in_by_identity(assertion=assertion(), language="en", now=now)
    User.objects.filter(pk=user.pk).update(is_active=False)

    with pytest.raises(IdentityRefused, match="closed"):
        sign_in_by_identity(assertion=assertion(), language="en", now=now)


def test_a_new_name_is_taken_over_from_whoever_proves_it(now):
    sign_in_by_identity(assertion=assertion(), language="en", now=now)
    user = sign_in_by_identity(assertion=assertion(name="演示新姓名"), language="en", now=now)

    assert (user.display_name, Person.objects.get().name) == ("演示新姓名", "演示新姓名")


def test_a_phone_that_signs_somebody_else_in_is_not_taken_from_them_by_a_claim(now):
    sign_in_by_identity(assertion=assertion(phone="13800000009"), language="en", now=now)
    other = assertion(subject="sub-2", id_number=RESIDENTS[0].id_number, phone="13800000009")
    user = sign_in_by_identity(assertion=other, language="en", now=now)

    assert user.person.phone_verified_at is None
    assert Person.objects.signed_in_by_phone("13800000009", now=now).get().id_number == NEWCOMER.id_number


def test_residents_have_no_password(resident_user):
    resident_user.set_password("a password that somebody set")
    resident_user.save()
    client = browser()

    answer = client.post("/accounts/sign-in/", {"login": resident_user.username, "password": "a password that somebody set"})

    assert answer.status_code == 200
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(("language", "words"), [("en", "Sign in with your national identity"), ("zh-hans", "国家网络身份认证")])
def test_one_page_offers_every_way_in_both_languages(outside, language, words):
    page = browser(language).get("/accounts/sign-in/").content.decode()

    assert words in page
    assert page.index('action="/accounts/identity/national/start/"') < page.index('action="/accounts/identity/wechat/start/"')
    assert page.index("/accounts/phone/") < page.index('name="password"')


def test_officers_come_first_for_whoever_was_on_the_way_to_the_desk(outside):
    page = browser().get("/accounts/sign-in/?next=/desk/").content.decode()

    assert page.index('name="password"') < page.index("/accounts/identity/national/start/")


def test_the_forms_of_the_page_may_lead_to_the_providers_and_nowhere_else(outside):
    policy = browser().get("/accounts/sign-in/")["Content-Security-Policy"]

    assert f"form-action 'self' {outside.origin};" in policy + ";"
    assert "form-action 'self';" in browser().get("/q")["Content-Security-Policy"] + ";"
