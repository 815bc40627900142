"""A post over accounts, the log, decisions or feeds is proposed by one hall manager and given by another."""

from __future__ import annotations

import pytest
import zeal
from django.core.management import call_command
from django.db import IntegrityError, transaction

from foundation import clock
from foundation.accounts.models import Grant, PostProposal, User
from foundation.accounts.operations import decide_post
from foundation.accounts.operations.decide_post import approve_post, refuse_post
from foundation.accounts.operations.grant_role import give_post
from foundation.accounts.operations.invite_officer import reset_sign_in
from foundation.accounts.operations.switch_account import disable_account
from foundation.accounts.rights import needs_two_officers
from foundation.audit.models import AuditEntry
from foundation.errors import Conflict, Hidden, NotAllowed, RuleViolated
from tests.parallel import in_parallel

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def several_operations():
    with zeal.zeal_ignore():
        yield


@pytest.fixture
def second_manager(appoint, act, branch):
    return act(appoint("hall-manager", branch, "second-manager"))


@pytest.fixture
def newcomer(appoint, station):
    return appoint("clerk", station, "newcomer")


@pytest.fixture
def propose(hall_manager, newcomer, station):
    def propose(role="approver", at=station, actor=hall_manager, officer=newcomer):
        return give_post(actor=actor, officer=officer.reference, role=role, organisation=at.code, now=clock.now())

    return propose


def approve(actor, proposal):
    return approve_post(actor=actor, reference=proposal.reference, now=clock.now())


def posts_of(user):
    return set(Grant.objects.live().filter(user=user).values_list("role__code", flat=True))


def test_which_posts_are_of_weight(roles):
    assert {code for code, role in roles.items() if needs_two_officers(role)} == {"auditor", "feed-manager", "approver", "hall-manager"}


def test_one_manager_alone_gives_no_post_of_weight(propose, newcomer, act, station):
    made = propose()

    assert (made.state, posts_of(newcomer)) == ("waiting", {"clerk"})
    assert not act(newcomer).can("correction.decide", station)


def test_the_second_manager_gives_it(propose, second_manager, newcomer, act, station):
    made = propose()
    approve(second_manager, made)

    made.refresh_from_db()
    assert (made.state, made.decided_by) == ("given", second_manager.label)
    assert act(newcomer).can("correction.decide", station)


def test_who_proposed_never_gives(propose, hall_manager, newcomer):
    made = propose()
    with pytest.raises(RuleViolated) as refused:
        approve(hall_manager, made)

    assert (refused.value.code, posts_of(newcomer)) == ("two_officers", {"clerk"})


def test_not_even_in_the_database(propose, hall_manager):
    made = propose()
    with pytest.raises(IntegrityError), transaction.atomic():
        PostProposal.objects.filter(pk=made.pk).update(state="given", decided_by=hall_manager.label, decided_at=clock.now())


def test_if_every_post_were_light_one_manager_would_do(propose, newcomer, monkeypatch):
    """The broken variant: nothing is of weight."""
    monkeypatch.setattr("foundation.accounts.operations.grant_role.needs_two_officers", lambda role: False)
    propose()

    assert "approver" in posts_of(newcomer)


def test_the_officer_concerned_gives_nothing_to_themselves(propose, second_manager, hall_manager, station):
    own = propose(role="feed-manager", officer=User.objects.get(reference=second_manager.reference))
    with pytest.raises(RuleViolated) as refused:
        approve(second_manager, own)

    assert refused.value.code == "own_post"


def test_a_manager_below_or_elsewhere_gives_nothing(propose, appoint, act, station, other_station, branch):
    below, beside = (act(appoint("hall-manager", at, f"manager-{number}")) for number, at in enumerate((station, other_station)))
    made = propose(at=branch)
    for who in (below, beside):
        with pytest.raises(Hidden):
            approve(who, made)
    manager_of_station = propose(role="hall-manager")
    with pytest.raises(NotAllowed) as refused:
        approve(below, manager_of_station)
    assert refused.value.code == "manager_from_above"


def test_who_lost_the_right_meanwhile_gives_nothing(propose, second_manager, act):
    made = propose()
    Grant.objects.filter(user__reference=second_manager.reference).update(revoked_at=clock.now(), revoked_by="test")
    with pytest.raises(Hidden):
        approve(act(User.objects.get(reference=second_manager.reference)), made)


def test_what_changed_since_it_was_proposed_counts(propose, second_manager, hall_manager, newcomer, roles, station):
    for_auditor = propose(role="auditor")
    Grant.objects.create(user=newcomer, role=roles["hall-manager"], organisation=station, granted_at=clock.now(), granted_by="test")
    with pytest.raises(RuleViolated) as duties:
        approve(second_manager, for_auditor)
    other = propose()
    disable_account(actor=hall_manager, officer=newcomer.reference, reason="left", now=clock.now())
    with pytest.raises(RuleViolated) as off:
        approve(second_manager, other)

    assert (duties.value.code, off.value.code) == ("duties_exclude_each_other", "account_disabled")


