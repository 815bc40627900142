"""One code opens one matter, and what it does not open looks the same whatever the reason."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
import redis
from django.conf import settings as site
from django.db import IntegrityError, transaction

from foundation import inquiries
from foundation.errors import Conflict, DomainError, NotFound, RuleViolated, TooManyRequests, Unavailable
from foundation.inquiries import codes, hashing, registry
from foundation.inquiries.matters import Handler, Matter
from foundation.inquiries.models import InquiryCode
from foundation.inquiries.operations import issue_code as issuing
from foundation.inquiries.operations.issue_code import issue_code
from foundation.inquiries.operations.look_up import look_up_by_token, look_up_by_typed
from foundation.inquiries.operations.revoke_code import revoke_code
from foundation.inquiries.operations.rotate_code import rotate_code
from foundation.limits.models import Bucket
from foundation.limits.rules import INQUIRY_PLATFORM, INQUIRY_SELECTOR, INQUIRY_SOURCE
from tests.parallel import in_parallel

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOME = "203.0.113.0/24"
LOST = InquiryCode.RevokeReason.LOST


class Cabinet:
    """Plays a service: it has matters, some are closed, and it writes down who looked."""

    def __init__(self):
        self.closed = set()
        self.looks = []

    def resolve(self, reference, *, viewer, now):
        if reference in self.closed:
            return None
        self.looks.append((reference, viewer.way, viewer.network, now))
        handler = Handler(name="Xinjing Police Station", phone="021-62310110", address="1 Xinjing Road")
        return Matter(kind="thing", reference=reference, title="Report", status=None, handled_by=handler, next_step=None, progress=())


@pytest.fixture
def cabinet(monkeypatch):
    monkeypatch.setattr(registry, "_resolvers", {})
    cabinet = Cabinet()
    inquiries.register("thing", cabinet.resolve)
    return cabinet


@pytest.fixture
def hashes(monkeypatch):
    """Counts how often Argon2 runs for look-ups."""
    calls = []
    plain = hashing.verify_argon2
    monkeypatch.setattr(hashing, "verify_argon2", lambda stored, peppered: calls.append(stored) or plain(stored, peppered))
    return calls


def issue(reference="T-1", **kwargs):
    return issue_code(kind="thing", subject_reference=reference, bureau_code="310000", actor="officer:U-1", now=NOW, **kwargs)


def rotate(reference="T-1", now=NOW):
    return rotate_code(kind="thing", subject_reference=reference, bureau_code="310000", actor="officer:U-1", now=now)


def revoke(reference="T-1"):
    revoke_code(kind="thing", subject_reference=reference, reason=LOST, actor="officer:U-1", now=NOW)


def typed(text, source=HOME, now=NOW):
    return look_up_by_typed(text=text, source=source, now=now)


def scanned(token, source=HOME, now=NOW):
    return look_up_by_token(token=token, source=source, now=now)


def wrong_secret_for(code):
    """Return another well-formed code for the same selector."""
    selector = codes.parse_typed_code(code).selector
    return codes.TypedCode(selector=selector, secret=codes.new_typed_code().secret).printed


def refusal(work):
    with pytest.raises(DomainError) as caught:
        work()
    return caught.value


def answer(error):
    """Return everything that a face could show of a refusal."""
    return type(error), error.code, str(error.message), error.field, vars(error).keys()


# --- what opens -------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_both_secrets_of_a_receipt_open_the_matter_and_the_look_is_recorded(cabinet):
    code = issue()
    assert scanned(code.token).reference == typed(code.typed.lower()).reference == "T-1"
    assert cabinet.looks == [("T-1", "qr", HOME, NOW), ("T-1", "typed", HOME, NOW)]


@pytest.mark.django_db
def test_a_token_costs_one_query_beside_the_service_and_no_argon2(cabinet, hashes, django_assert_num_queries):
    code = issue()
    with django_assert_num_queries(1):
        scanned(f"https://hall.example.gov/q#{code.token}")
    assert hashes == []


@pytest.mark.django_db
def test_a_right_typed_code_costs_one_argon2_and_uses_nothing_up(cabinet, hashes):
    code = issue()
    for _ in range(INQUIRY_SELECTOR.allowed + 1):
        typed(code.typed)
    assert len(hashes) == INQUIRY_SELECTOR.allowed + 1
    assert set(Bucket.objects.values_list("taken", flat=True)) == {0}


# --- what does not ----------------------------------------------------------------------------------------------------


def unknown(cabinet):
    issue()
    return codes.new_typed_code().printed, codes.new_token()


def wrong(cabinet):
    return wrong_secret_for(issue().typed), codes.new_token()


def revoked(cabinet):
    code = issue()
    revoke()
    return code.typed, code.token


def replaced(cabinet):
    code = issue()
    rotate()
    return code.typed, code.token


def expired(cabinet):
    code = issue(expires_at=NOW)
    return code.typed, code.token


def closed(cabinet):
    code = issue()
    cabinet.closed.add("T-1")
    return code.typed, code.token


STATES = [unknown, wrong, revoked, replaced, expired, closed]


@pytest.mark.django_db
@pytest.mark.parametrize("state", STATES)
def test_what_a_typed_code_does_not_open_is_answered_alike_after_exactly_one_argon2(cabinet, hashes, state):
    code, _token = state(cabinet)
    issue("T-2")
    expected = refusal(lambda: typed(codes.new_typed_code().printed))
    hashes.clear()
    found = refusal(lambda: typed(code))
    assert isinstance(found, NotFound)
    assert (answer(found), found.code) == (answer(expected), "inquiry_not_found")
    assert len(hashes) == 1
    assert cabinet.looks == []


@pytest.mark.django_db
@pytest.mark.parametrize("state", STATES)
def test_what_a_token_does_not_open_is_answered_alike(cabinet, hashes, state):
    _code, token = state(cabinet)
    assert answer(refusal(lambda: scanned(token))) == answer(refusal(lambda: scanned("no token at all")))
    assert refusal(lambda: scanned(token)).code == "inquiry_not_found"
    assert hashes == cabinet.looks == []


@pytest.mark.django_db
@pytest.mark.parametrize("state", STATES)
def test_the_limits_treat_alike_what_does_not_open(cabinet, state):
    code, _token = state(cabinet)
    refusals = [refusal(lambda: typed(code)) for _ in range(INQUIRY_SELECTOR.allowed + 1)]
    assert [each.status for each in refusals] == [404] * INQUIRY_SELECTOR.allowed + [429]
    assert refusals[-1].retry_after == INQUIRY_SELECTOR.window.total_seconds()


@pytest.mark.django_db
def test_an_unexpired_code_opens_until_its_last_moment(cabinet):
    code = issue(expires_at=NOW + MINUTE)
    assert scanned(code.token, now=NOW + MINUTE - timedelta(microseconds=1))


# --- limits -----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_slip_costs_no_attempt_and_no_argon2(cabinet, hashes):
    code = issue().typed
    slip = ("0" if code[0] != "0" else "1") + code[1:]
    for _ in range(INQUIRY_SOURCE.allowed + 1):
        with pytest.raises(RuleViolated):
            typed(slip)
    assert typed(code)
    assert len(hashes) == 1


@pytest.mark.django_db
def test_a_locked_selector_stops_typing_but_not_the_qr_code(cabinet, hashes):
    code = issue()
    for _ in range(INQUIRY_SELECTOR.allowed):
        refusal(lambda: typed(wrong_secret_for(code.typed)))
    hashes.clear()
    assert isinstance(refusal(lambda: typed(code.typed, source="198.51.100.0/24")), TooManyRequests)
    assert hashes == []
    assert scanned(code.token)
    assert typed(code.typed, now=NOW + INQUIRY_SELECTOR.window)


@pytest.mark.django_db
def test_a_locked_source_may_neither_type_nor_try_tokens_but_a_right_token_opens(cabinet, hashes):
    code = issue()
    for _ in range(INQUIRY_SOURCE.allowed):
        refusal(lambda: scanned(codes.new_token()))
    assert isinstance(refusal(lambda: scanned(codes.new_token())), TooManyRequests)
    assert isinstance(refusal(lambda: typed(code.typed)), TooManyRequests)
    assert hashes == []
    assert scanned(code.token)
    assert typed(code.typed, source="198.51.100.0/24")


@pytest.mark.django_db
def test_wrong_codes_of_many_selectors_lock_the_source(cabinet):
    for _ in range(INQUIRY_SOURCE.allowed):
        assert refusal(lambda: typed(codes.new_typed_code().printed)).status == 404
    assert refusal(lambda: typed(codes.new_typed_code().printed)).status == 429


@pytest.mark.django_db
def test_a_hall_under_attack_refuses_typing_and_takes_nothing_from_those_it_refuses(cabinet, hashes, monkeypatch):
    code = issue()
    with monkeypatch.context() as patch:
        patch.setattr(hashing, "verify_argon2", lambda *_: False)
        for number in range(INQUIRY_PLATFORM.allowed):
            refusal(lambda number=number: typed(codes.new_typed_code().printed, source=f"10.0.{number}.0/24"))
    hashes.clear()
    for _ in range(INQUIRY_SOURCE.allowed + 1):
        assert refusal(lambda: typed(code.typed)).retry_after == 1
    assert hashes == []
    assert scanned(code.token)
    assert typed(code.typed, now=NOW + INQUIRY_PLATFORM.window)


@pytest.mark.django_db
def test_who_is_turned_away_by_the_queue_keeps_the_attempts(cabinet, monkeypatch):
    def busy(*_):
        raise Unavailable

    code = issue()
    monkeypatch.setattr(hashing, "verify_argon2", busy)
    assert isinstance(refusal(lambda: typed(code.typed)), Unavailable)
    assert set(Bucket.objects.values_list("taken", flat=True)) == {0}


@pytest.mark.django_db(transaction=True)
def test_of_five_hundred_guesses_from_five_hundred_places_exactly_five_reach_the_hash(cabinet, hashes):
    code = issue().typed
    guesses = [wrong_secret_for(code) for _ in range(500)]
    statuses = in_parallel(lambda number: refusal(lambda: typed(guesses[number], source=f"2001:db8:{number:x}::/48")).status, 500)
    assert Counter(statuses) == {404: INQUIRY_SELECTOR.allowed, 429: 500 - INQUIRY_SELECTOR.allowed}
    assert len(hashes) == INQUIRY_SELECTOR.allowed


@pytest.mark.django_db(transaction=True)
def test_a_locked_code_stays_locked_when_redis_is_emptied(cabinet):
    code = issue().typed
    for _ in range(INQUIRY_SELECTOR.allowed):
        refusal(lambda: typed(wrong_secret_for(code)))
    redis.Redis.from_url(site.CACHES["default"]["LOCATION"]).flushall()
    assert refusal(lambda: typed(code)).status == 429


@pytest.mark.django_db(transaction=True)
def test_looking_up_inside_a_transaction_is_refused(cabinet):
    code = issue().typed
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        typed(code)


# --- handing out and revoking -----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_matter_has_one_code_at_a_time(cabinet):
    issue()
    assert refusal(issue).code == "code_already_issued"
    assert refusal(lambda: issue_code(kind="thing", subject_reference="T-1", bureau_code="440300", actor="a", now=NOW)).status == 409


@pytest.mark.django_db
def test_a_fresh_code_kills_the_old_one_at_once_and_leaves_its_history(cabinet):
    old = issue()
    fresh = rotate(now=NOW + MINUTE)
    assert scanned(fresh.token)
    assert refusal(lambda: scanned(old.token)).status == 404
    dead, live = InquiryCode.objects.order_by("issued_at")
    assert (dead.revoked_at, dead.revoked_by, dead.revoke_reason) == (NOW + MINUTE, "officer:U-1", "replaced")
    assert (live.revoked_at, live.issued_by, live.bureau_code) == (None, "officer:U-1", "310000")


@pytest.mark.django_db
def test_rotating_serves_a_matter_that_has_no_code_yet(cabinet):
    assert scanned(rotate().token)


@pytest.mark.django_db
def test_a_revoked_code_can_be_followed_by_another(cabinet):
    issue()
    revoke()
    assert refusal(revoke).code == "no_code"
    assert scanned(issue().token)


@pytest.mark.django_db
def test_an_old_code_lives_on_if_the_fresh_one_cannot_be_made(cabinet, monkeypatch):
    def busy(_):
        raise Unavailable

    old = issue()
    monkeypatch.setattr(issuing, "hash_code", busy)
    with pytest.raises(Unavailable):
        rotate()
    assert scanned(old.token)


@pytest.mark.django_db
def test_nothing_at_rest_tells_a_secret(cabinet):
    code = issue()
    row = InquiryCode.objects.values().get()
    row["token_digest"] = bytes(row["token_digest"])
    secret = codes.parse_typed_code(code.typed).secret
    assert not any(text in str(row) for text in (code.token, code.typed, secret))
    assert row["secret_hash"].startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert "token" not in repr(code) and code.typed not in repr(code)


@pytest.mark.django_db
def test_a_taken_selector_is_not_given_twice(cabinet, monkeypatch):
    first, second = codes.new_typed_code(), codes.new_typed_code()
    drawn = iter([first, first, second])
    monkeypatch.setattr(issuing, "new_typed_code", lambda: next(drawn))
    assert [issue("T-1").typed, issue("T-2").typed] == [first.printed, second.printed]


@pytest.mark.django_db
def test_a_selector_taken_in_the_same_moment_is_drawn_anew(cabinet, monkeypatch):
    first, second = codes.new_typed_code(), codes.new_typed_code()
    issue_with = iter([first, first, second])
    monkeypatch.setattr(issuing, "_free_code", lambda: next(issue_with))
    assert [issue("T-1").typed, issue("T-2").typed] == [first.printed, second.printed]


@pytest.mark.django_db
def test_a_hall_without_free_selectors_says_so_instead_of_searching_for_ever(cabinet, monkeypatch):
    code = codes.new_typed_code()
    monkeypatch.setattr(issuing, "new_typed_code", lambda: code)
    issue("T-1")
    with pytest.raises(RuntimeError, match="no free selector"):
        issue("T-2")


@pytest.mark.django_db(transaction=True)
def test_of_many_calls_at_the_same_moment_one_hands_out_the_code(cabinet):
    def attempt(_):
        try:
            return issue().typed
        except Conflict:
            return None

    issued = [each for each in in_parallel(attempt, 24, threads=8) if each]
    assert len(issued) == InquiryCode.objects.count() == 1
    assert typed(issued[0])


@pytest.mark.django_db(transaction=True)
def test_a_matter_that_many_rotate_at_once_ends_with_one_live_code(cabinet):
    issue()

    def attempt(_):
        try:
            return rotate().token
        except Conflict:
            return None

    tokens = [token for token in in_parallel(attempt, 24, threads=8) if token]
    live = [token for token in tokens if InquiryCode.objects.filter(token_digest=codes.token_digest(token), revoked_at=None)]
    assert tokens
    assert len(live) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "values",
    [{"revoked_at": NOW}, {"revoked_by": "a"}, {"revoke_reason": "lost"}, {"revoked_at": NOW, "revoke_reason": "lost"}],
)
def test_the_database_refuses_a_revocation_without_time_doer_and_reason(cabinet, values):
    issue()
    with pytest.raises(IntegrityError), transaction.atomic():
        InquiryCode.objects.update(**values)


@pytest.mark.django_db
def test_the_database_refuses_a_second_live_code(cabinet):
    issue("T-1")
    issue("T-2")
    with pytest.raises(IntegrityError), transaction.atomic():
        InquiryCode.objects.update(subject_reference="T-1")


# --- registering ------------------------------------------------------------------------------------------------------


def test_a_kind_is_answered_for_by_one_service(cabinet):
    inquiries.register("thing", cabinet.resolve)
    with pytest.raises(ValueError, match="twice"):
        inquiries.register("thing", Cabinet().resolve)


def test_no_code_is_handed_out_for_a_kind_that_nobody_answers_for(cabinet):
    with pytest.raises(ValueError, match="nobody answers"):
        issue_code(kind="riddle", subject_reference="R-1", bureau_code="310000", actor="a", now=NOW)
