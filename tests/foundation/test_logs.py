"""The logs tell who did what, and nothing about anybody: one line per event, in a form that no input can break."""

from __future__ import annotations

import json
import logging
from datetime import datetime, timedelta

import pytest
import structlog
from django.conf import settings as django_settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.test import Client
from django.urls import path
from hypothesis import given
from hypothesis import strategies as st
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from foundation.errors import RuleViolated
from foundation.rest.permissions import IsPublic
from foundation.rest.serializers import StrictSerializer
from foundation.web.logs import configure
from foundation.web.redaction import REDACTED, redact, redact_text

pytestmark = pytest.mark.urls(__name__)

CANARIES = ("张伟canary", "310101199003071234", "31010119900307123X", "13812345678", "7K2M-Q9XD-4HTR-8WVA", "7k2mq9xd4htr8wva")


class Names(StrictSerializer):
    text = serializers.CharField(max_length=3)


class Takes(APIView):
    authentication_classes = ()
    permission_classes = (IsPublic,)

    def post(self, request):
        Names(data=request.data).is_valid(raise_exception=True)
        return Response({})


@login_not_required
def fails(request, text=""):
    try:
        raise ValueError(f"Key (name)=({text}{request.GET.get('a')}) already exists.")
    except ValueError as error:
        raise LookupError(f"no {text}") from error


@login_not_required
def refuses(request, text):
    raise RuleViolated(f"not {text}")


def handler404(request, exception):
    return HttpResponse("nothing", status=404)


def handler500(request):
    return HttpResponse("failed", status=500)


urlpatterns = [
    path("page/<str:text>/", login_not_required(lambda request, text: HttpResponse(text))),
    path("fails/<str:text>/", fails),
    path("api/v1/refuses/<str:text>/", refuses),
    path("api/v1/takes/", Takes.as_view()),
]


