"""Officers' accounts and posts: who may change whose, what is refused, and what is written down."""

from __future__ import annotations

from datetime import timedelta

import pytest
import yaml
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

from foundation.accounts.actors import command_actor
from foundation.accounts.models import Grant, OfficerContact, SignIn, User
from foundation.accounts.operations.change_contact import change_contact
from foundation.accounts.operations.end_sign_ins import end_sign_ins_of
from foundation.accounts.operations.grant_role import give_post, take_post_away
from foundation.accounts.operations.invite_officer import InvitationRefused, accept_invitation, invite_officer, reset_sign_in
from foundation.accounts.operations.switch_account import disable_account, enable_account
from foundation.accounts.queries import officers_for
from foundation.accounts.rights import check_duties, check_may_grant
from foundation.audit.models import AuditEntry
from foundation.errors import Conflict, Hidden, NotAllowed, RuleViolated, TooManyRequests
from foundation.limits.rules import INVITATION_SOURCE
from tests.parallel import in_parallel

pytestmark = pytest.mark.django_db
PASSWORD = "four words nobody joins"


@pytest.fixture
def give(hall_manager, station, now):
    def give(officer, role="clerk", at=None, actor=None):
        named = {"officer": officer.reference, "role": role, "organisation": (at or station).code}
        return give_post(actor=actor or hall_manager, now=now, **named)

    return give


@pytest.fixture
def switch_off(hall_manager, now):
    def switch_off(officer, actor=None):
        return disable_account(actor=actor or hall_manager, officer=officer.reference, reason="left the force", now=now)

    return switch_off


@pytest.fixture
def invite(hall_manager, station, now):
    def invite(**given):
        named = {"username": "new-officer", "display_name": "New Officer", "badge_number": "B-9", "unit": station}
        return invite_officer(**{"actor": hall_manager, "now": now} | named | given)

    return invite


def last_entry():
    return AuditEntry.objects.filter(action__startswith="account.").exclude(action="account.sign_in").order_by("-pk").first()


# --- giving and taking posts ------------------------------------------------------------------------------------------


def test_a_hall_manager_gives_a_post_at_a_unit_below_and_it_is_written_down(give, desk_clerk, act, other_station, hall_manager):
    give(desk_clerk, "handling-officer", other_station)

    officer = act(User.objects.get(reference=desk_clerk.reference))
    assert officer.can("case.publish", other_station)
    entry = last_entry()
    assert (entry.action, entry.capability, entry.actor_reference) == ("account.give_post", "account.grant", hall_manager.reference)
    assert entry.changes == {"post": [None, f"handling-officer:{other_station.code}"]}


@pytest.mark.parametrize("place", ["bureau", "foreign_station"])
def test_nobody_gives_a_post_above_or_elsewhere(request, give, desk_clerk, place):
    with pytest.raises(NotAllowed) as refused:
        give(desk_clerk, at=request.getfixturevalue(place))
    assert refused.value.code == "post_above"


def test_nobody_gives_a_post_to_themselves(give, hall_manager, station):
    with pytest.raises(RuleViolated) as refused:
        give(hall_manager)
    assert refused.value.code == "own_post"


@pytest.mark.parametrize("who", ["desk_clerk", "head_of_unit", "auditor", "resident"])
def test_who_manages_no_posts_gives_none(request, give, handling_officer, who):
    with pytest.raises((NotAllowed, Hidden)):
        give(handling_officer, actor=request.getfixturevalue(who))


def test_a_hall_manager_makes_no_other_at_the_own_level_but_below(give, desk_clerk, branch, station):
    with pytest.raises(NotAllowed) as refused:
        give(desk_clerk, "hall-manager", branch)
    assert refused.value.code == "manager_from_above"
    assert give(desk_clerk, "hall-manager", station).state == "waiting"


def test_nobody_watches_over_what_they_do_themselves(give, desk_clerk, roles):
    Grant.objects.filter(user__reference=desk_clerk.reference).update(role=roles["auditor"])
    with pytest.raises(RuleViolated) as refused:
        give(desk_clerk, "hall-manager")
    assert refused.value.code == "duties_exclude_each_other"


