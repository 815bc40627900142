"""Whatever the order, the portions and the repetitions in which messages come: the cases end as if they had come in order."""

from __future__ import annotations

import itertools
import random
from datetime import UTC, datetime

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.models import ExchangeMessage
from tests.cases.exchange import make_feed, message, news, projection, registration, step, take

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)
STATUSES = ["under_filing_review", "filed", "not_filed", "investigating", "suspect_measure", "solved", "ended", "closed", "mediation"]


@pytest.fixture
def feeds(bureau, station, other_station, theft):
    return make_feed(bureau, code="in-order"), make_feed(bureau, code="in-disorder")


def _told(kind, value, case, number):
    """One message of a case; among them some that no case can take and some that cannot be read."""
    message_id = f"{case}-{number}"
    at = f"2026-03-01T{value % 24:02}:00:00+08:00"
    return {
        "step": lambda: step(case, number, STATUSES[value % len(STATUSES)], at=at, message_id=message_id),
        "news": lambda: news(case, number, en=f"News {value}.", zh=f"消息{value}。", message_id=message_id),
        "named": lambda: step(case, number, detail="13800000001", message_id=message_id),
        "unit": lambda: message("transfer", case, number, unit=f"31010100000{1 + value % 2}", message_id=message_id),
        "open": lambda: message("publication", case, number, publication="open", message_id=message_id),
        "close": lambda: message("publication", case, number, publication="closed", ground="minor", message_id=message_id),
        "withhold": lambda: message(
            "withhold", case, number, withheld_message_id=f"{case}-{1 + value % number}", ground="privacy", message_id=message_id
        ),
        "broken": lambda: step(case, number, "filed", message_id=message_id) | {"colour": value},
    }[kind]()


KINDS = ["step", "step", "step", "news", "named", "unit", "open", "close", "withhold", "broken"]
HISTORY = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 99)), max_size=7)


@st.composite
def deliveries(draw):
    """Return all messages in order, and in portions as they might come: shuffled, some twice."""
    histories = draw(st.lists(HISTORY, min_size=1, max_size=3))
    in_order = []
    for place, history in enumerate(histories):
        case = f"A{place}"
        in_order.append(registration(case, reported_at="2026-02-28T09:00:00+08:00", message_id=f"{case}-1"))
        in_order += [_told(kind, value, case, number) for number, (kind, value) in enumerate(history, start=2)]
    again = draw(st.lists(st.sampled_from(in_order), max_size=4))
    shuffled = draw(st.permutations(in_order + again))
    cuts = sorted(draw(st.lists(st.integers(0, len(shuffled)), max_size=3)))
    edges = [0, *cuts, len(shuffled)]
    return in_order, [shuffled[a:b] for a, b in itertools.pairwise(edges) if a < b]


@settings(
    max_examples=200,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(delivery=deliveries())
def test_any_shuffle_with_repetitions_ends_like_the_order(feeds, delivery):
    in_order, portions = delivery
    ordered, disordered = feeds
    with transaction.atomic():
        take(ordered, *in_order, now=NOW)
        for portion in portions:
            take(disordered, *portion, now=NOW)
        assert projection(disordered) == projection(ordered)
        assert answers_of(disordered) == answers_of(ordered)
        assert not ExchangeMessage.objects.filter(state__in=("waiting", "late")).exists()
        transaction.set_rollback(True)


def answers_of(feed):
    fields = ("message_id", "state", "code", "field", "entry_sequence")
    return set(ExchangeMessage.objects.filter(feed=feed).values_list(*fields))


def test_a_thousand_messages_on_a_bad_line_end_like_the_order(feeds):
    """A tenth comes twice, a tenth late, and one in a hundred is broken."""
    chance = random.Random(2016)
    in_order = []
    for n in range(100):
        case = f"A{n}"
        in_order.append(registration(case, message_id=f"{case}-1"))
        for number in range(2, 11):
            kind = "broken" if chance.random() < 0.01 else chance.choice(KINDS[:5])
            in_order.append(_told(kind, chance.randrange(100), case, number))
    line = [(place + (chance.uniform(0, 300) if chance.random() < 0.1 else 0), told) for place, told in enumerate(in_order)]
    line += [(place + chance.uniform(0, 300), told) for place, told in enumerate(in_order) if chance.random() < 0.1]
    received = [told for _place, told in sorted(line, key=lambda pair: pair[0])]

    ordered, disordered = feeds
    for start in range(0, len(in_order), 500):
        take(ordered, *in_order[start : start + 500], now=NOW)
    for start in range(0, len(received), 137):
        take(disordered, *received[start : start + 137], now=NOW)
    assert len(projection(ordered)) == 100
    assert projection(disordered) == projection(ordered)
    assert answers_of(disordered) == answers_of(ordered)
