"""Programs of officers manage accounts and posts as the desk's pages do: same deeds, same refusals, nothing of a phone in full."""

from __future__ import annotations

import pytest

from foundation.accounts.models import Grant, OfficerContact, User
from foundation.audit.models import AuditEntry

pytestmark = pytest.mark.django_db

BASE = "/api/v1/desk/officers/"


@pytest.fixture
def clerk(appoint, station):
    user = appoint("clerk", station, "some-clerk")
    OfficerContact.objects.create(user=user, phone="13900001111")
    return user


@pytest.fixture
def manager(hall_manager, sign_in):
    return sign_in(hall_manager)


def post(client, path, **body):
    return client.post(f"{BASE}{path}", body, content_type="application/json")


def test_the_list_is_by_name_with_posts_and_finds_by_words(manager, clerk, desk_clerk):
    rows = manager.get(BASE).json()["results"]

    assert [row["name"] for row in rows] == ["Desk Clerk", "Hall Manager", "Some Clerk"]
    assert rows[2]["posts"][0]["role"] == "clerk"
    assert [row["reference"] for row in manager.get(BASE, {"q": "some"}).json()["results"]] == [clerk.reference]
    assert manager.get(BASE, {"q": "nobody"}).json() == {"results": [], "next": None}


def test_the_list_costs_the_same_for_one_and_for_many(manager, clerk, appoint, station, django_assert_max_num_queries):
    for number in range(12):
        appoint("clerk", station, f"clerk-{number}")

    with django_assert_max_num_queries(12):
        assert len(manager.get(BASE).json()["results"]) == 14


def test_one_officer_is_told_whole_but_for_the_phone(manager, clerk):
    told = manager.get(f"{BASE}{clerk.reference}/").json()

    assert (told["username"], told["phone"], told["second_factors"]) == ("some-clerk", "139****1111", [])
    assert [each["title"] for each in told["posts"]] == ["Counter clerk"]
    assert "13900001111" not in str(told)


def test_posts_say_in_words_what_they_allow(manager):
    roles = {role["code"]: role for role in manager.get("/api/v1/desk/posts/").json()["results"]}

    assert "Set up officers' accounts, give posts and take them away" in roles["hall-manager"]["allows"]


def test_a_post_is_given_and_taken(manager, clerk, station):
    given = post(manager, f"{clerk.reference}/posts/give/", role="reviewer", organisation=station.code)
    assert {each["role"] for each in given.json()["posts"]} == {"clerk", "reviewer"}
    again = post(manager, f"{clerk.reference}/posts/give/", role="reviewer", organisation=station.code)
    assert (again.status_code, again.json()["code"]) == (409, "already_granted")

    taken = post(manager, f"{clerk.reference}/posts/take/", role="reviewer", organisation=station.code, reason="Moved on")
    assert [each["role"] for each in taken.json()["posts"]] == ["clerk"]
    assert taken.json()["past_posts"][0]["revoked_because"] == "Moved on"


def test_an_account_is_set_up_switched_off_and_on_and_reset(manager, station):
    made = post(manager, "", name="New Officer", badge_number="B-1", username="new.officer", unit=station.code)
    assert made.status_code == 201
    reference = made.json()["officer"]
    assert len(made.json()["code"].replace("-", "")) == 24

    assert post(manager, f"{reference}/switch-off/", reason="On leave").json()["is_active"] is False
    assert post(manager, f"{reference}/switch-off/", reason="On leave").json()["code"] == "account_state_same"
    assert post(manager, f"{reference}/switch-on/", reason="Back").json()["is_active"] is True
    assert post(manager, f"{reference}/reset/", reason="Lost phone").json()["code"] != made.json()["code"]
    assert post(manager, f"{reference}/end-sessions/").json()["open_sessions"] == 0
    assert post(manager, f"{reference}/contact/", phone="139 0000 2222").json()["phone"] == "139****2222"
    actions = AuditEntry.objects.filter(subject_reference=reference).order_by("pk").values_list("action", flat=True)
    assert list(actions) == [
        f"account.{deed}" for deed in ("invite", "disable", "enable", "reset_sign_in", "end_sessions", "change_contact")
    ]


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({"username": "Not Good"}, "username", "username"),
        ({"name": " "}, None, "name"),
        ({"unit": "999999999999"}, "organisation_not_found", None),
        ({"phone": "12"}, "phone", "phone"),
        ({"is_admin": True}, None, "is_admin"),
    ],
)
def test_what_is_wrong_is_told_at_the_field(manager, station, body, code, field):
    given = {"name": "New Officer", "badge_number": "B-1", "username": "new.officer", "unit": station.code} | body
    answer = post(manager, "", **given)

    assert answer.status_code in {400, 404, 422}
    assert code is None or answer.json()["code"] == code
    assert field is None or field in {each["field"] for each in answer.json()["errors"]}
    assert not User.objects.filter(username="new.officer").exists()


def test_nobody_raises_themselves_or_above(manager, hall_manager, clerk, bureau, branch):
    own = post(manager, f"{hall_manager.reference}/posts/give/", role="clerk", organisation=branch.code)
    above = post(manager, f"{clerk.reference}/posts/give/", role="clerk", organisation=bureau.code)
    peer = post(manager, f"{clerk.reference}/posts/give/", role="hall-manager", organisation=branch.code)

    assert [answer.json()["code"] for answer in (own, above, peer)] == ["own_post", "post_above", "manager_from_above"]
    assert Grant.objects.count() == 2


def test_whoever_only_reads_changes_nothing(head_of_unit, clerk, station, sign_in):
    client = sign_in(head_of_unit)

    assert client.get(f"{BASE}{clerk.reference}/").status_code == 200
    assert post(client, f"{clerk.reference}/posts/give/", role="reviewer", organisation=station.code).status_code == 403
    assert post(client, f"{clerk.reference}/switch-off/", reason="No").status_code == 403


def test_without_a_fresh_second_factor_nothing_is_changed(hall_manager, clerk, station, sign_in):
    client = sign_in(hall_manager, minutes_ago=6)

    assert client.get(BASE).status_code == 200
    for path, body in {"posts/give/": {"role": "reviewer", "organisation": station.code}, "reset/": {"reason": "Lost"}}.items():
        answer = post(client, f"{clerk.reference}/{path}", **body)
        assert (answer.status_code, answer.json()["code"]) == (403, "step_up_required")


def test_an_officer_of_another_city_is_not_there(manager, foreign_officer):
    assert manager.get(f"{BASE}{foreign_officer.reference}/").status_code == 404