def test_the_rule_of_duties_can_fail(desk_clerk, roles, monkeypatch):
    monkeypatch.setattr("foundation.accounts.rights._WATCHING", "nothing")
    officer = User.objects.get(reference=desk_clerk.reference)
    Grant.objects.filter(user=officer).update(role=roles["auditor"])

    check_duties(officer, roles["hall-manager"])


def test_a_post_is_given_once(give, desk_clerk):
    with pytest.raises(Conflict):
        give(desk_clerk, "clerk")


def test_an_officer_of_another_bureau_is_not_known(give, foreign_officer):
    with pytest.raises(Hidden):
        give(foreign_officer)


def test_a_post_taken_away_is_gone_at_the_next_request_with_its_reason(desk_clerk, hall_manager, station, sign_in, now):
    browser = sign_in(desk_clerk)
    assert browser.get("/desk/register/").status_code == 200
    named = {"officer": desk_clerk.reference, "role": "clerk", "organisation": station.code}
    take_post_away(actor=hall_manager, reason="moved to the archive", now=now, **named)

    assert browser.get("/desk/register/").status_code in {403, 404}
    assert last_entry().changes["reason"] == [None, "moved to the archive"]
    with pytest.raises(Conflict):
        take_post_away(actor=hall_manager, reason="again", now=now, **named)


def test_of_two_managers_who_take_a_post_at_once_one_is_told(transactional_db, appoint, act, roles, branch, station, now):
    manager, clerk = act(appoint("hall-manager", branch, "hall-manager")), appoint("clerk", station, "desk-clerk")

    def take(_number):
        try:
            take_post_away(actor=manager, officer=clerk.reference, role="clerk", organisation=station.code, reason="moved", now=now)
        except Conflict:
            return "refused"
        return "taken"

    assert sorted(in_parallel(take, 4)) == ["refused", "refused", "refused", "taken"]


# --- switching accounts off and on ------------------------------------------------------------------------------------


def test_an_account_switched_off_can_be_switched_on_with_its_posts(switch_off, desk_clerk, hall_manager, now, act, station):
    switch_off(desk_clerk)
    assert last_entry().changes == {"is_active": [True, False], "reason": [None, "left the force"]}
    enable_account(actor=hall_manager, officer=desk_clerk.reference, reason="came back", now=now)

    officer = User.objects.get(reference=desk_clerk.reference)
    assert officer.is_active
    assert act(officer).can("case.register", station)


def test_nobody_switches_off_themselves_or_somebody_above(switch_off, hall_manager, appoint, act, bureau, branch, station):
    with pytest.raises(RuleViolated):
        switch_off(hall_manager)
    both = appoint("clerk", station, "clerk-and-more")
    Grant.objects.create(user=both, role=Grant.objects.get(user=both).role, organisation=bureau, granted_at=both.created_at, granted_by="t")
    with pytest.raises(NotAllowed) as refused:
        switch_off(both)
    assert refused.value.code == "officer_of_another_unit"


def test_a_thing_done_twice_is_told(switch_off, desk_clerk):
    switch_off(desk_clerk)
    with pytest.raises(Conflict):
        switch_off(desk_clerk)


@pytest.mark.parametrize("reason", ["", "   ", "x" * 201])
def test_a_reason_is_given(hall_manager, desk_clerk, now, reason):
    with pytest.raises(RuleViolated) as refused:
        disable_account(actor=hall_manager, officer=desk_clerk.reference, reason=reason, now=now)
    assert refused.value.field == "reason"


def test_an_account_that_is_off_gets_no_post(switch_off, give, desk_clerk):
    switch_off(desk_clerk)
    with pytest.raises(RuleViolated):
        give(desk_clerk, "handling-officer")


def test_a_manager_ends_the_sessions_of_an_officer(desk_clerk, hall_manager, sign_in, clock_now):
    browser = sign_in(desk_clerk)
    assert end_sign_ins_of(actor=hall_manager, officer=desk_clerk.reference, now=clock_now) == 1

    assert browser.get("/desk/").status_code == 302


# --- phones -----------------------------------------------------------------------------------------------------------


def test_two_officers_never_have_the_same_phone(desk_clerk, handling_officer, hall_manager, now):
    change_contact(actor=hall_manager, officer=desk_clerk.reference, phone="138 0000 0001", now=now)
    with pytest.raises(Conflict) as refused:
        change_contact(actor=hall_manager, officer=handling_officer.reference, phone="+86 13800000001", now=now)

    assert (refused.value.code, refused.value.field) == ("phone_taken", "phone")
    assert OfficerContact.objects.count() == 1


