"""A body has one meaning or is refused, and what it says is taken as it was meant."""

from __future__ import annotations

import json
from io import BytesIO
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rest_framework import serializers
from rest_framework.exceptions import ParseError, UnsupportedMediaType

from foundation.rest.parsers import StrictJSONParser, TooLarge
from foundation.rest.serializers import StrictSerializer
from foundation.rest.strict_json import NotStrictJSON, loads


def parse(body, *, media_type="application/json", **view):
    return StrictJSONParser().parse(BytesIO(body), media_type, {"view": SimpleNamespace(**view)})


@pytest.mark.parametrize(
    "body",
    [
        b'{"a": 1, "a": 2}',
        b'{"a": {"b": 1, "b": 1}}',
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": -Infinity}',
        b'{"a": 1e999}',
        b'{"a": 9223372036854775808}',
        b'{"a": ' + b"9" * 5_000 + b"}",
        b'{"a": 0.' + b"1" * 5_000 + b"}",
        b'\xef\xbb\xbf{"a": 1}',
        b'{"a": "\xff"}',
        '{"a": "é"}'.encode("latin-1"),
        '{"a": 1}'.encode("utf-16"),
        b'{"a": "\\u0000"}',
        b'{"a": "\\ud800"}',
        b'{"\\udfff": 1}',
        b'{"a": "line\nbreak"}',
        b'{"a": ' + b"[" * 32 + b"]" * 32 + b"}",
        b"[" * 100_000,
        b'{"a": 1,}',
        b'{"a": 1} {}',
        b"{'a': 1}",
        b"",
        b"   ",
    ],
    ids=lambda body: repr(body[:24]),
)
def test_json_that_could_mean_two_things_or_nothing_is_refused(body):
    with pytest.raises(NotStrictJSON) as refusal:
        loads(body)
    assert str(refusal.value)


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b'{"a": -9223372036854775807}', {"a": -9223372036854775807}),
        (b'{"a": ' + b"[" * 31 + b"]" * 31 + b"}", None),
        (b'{"a": "\\ud83d\\ude00 \xe5\xbc\xa0"}', {"a": "😀 张"}),
        (b'{"a": 1.5e3, "b": null, "c": [true, false]}', {"a": 1500.0, "b": None, "c": [True, False]}),
    ],
)
def test_plain_json_is_read(body, value):
    assert value is None or loads(body) == value


LEAVES = st.none() | st.booleans() | st.integers(-(2**62), 2**62) | st.text(st.characters(exclude_characters="\x00", codec="utf-8"))
NAMES = st.text("abcß张", max_size=5)


@given(st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4), max_leaves=20))
def test_what_is_written_is_what_is_read(value):
    assert loads(json.dumps(value).encode()) == value


@given(st.binary(max_size=200))
def test_no_bytes_whatever_make_the_parser_fail(body):
    try:
        loads(body)
    except NotStrictJSON:
        return


def test_a_refusal_says_what_to_mend():
    with pytest.raises(ParseError, match="“case” stands twice"):
        parse(b'{"case": 1, "case": 2}')


def test_a_body_larger_than_the_view_takes_is_refused_before_it_is_read():
    stream = BytesIO(b'{"a": "' + b"x" * 200 + b'"}')
    with pytest.raises(TooLarge):
        StrictJSONParser().parse(stream, "application/json", {"view": SimpleNamespace(max_body=100)})
    assert stream.tell() == 101


def test_64_kib_is_the_limit_unless_a_view_sets_another():
    assert parse(b'{"a": "' + b"x" * 65_527 + b'"}')
    with pytest.raises(TooLarge):
        parse(b'{"a": "' + b"x" * 65_528 + b'"}')
    assert parse(b'{"a": "' + b"x" * 65_528 + b'"}', max_body=70_000)


def test_a_list_is_taken_only_by_a_view_that_wants_one():
    assert parse(b"[1]", accepts_list=True) == [1]
    for body in (b"[1]", b'"text"', b"1", b"null"):
        with pytest.raises(ParseError):
            parse(body)


def test_another_encoding_than_utf_8_is_refused():
    assert parse(b"{}", media_type='application/json; charset="UTF-8"') == {}
    with pytest.raises(UnsupportedMediaType):
        parse(b"{}", media_type="application/json; charset=gbk")


class Inner(StrictSerializer):
    word = serializers.CharField()


class Everything(StrictSerializer):
    text = serializers.CharField(required=False, allow_null=True)
    count = serializers.IntegerField(required=False)
    share = serializers.FloatField(required=False)
    price = serializers.DecimalField(max_digits=6, decimal_places=2, required=False)
    is_open = serializers.BooleanField(required=False)
    kind = serializers.ChoiceField(choices=["1", "2"], required=False)
    public_id = serializers.UUIDField(required=False)
    at = serializers.DateTimeField(required=False)
    words = serializers.ListField(child=serializers.CharField(), required=False)
    counts = serializers.DictField(child=serializers.IntegerField(), required=False)
    free = serializers.JSONField(required=False)
    inner = Inner(required=False)
    inners = Inner(many=True, required=False)
    shown = serializers.CharField(read_only=True)


@pytest.mark.parametrize(
    "data",
    [
        {"txt": "a"},
        {"shown": "a"},
        {"text": 1},
        {"text": True},
        {"count": "1"},
        {"count": True},
        {"count": 1.5},
        {"share": "1.5"},
        {"share": True},
        {"price": True},
        {"is_open": "true"},
        {"is_open": 1},
        {"kind": 1},
        {"public_id": 1},
        {"at": 1},
        {"words": ["a", 1]},
        {"words": "a"},
        {"counts": {"a": "1"}},
        {"text": "a\x00b"},
        {"text": "a\x1bb"},
        {"text": "a\u202eb"},
        {"words": ["a", "b\x07"]},
        {"free": {"deep": ["\x08"]}},
        {"inner": {"word": "a", "more": 1}},
        {"inners": [{"word": "a"}, {"word": 1}]},
    ],
    ids=str,
)
def test_input_of_another_type_or_name_is_refused(data):
    serializer = Everything(data=data)
    assert not serializer.is_valid()
    assert set(serializer.errors) == set(data)


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"text": "line one\nline two\tend 张伟"},
        {"text": None},
        {"count": 1.0, "share": 2, "price": "12.50", "is_open": False, "kind": "1"},
        {"public_id": "7b3fdb8e-2f0b-4d8e-9d54-0a4f9a4a0c11", "at": "2026-03-02T09:00:00+08:00"},
        {"words": ["a"], "counts": {"a": 1}, "free": [{"any": 1}], "inner": {"word": "a"}, "inners": [{"word": "b"}]},
    ],
    ids=str,
)
def test_input_that_says_what_it_means_is_taken(data):
    serializer = Everything(data=data)
    assert serializer.is_valid(), serializer.errors


def test_every_field_at_fault_is_named_at_once():
    serializer = Everything(data={"count": "1", "text": "", "other": 1})
    assert not serializer.is_valid()
    assert {name: errors[0].code for name, errors in serializer.errors.items()} == {
        "count": "wrong_type",
        "text": "blank",
        "other": "unknown_field",
    }