@pytest.fixture
def lines(capsys):
    """What was logged since, parsed; fails if any line is not one JSON object."""
    configure({"level": "INFO", "format": "json"})
    capsys.readouterr()

    def read():
        return [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    yield read
    configure(django_settings.LOGGING)


def test_a_request_is_one_line_that_says_who_when_what_and_how_long(lines):
    response = Client().get("/page/hello/?name=secret", headers={"user-agent": "secret"})
    (line,) = lines()
    assert list(line)[:3] == ["time", "level", "event"]
    assert datetime.fromisoformat(line["time"]).utcoffset() == timedelta(0)
    assert line.pop("time") and line.pop("duration_ms") >= 0
    assert line == {
        "level": "info",
        "event": "request.finished",
        "logger": "hall.web",
        "method": "GET",
        "route": "/page/<str:text>/",
        "status": 200,
        "actor": "anonymous",
        "trace_id": response["traceparent"][3:35],
    }


@pytest.mark.parametrize("canary", CANARIES)
def test_nothing_that_somebody_typed_reaches_the_log(lines, capsys, canary):
    client = Client(raise_request_exception=False, headers={"user-agent": canary, "referer": canary, "x-canary": canary})
    client.cookies["canary"] = canary
    client.get(f"/page/{canary}/", {"a": canary, canary: "a"})
    client.get(f"/fails/{canary}/", {"a": canary})
    client.get(f"/nothing/{canary}/")
    client.get(f"/api/v1/refuses/{canary}/")
    client.post("/api/v1/takes/", {"text": canary, canary: 1}, content_type="application/json")
    client.post("/api/v1/takes/", f'{{"{canary}": ', content_type="application/json")
    client.post("/api/v1/takes/", {"text": canary})
    client.get("/page/a/", headers={"host": f"{canary[:2].encode().hex()}.example"})
    client.get("/page/a/", headers={"traceparent": canary, "accept-language": canary})
    output = capsys.readouterr()
    assert len(output.out.splitlines()) >= 9
    assert canary not in output.out + output.err
    assert "\\u5f20" not in output.out


def test_a_failure_names_its_exceptions_and_places_but_not_their_texts(lines):
    Client(raise_request_exception=False).get("/fails/secret/")
    failed, finished = lines()
    assert (failed["event"], failed["level"]) == ("request.failed", "error")
    assert failed["exception"] == ["builtins.LookupError", "builtins.ValueError"]
    assert failed["at"][-1].startswith("tests/foundation/test_logs.py:")
    assert failed["at"][-1].endswith(" fails")
    assert (finished["status"], finished["level"]) == (500, "error")
    assert failed["trace_id"] == finished["trace_id"]
    assert "secret" not in json.dumps([failed, finished])


def test_own_events_and_those_of_libraries_come_out_alike(lines):
    structlog.get_logger("hall.test").info("thing.made", count=2, parts=["a", {"phone": "1", "ok": None}])
    logging.getLogger("library").warning("%s of %d", "some", 3)
    own, library = lines()
    assert (own["event"], own["count"], own["parts"]) == ("thing.made", 2, ["a", {"phone": REDACTED, "ok": None}])
    assert (library["event"], library["logger"], library["level"]) == ("some of 3", "library", "warning")
    assert "count" not in library


def test_a_key_for_personal_data_is_never_written(lines):
    structlog.get_logger().info("oops", name="张伟", Phone="1", id_number=1, code="x", token="y", body={"a": 1}, harmless="z")
    (line,) = lines()
    assert {line[key] for key in ("name", "Phone", "id_number", "code", "token", "body")} == {REDACTED}
    assert line["harmless"] == "z"


def test_celery_tells_the_task_and_not_its_arguments_or_exception(lines):
    trace = logging.getLogger("celery.app.trace")
    facts = {"id": "5f1c", "name": "outbox.relay", "return_value": "张伟", "runtime": 0.0123, "args": "('张伟',)", "exc": "张伟"}
    trace.info("Task %(name)s: %(return_value)s", facts, extra={"data": facts})
    facts.pop("runtime")
    trace.error("Task %(name)s: %(exc)s", facts, extra={"data": facts})
    finished, failed = lines()
    assert (finished["event"], finished["task"], finished["duration_ms"]) == ("task.finished", "outbox.relay", 12.3)
    assert (failed["event"], failed["task_id"]) == ("task.failed", "5f1c")
    assert "张伟" not in json.dumps([finished, failed], ensure_ascii=False)


@pytest.mark.parametrize("evil", ["\r\n{}", "\n", "\x1b[2J", "\u2028", "\x85", "\u202e", '"}\n{"event":"forged'])
def test_no_input_begins_a_line_or_moves_the_cursor(lines, capsys, evil):
    structlog.get_logger().info(f"a{evil}b", value=evil, **{f"k{evil}": 1})
    logging.getLogger("x").error("%s", evil)
    output = capsys.readouterr().out
    assert len(output.splitlines()) == 2
    assert [json.loads(line)["level"] for line in output.splitlines()] == ["info", "error"]
    assert not any(character in output for character in "\x1b\u2028\x85\u202e\r")


def test_the_demo_writes_one_line_that_a_person_reads(lines, capsys):
    configure({"level": "INFO", "format": "line"})
    try:
        raise ValueError("first\nsecond")
    except ValueError:
        structlog.get_logger("hall").exception("thing.failed", count=2)
    (line,) = capsys.readouterr().out.splitlines()
    assert "error   thing.failed count=2" in line
    assert "ValueError: first\\nsecond" in line
    assert "test_logs.py" in line


def test_a_level_below_the_chosen_one_is_not_written(lines):
    structlog.get_logger().debug("detail")
    logging.getLogger("library").debug("detail")
    assert lines() == []


@pytest.mark.parametrize(
    "text",
    [
        "310101199003071234",
        "31010119900307123x",
        "310101900307123",
        "13812345678",
        "138 1234 5678",
        "+86 138-1234-5678",
        "8613812345678",
        "7K2M-Q9XD-4HTR-8WVA",
        "oil0-OIL0-1234-abcd",
        "7K2MQ9XD4HTR8WVA",
    ],
)
def test_numbers_of_people_and_inquiry_codes_are_recognised(text):
    for sentence in (text, f"<{text}>", f"号{text}。", f"a={text}&b"):
        assert redact_text(sentence) == sentence.replace(text, REDACTED)


@pytest.mark.parametrize(
    "text",
    [
        "4bf92f3577b34da6a3ce929d0e0e4736",
        "7f2c1e0a-5a3e-4d1b-9f43-c2f6f1f0a001",
        "/api/v1/inquiries/",
        "2026-03-02T09:00:00.123456Z",
        "foundation.outbox.tasks.relay",
        "310101000000",
        "officer:U-7K2MQ9",
    ],
)
def test_what_names_nobody_is_left_alone(text):
    assert redact_text(text) == text


LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary()


@given(st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner) | st.tuples(inner), max_leaves=10))
def test_any_value_can_be_logged(value):
    json.dumps(redact(value))


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.integers(0, 3))
def test_a_mobile_number_is_found_however_deep_it_lies(number, depth):
    value = int(number)
    for _level in range(depth):
        value = {"inner": [value]}
    assert number not in json.dumps(redact(value))