def test_the_log_keeps_a_phone_masked(desk_clerk, hall_manager, now):
    change_contact(actor=hall_manager, officer=desk_clerk.reference, phone="13800000001", now=now)
    change_contact(actor=hall_manager, officer=desk_clerk.reference, phone="13900000002", now=now)

    assert last_entry().changes == {"phone": ["138****0001", "139****0002"]}


def test_the_phone_of_who_left_is_free_and_returning_to_it_is_a_conflict(desk_clerk, handling_officer, hall_manager, switch_off, now):
    change_contact(actor=hall_manager, officer=desk_clerk.reference, phone="13800000001", now=now)
    switch_off(desk_clerk)
    change_contact(actor=hall_manager, officer=handling_officer.reference, phone="13800000001", now=now)
    with pytest.raises(Conflict) as refused:
        enable_account(actor=hall_manager, officer=desk_clerk.reference, reason="came back", now=now)

    assert refused.value.code == "phone_taken"
    assert not User.objects.get(reference=desk_clerk.reference).is_active


# --- new accounts -----------------------------------------------------------------------------------------------------


def test_a_new_officer_sets_the_password_and_a_second_factor_before_seeing_anything(invite, new_browser, clock_now):
    officer, code = invite(now=clock_now)
    browser = new_browser()
    opened = browser.post("/accounts/invitation/", {"code": code.lower(), "password": PASSWORD, "again": PASSWORD}, follow=True)

    assert opened.redirect_chain[-1][0] == "/accounts/second-factor/app/"
    officer.refresh_from_db()
    assert officer.check_password(PASSWORD)


def test_a_code_opens_an_account_once_and_in_time(invite, now):
    _officer, code = invite()
    late = now + timedelta(hours=72)
    with pytest.raises(InvitationRefused):
        accept_invitation(code=code, password=PASSWORD, source="10.0.0.0/24", now=late)
    accept_invitation(code=code, password=PASSWORD, source="10.0.0.0/24", now=now)
    with pytest.raises(InvitationRefused):
        accept_invitation(code=code, password=PASSWORD, source="10.0.0.0/24", now=now)


def test_of_many_who_use_a_code_at_once_one_opens_the_account(transactional_db, appoint, act, branch, station, now):
    manager = act(appoint("hall-manager", branch, "hall-manager"))
    named = {"actor": manager, "username": "new-officer", "display_name": "New Officer", "badge_number": "B-9", "unit": station}
    _officer, code = invite_officer(**named, now=now)

    def use(number):
        try:
            accept_invitation(code=code, password=f"{PASSWORD} {number}", source=f"10.0.{number}.0/24", now=now)
        except InvitationRefused:
            return "refused"
        return "opened"

    assert sorted(in_parallel(use, 6)) == ["opened", *["refused"] * 5]


def test_a_weak_password_costs_neither_the_code_nor_an_attempt(invite, now):
    _officer, code = invite()
    for _ in range(INVITATION_SOURCE.allowed + 1):
        with pytest.raises(RuleViolated):
            accept_invitation(code=code, password="new-officer1", source="10.0.0.0/24", now=now)

    assert accept_invitation(code=code, password=PASSWORD, source="10.0.0.0/24", now=now)


def test_guessing_codes_is_limited(invite, now):
    invite()
    for _ in range(INVITATION_SOURCE.allowed):
        with pytest.raises(InvitationRefused):
            accept_invitation(code="0" * 24, password=PASSWORD, source="10.0.0.0/24", now=now)
    with pytest.raises(TooManyRequests):
        accept_invitation(code="0" * 24, password=PASSWORD, source="10.0.0.0/24", now=now)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"username": "desk-clerk"}, "username"),
        ({"username": "Capital Letters"}, "username"),
        ({"badge_number": "B-desk-clerk"}, "badge_number"),
        ({"badge_number": ""}, "badge_number"),
        ({"display_name": " "}, "display_name"),
        ({"phone": "110"}, "phone"),
    ],
)
def test_what_is_wrong_with_a_new_account_is_named(invite, desk_clerk, given, field):
    with pytest.raises((Conflict, RuleViolated)) as refused:
        invite(**given)
    assert refused.value.field == field
    assert not User.objects.filter(username="new-officer").exists()


