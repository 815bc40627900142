"""A list is read page by page without losing or repeating a row, and its cursors tell nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import path
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from rest_framework import generics, serializers

from foundation.idempotency.models import SeenNonce
from foundation.keyset import InvalidCursor, Page, keyset_page
from foundation.rest.permissions import IsPublic

pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db]

NOW = datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=UTC)
ORDERING = ("-expires_at", "nonce")


class Row(serializers.Serializer):
    nonce = serializers.CharField()


class Rows(generics.ListAPIView):
    authentication_classes = ()
    permission_classes = (IsPublic,)
    serializer_class = Row
    queryset = SeenNonce.objects.all()
    ordering = ORDERING
    filter_backends = ()


urlpatterns = [path("api/v1/rows/", Rows.as_view())]


def fill(count, *, equal=3):
    SeenNonce.objects.bulk_create(
        SeenNonce(keyid="k", nonce=f"n{number:04}", expires_at=NOW - timedelta(microseconds=number // equal)) for number in range(count)
    )


def names(rows):
    return [row.nonce for row in rows]


def page(cursor=None, *, size=10, ordering=ORDERING):
    return keyset_page(query=SeenNonce.objects.all(), ordering=ordering, size=size, cursor=cursor)


def walk(*, size, ordering=ORDERING):
    """All pages there, then all pages back."""
    there = [page(size=size, ordering=ordering)]
    while there[-1].next:
        there.append(page(there[-1].next, size=size, ordering=ordering))
    back = [there[-1]]
    while back[-1].previous:
        back.append(page(back[-1].previous, size=size, ordering=ordering))
    return there, back[::-1]


@pytest.mark.parametrize("ordering", [ORDERING, ("nonce",), ("-nonce",), ("keyid", "expires_at", "-nonce")])
@pytest.mark.parametrize("size", [1, 7, 10, 25, 26])
def test_pages_there_and_back_hold_each_row_once_and_in_order(ordering, size):
    fill(25)
    there, back = walk(size=size, ordering=ordering)
    assert [row for each in there for row in each] == list(SeenNonce.objects.order_by(*ordering))
    assert [names(each) for each in back] == [names(each) for each in there]
    assert (there[0].previous, there[-1].next) == (None, None)


def test_an_empty_list_is_one_empty_page():
    assert page() == Page(items=[], next=None, previous=None)


def test_a_row_added_or_removed_meanwhile_shifts_nothing():
    fill(30)
    first = page()
    SeenNonce.objects.create(keyid="k", nonce="newer", expires_at=NOW + timedelta(days=1))
    SeenNonce.objects.filter(nonce="n0009").delete()
    assert names(page(first.next)) == [f"n{number:04}" for number in range(10, 20)]


def test_a_cursor_keeps_the_last_microsecond():
    fill(6, equal=1)
    first = page(size=3, ordering=("-expires_at",))
    assert names(page(first.next, size=3, ordering=("-expires_at",))) == ["n0003", "n0004", "n0005"]


def test_the_same_page_has_the_same_cursor_and_it_tells_nothing():
    fill(20)
    cursor = page().next
    assert cursor == page().next
    assert "n0009" not in cursor
    assert cursor.isascii()


@pytest.mark.parametrize("cursor", ["x", "é", "x" * 2_000, "AAAA", "!" * 40, " "])
def test_a_made_up_cursor_is_refused(cursor):
    with pytest.raises(InvalidCursor):
        page(cursor)


def test_a_changed_cursor_and_one_of_another_list_are_refused():
    fill(20)
    cursor = page().next
    middle = len(cursor) // 2
    for wrong in (cursor[:-4], cursor[:middle] + ("A" if cursor[middle] != "A" else "B") + cursor[middle + 1 :]):
        with pytest.raises(InvalidCursor):
            page(wrong)
    with pytest.raises(InvalidCursor):
        page(cursor, ordering=("nonce",))


def test_a_cursor_outlives_the_rotation_of_the_secret(settings):
    fill(20)
    cursor = page().next
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another secret of at least fifty characters, really so"
    assert names(page(cursor))[0] == "n0010"
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(InvalidCursor):
        page(cursor)


class Shuffled(TestCase):
    """With any rows and any size of page."""

    @given(st.lists(st.integers(0, 3), max_size=12), st.integers(1, 5))
    @settings(deadline=None, max_examples=40)
    def test_no_row_is_lost_or_repeated(self, moments, size):
        SeenNonce.objects.bulk_create(
            SeenNonce(keyid="k", nonce=f"{number}", expires_at=NOW + timedelta(seconds=moment)) for number, moment in enumerate(moments)
        )
        there, back = walk(size=size)
        assert [row for each in there for row in each] == list(SeenNonce.objects.order_by(*ORDERING))
        assert [names(each) for each in back] == [names(each) for each in there]


# --- over the API ---


def get(query=""):
    return Client(headers={"accept-language": "en"}).get(f"/api/v1/rows/{query}")


def test_a_list_of_the_api_has_results_and_the_address_of_the_next_page():
    fill(45)
    document = get("?keep=this").json()
    assert list(document) == ["results", "next"]
    assert len(document["results"]) == 20
    assert document["next"].startswith("http://testserver/api/v1/rows/?")
    assert "keep=this" in document["next"]
    found = document["results"]
    while document["next"]:
        document = Client().get(document["next"]).json()
        found += document["results"]
    assert [row["nonce"] for row in found] == [f"n{number:04}" for number in range(45)]


def test_the_caller_chooses_the_size_up_to_a_hundred():
    fill(120)
    assert len(get("?page_size=100").json()["results"]) == 100
    assert len(get("?page_size=1").json()["results"]) == 1


@pytest.mark.parametrize("query", ["page_size=0", "page_size=101", "page_size=-1", "page_size=ten", "page_size=１", "page_size=9999"])
def test_another_size_is_refused(query):
    response = get(f"?{query}")
    assert (response.status_code, response.json()["errors"][0]["field"]) == (400, "page_size")


@pytest.mark.parametrize("query", ["page_size=5&page_size=6", "cursor=a&cursor=b"])
def test_a_parameter_given_twice_is_refused(query):
    assert get(f"?{query}").json()["errors"][0]["code"] == "repeated"


def test_a_broken_cursor_is_refused_in_words():
    response = get("?cursor=nonsense")
    assert (response.status_code, response.json()["code"]) == (400, "invalid_cursor")


@pytest.mark.parametrize("count", [1, 3, 100])
def test_a_page_costs_one_query_however_long_the_list_is(count, django_assert_num_queries):
    fill(count)
    with django_assert_num_queries(1):
        get("?page_size=100")


def test_a_deep_page_is_found_through_an_index():
    fill(200)
    ordering = ("keyid", "nonce")
    first = page(size=100, ordering=ordering)
    with CaptureQueriesContext(connection) as captured:
        page(first.next, ordering=ordering)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        cursor.execute(f"EXPLAIN {captured[0]['sql']}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Index Cond: ((keyid)::text >= 'k'" in plan
    assert "Sort" not in plan