def test_it_is_proposed_once_decided_once_and_can_be_proposed_anew(propose, second_manager):
    made = propose()
    with pytest.raises(Conflict) as twice:
        propose(actor=second_manager)
    refuse_post(actor=second_manager, reference=made.reference, reason="Nobody knows them", now=clock.now())
    with pytest.raises(Conflict) as late:
        approve(second_manager, made)
    approve(second_manager, propose())
    with pytest.raises(Conflict) as held:
        propose()

    assert [each.value.code for each in (twice, late, held)] == ["already_proposed", "proposal_decided", "already_granted"]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_give_it_at_once_one_is_told(appoint, act, branch, station):
    managers = [act(appoint("hall-manager", branch, f"manager-{number}")) for number in range(4)]
    officer = appoint("clerk", station, "newcomer")
    named = {"officer": officer.reference, "role": "approver", "organisation": station.code, "now": clock.now()}
    made = give_post(actor=managers[0], **named)

    def give(number):
        try:
            approve(managers[1 + number % 3], made)
        except Conflict:
            return "late"
        return "given"

    assert sorted(in_parallel(give, 6)) == ["given", *["late"] * 5]


def test_who_proposed_takes_it_back_and_the_log_tells_all_of_it(propose, hall_manager, second_manager, newcomer):
    first = propose()
    refuse_post(actor=hall_manager, reference=first.reference, reason="The wrong officer", now=clock.now())
    first.refresh_from_db()
    assert first.state == "withdrawn"
    approve(second_manager, propose())

    rows = list(AuditEntry.objects.filter(subject_reference=newcomer.reference).order_by("pk").values_list("action", "actor_reference"))
    one, two = hall_manager.reference, second_manager.reference
    assert rows == [
        ("account.propose_post", one),
        ("account.refuse_post", one),
        ("account.propose_post", one),
        ("account.give_post", two),
    ]


def test_a_reset_lets_posts_of_weight_wait_so_that_one_manager_becomes_no_other(hall_manager, second_manager, appoint, act, branch):
    """Whoever holds the code of a reset is the officer; without this one manager could sign in as the second one, and approve."""
    colleague = appoint("approver", branch, "approving")
    reset_sign_in(actor=hall_manager, officer=colleague.reference, reason="lost the phone", now=clock.now())
    reset_sign_in(actor=hall_manager, officer=second_manager.reference, reason="lost the phone", now=clock.now())

    assert posts_of(colleague) == posts_of(User.objects.get(reference=second_manager.reference)) == set()
    assert {(each.user.username, each.role.code, each.proposed_by) for each in PostProposal.objects.waiting()} == {
        ("approving", "approver", hall_manager.label),
        ("second-manager", "hall-manager", hall_manager.label),
    }


def test_on_the_machine_the_first_managers_are_appointed_at_once(bureau, roles):
    call_command("appoint_officer", "first", "--name", "First Manager", "--badge", "B-1", "--at", bureau.code)

    assert posts_of(User.objects.get(username="first")) == {"hall-manager"}


# --- the two faces ------------------------------------------------------------------------------------------------------


def test_the_pages_lead_from_proposing_to_giving(hall_manager, second_manager, newcomer, station, sign_in):
    first, second = sign_in(hall_manager), sign_in(second_manager)
    path = f"/desk/officers/{newcomer.reference}/"
    said = first.post(f"{path}posts/give/", {"role": "approver", "organisation": station.code}, follow=True).content.decode()
    assert "another hall manager has to give it" in said
    assert "Waits for a second officer" in said
    made = PostProposal.objects.get()
    assert "Your turn" in second.get("/desk/posts/waiting/").content.decode()
    assert "Proposed by you" in first.get("/desk/posts/waiting/").content.decode()
    page = f"/desk/posts/waiting/{made.reference}/"
    assert "Give the post" not in first.get(page).content.decode()
    assert first.post(f"{page}approve/").status_code == 422
    assert second.post(f"{page}approve/").status_code == 302

    assert posts_of(newcomer) == {"clerk", "approver"}
    assert second.get(page).status_code == 404


def test_the_navigation_counts_what_waits(propose, second_manager, desk_clerk, sign_in):
    propose()

    assert "Posts that wait <span" in sign_in(second_manager).get("/desk/officers/").content.decode()
    assert "Posts that wait" not in sign_in(desk_clerk).get("/desk/people/").content.decode()


def test_programs_do_the_same(hall_manager, second_manager, newcomer, station, sign_in):
    first, second = sign_in(hall_manager), sign_in(second_manager)

    def post(client, path, **body):
        answer = client.post(f"/api/v1/desk/{path}", body, content_type="application/json")
        return answer.status_code, answer.json()

    status, told = post(first, f"officers/{newcomer.reference}/posts/give/", role="auditor", organisation=station.code)
    assert (status, [each["role"] for each in told["posts"]], told["waiting_posts"][0]["role"]) == (200, ["clerk"], "auditor")
    waiting = second.get("/api/v1/desk/posts/waiting/").json()["results"]
    reference = waiting[0]["reference"]
    assert post(first, f"posts/waiting/{reference}/approve/")[1]["code"] == "two_officers"
    assert post(second, f"posts/waiting/{reference}/refuse/", reason="Not yet")[1]["waiting_posts"] == []
    assert post(second, f"posts/waiting/{reference}/approve/")[0] == 404


def test_the_lock_is_taken_on_the_proposal_itself(propose, second_manager):
    made = propose()
    _proposal, user = decide_post._open(second_manager, made.reference)

    assert user.username == "newcomer"
