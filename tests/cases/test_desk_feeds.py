"""The desk's page on feeds: who looks after them decides what becomes of a flood."""

from __future__ import annotations

import pytest

from cases.models import Case, ExchangeMessage, Quarantine
from tests.cases.exchange import make_feed, registration, step, take

pytestmark = pytest.mark.django_db

NAMES = [f"flood-{number}" for number in range(30)]


@pytest.fixture
def feed(bureau, station, theft):
    return make_feed(bureau)


@pytest.fixture
def flood(feed, now):
    """A feed that has closed far more than it may, and is held."""
    take(feed, *(registration(name) for name in NAMES), now=now)
    take(feed, *(step(name, 2, "not_filed") for name in NAMES), now=now)
    take(feed, *(step(name, 3, "closed") for name in NAMES), now=now)
    assert Quarantine.objects.filter(feed=feed, ended_at__isnull=True).exists()
    return feed


@pytest.fixture
def feed_manager(appoint, act, bureau):
    return act(appoint("feed-manager", bureau, "feed-manager"))


def test_a_feed_manager_lands_on_the_feeds_and_sees_what_is_held(flood, feed_manager, sign_in):
    page = sign_in(feed_manager).get("/desk/", follow=True)

    assert page.redirect_chain[-1][0] == "/desk/feeds/"
    text = page.content.decode()
    assert "Held since" in text
    assert "Release: the cases are closed" in text


@pytest.mark.parametrize("decision", ["release", "drop"])
def test_the_decision_ends_the_quarantine(flood, feed_manager, sign_in, decision):
    page = sign_in(feed_manager).post(f"/desk/feeds/{flood.code}/{decision}/", follow=True)

    assert "It is decided." in page.content.decode()
    assert not Quarantine.objects.filter(ended_at__isnull=True).exists()
    assert Quarantine.objects.get().is_released is (decision == "release")


def test_what_was_dropped_is_refused_and_closes_nothing(flood, feed_manager, sign_in):
    held = set(ExchangeMessage.objects.held().values_list("source_case_id", flat=True))

    sign_in(feed_manager).post(f"/desk/feeds/{flood.code}/drop/")

    assert held
    assert ExchangeMessage.objects.filter(source_case_id__in=held, code="dropped").count() == len(held)
    assert not Case.objects.filter(source_case_id__in=held, status="closed").exists()


def test_a_second_decision_is_told_that_there_is_nothing_left(flood, feed_manager, sign_in):
    browser = sign_in(feed_manager)
    browser.post(f"/desk/feeds/{flood.code}/drop/")

    page = browser.post(f"/desk/feeds/{flood.code}/release/", follow=True)

    assert "Nothing of this feed is held." in page.content.decode()


@pytest.mark.parametrize("who", ["desk_clerk", "head_of_branch", "foreign_officer"])
def test_nobody_else_decides(flood, who, sign_in, request):
    browser = sign_in(request.getfixturevalue(who))

    assert browser.get("/desk/feeds/").status_code == 403
    assert browser.post(f"/desk/feeds/{flood.code}/release/").status_code in {403, 404}
    assert Quarantine.objects.filter(ended_at__isnull=True).exists()