def test_an_account_is_set_up_only_at_or_below_the_own_unit(invite, bureau):
    with pytest.raises(NotAllowed):
        invite(unit=bureau)


def test_a_reset_takes_password_factor_and_sessions_and_nothing_is_opened_but_by_the_new_code(desk_clerk, hall_manager, sign_in, clock_now):
    officer = User.objects.get(reference=desk_clerk.reference)
    officer.set_password(PASSWORD)
    officer.save()
    TOTP.activate(officer, generate_totp_secret())
    browser = sign_in(desk_clerk)
    code = reset_sign_in(actor=hall_manager, officer=officer.reference, reason="lost the phone", now=clock_now)
    officer.refresh_from_db()

    assert not officer.has_usable_password()
    assert not Authenticator.objects.filter(user=officer).exists()
    assert set(SignIn.objects.filter(user=officer).values_list("end", flat=True)) == {"reset"}
    assert browser.get("/desk/").status_code == 302
    assert last_entry().changes["second_factors"] == [["totp"], []]
    assert accept_invitation(code=code, password="another four words", source="10.0.0.0/24", now=clock_now) == officer


def test_a_second_reset_makes_the_first_code_worthless(invite, hall_manager, now):
    officer, first = invite()
    reset_sign_in(actor=hall_manager, officer=officer.reference, reason="never came", now=now)
    with pytest.raises(InvitationRefused):
        accept_invitation(code=first, password=PASSWORD, source="10.0.0.0/24", now=now)


# --- pages ------------------------------------------------------------------------------------------------------------


def test_officers_are_listed_by_unit_and_found_by_name_and_badge(
    hall_manager, desk_clerk, handling_officer, auditor, foreign_officer, sign_in
):
    browser = sign_in(hall_manager)
    names = [each.display_name for each in browser.get("/desk/officers/").context["officers"]]
    assert names == ["Desk Clerk", "Hall Manager", "Handling Officer"]
    assert [each.username for each in browser.get("/desk/officers/?q=b-desk").context["officers"]] == ["desk-clerk"]


@pytest.mark.parametrize("who", ["desk_clerk", "resident"])
def test_who_may_not_read_accounts_sees_none(request, who, sign_in):
    assert sign_in(request.getfixturevalue(who)).get("/desk/officers/").status_code in {403, 404}


def test_a_page_of_officers_asks_a_fixed_number_of_queries(hall_manager, appoint, station, sign_in, django_assert_max_num_queries):
    for number in range(12):
        appoint("clerk", station, f"clerk-{number}")
    browser = sign_in(hall_manager)
    with django_assert_max_num_queries(14):
        assert len(browser.get("/desk/officers/").context["officers"]) == 13


def test_one_sees_an_officers_posts_in_plain_sentences_and_never_the_whole_phone(hall_manager, desk_clerk, sign_in, now):
    change_contact(actor=hall_manager, officer=desk_clerk.reference, phone="13800000001", now=now)
    page = sign_in(hall_manager).get(f"/desk/officers/{desk_clerk.reference}/").content.decode()

    assert "Takes reports at the counter" in page
    assert "138****0001" in page
    assert "13800000001" not in page


ACTIONS = ("posts/give/", "switch-off/", "reset/", "end-sessions/", "contact/")


@pytest.mark.parametrize("action", ACTIONS)
def test_every_change_asks_first_who_it_is(hall_manager, desk_clerk, sign_in, action):
    path = f"/desk/officers/{desk_clerk.reference}/{action}"

    assert sign_in(hall_manager).get(path).status_code == 200
    assert sign_in(hall_manager, minutes_ago=6).get(path).status_code == 302
    assert sign_in(hall_manager, minutes_ago=6).post(path, {"reason": "x"}).status_code == 403


@pytest.mark.parametrize("action", ACTIONS)
def test_a_head_of_unit_reads_accounts_and_changes_none(head_of_unit, desk_clerk, sign_in, action):
    browser = sign_in(head_of_unit)
    path = f"/desk/officers/{desk_clerk.reference}/"

    assert browser.get(path).status_code == 200
    assert browser.post(path + action, {"reason": "x", "phone": "13800000001", "role": "clerk"}).status_code == 403


def test_the_pages_do_what_they_say(hall_manager, desk_clerk, other_station, sign_in):
    browser, path = sign_in(hall_manager), f"/desk/officers/{desk_clerk.reference}/"
    given = {"role": "handling-officer", "organisation": other_station.code}
    assert browser.post(path + "posts/give/", given).status_code == 302
    assert browser.post(path + "posts/give/", given).status_code == 409
    assert browser.post(path + f"posts/handling-officer/{other_station.code}/take/", {"reason": "moved"}).status_code == 302
    assert browser.post(path + "contact/", {"phone": "110"}).status_code == 422
    assert browser.post(path + "contact/", {"phone": "13800000001"}).status_code == 302
    assert browser.post(path + "switch-off/", {"reason": ""}).status_code == 422
    assert browser.post(path + "switch-off/", {"reason": "left"}).status_code == 302
    assert browser.post(path + "switch-on/", {"reason": "came back"}).status_code == 302
    assert browser.post(path + "end-sessions/").status_code == 302
    assert len(browser.post(path + "reset/", {"reason": "lost the phone"}).context["code"]) == 29


def test_a_new_account_is_set_up_on_a_page_that_shows_its_code_once(hall_manager, station, sign_in):
    browser = sign_in(hall_manager)
    typed = {"display_name": "演示新人", "badge_number": "B-9", "username": "new-officer", "unit": station.code, "phone": ""}
    made = browser.post("/desk/officers/new/", typed)

    assert made.status_code == 200
    assert made.context["code"] in made.content.decode()
    assert "no-store" in made["Cache-Control"]
    again = browser.post("/desk/officers/new/", typed | {"badge_number": "B-10"})
    assert (again.status_code, list(again.context["form"].errors)) == (409, ["username"])


def test_every_capability_of_every_post_is_told_in_words(settings, roles):
    words = yaml.safe_load((settings.SEEDS / "accounts" / "capabilities.yaml").read_text(encoding="utf-8"))
    told = {row["code"] for row in words}

    assert {capability for role in roles.values() for capability in role.capabilities} <= told
    # A comma without quotes would cut a sentence off and leave its rest as a name of nothing.
    assert all(set(row["allows"]) == {"en", "zh"} and all(row["allows"].values()) for row in words)


@pytest.mark.parametrize(("language", "words"), [("en", "Register a report"), ("zh-hans", "受理报案")])
def test_the_page_of_posts_speaks_both_languages(hall_manager, sign_in, language, words):
    assert words in sign_in(hall_manager, language=language).get("/desk/posts/").content.decode()


def test_the_first_hall_manager_of_a_city_is_appointed_on_the_machine(bureau, roles, act, capsys):
    from django.core.management import CommandError, call_command

    call_command("appoint_officer", "first", "--name", "First Manager", "--badge", "B-1", "--at", bureau.code)
    officer = User.objects.get(username="first")

    assert act(officer).can("account.grant", bureau)
    assert len(capsys.readouterr().out.split()[-1]) == 29
    with pytest.raises(CommandError, match="user name"):
        call_command("appoint_officer", "first", "--name", "Again", "--badge", "B-2", "--at", bureau.code)


def test_a_command_may_read_and_appoint_anywhere(bureau, desk_clerk, foreign_officer, roles):
    machine = command_actor("appoint", capabilities=frozenset({"account.read", "account.grant"}))
    check_may_grant(machine, officer=User.objects.get(reference=desk_clerk.reference), role=roles["hall-manager"], at=bureau)

    assert officers_for(machine, "account.read").count() == 2


@pytest.fixture
def clock_now():
    from foundation import clock

    return clock.now()


@pytest.mark.parametrize(("role", "begins"), [("hall-manager", "/desk/officers/"), ("feed-manager", "/desk/feeds/")])
def test_who_reads_no_cases_begins_with_what_the_post_is_for(appoint, bureau, sign_in, role, begins):
    assert sign_in(appoint(role, bureau, "somebody")).get("/desk/")["Location"] == begins


def test_who_has_no_password_has_none_to_change(desk_clerk, sign_in):
    assert sign_in(desk_clerk).get("/accounts/password/").status_code == 404
