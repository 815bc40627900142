"""What docs/exchange.md says is what the hall does, and the client that comes with it is understood."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from cases.domain.exchange import BODIES, LARGEST_BATCH
from cases.domain.publication import Ground
from cases.domain.workflow import WORKFLOWS
from cases.models import Case, ExchangeMessage
from cases.rest.serializers_exchange import MESSAGES
from foundation.signatures.errors import MESSAGES as SIGNATURE_CODES
from tests.cases.exchange import news, registration, step

DOCS = Path(settings.SEEDS).parent / "docs"
PAGE = (DOCS / "exchange.md").read_text(encoding="utf-8")
CLIENT = DOCS / "exchange_client.py"
RULES = [
    "cases/domain/exchange.py",
    "cases/domain/policies.py",
    "cases/operations/apply_message.py",
    "cases/operations/exchange_intake.py",
    "cases/operations/take_exchange_batch.py",
    "cases/operations/release_quarantine.py",
    "cases/operations/locking.py",
]
# Refusals of officers' own doings, which stand in the same modules.
OF_OFFICERS = {"case_changed", "feed_not_found", "not_held", "feed_suspended", "invalid_message"}


def codes_in(path: str) -> set[str]:
    source = (DOCS.parent / path).read_text(encoding="utf-8")
    return set(re.findall(r'code(?: = |=)"([a-z_]+)"', source)) | set(
        re.findall(r'^(?:INVALID|REUSED|NOT_STORED) = "([a-z_]+)"', source, re.MULTILINE)
    )


def test_every_code_that_a_message_can_be_refused_with_is_on_the_page():
    told = set(re.findall(r"`([a-z_]+)`", PAGE))
    codes = set().union(*map(codes_in, RULES)) - OF_OFFICERS

    assert len(codes) > 25
    assert codes <= told, codes - told
    assert set(SIGNATURE_CODES) <= told


def test_every_action_ground_and_limit_is_on_the_page():
    assert set(re.findall(r"^\| `(\w+)` \| ", PAGE, re.MULTILINE)) >= set(map(str, BODIES))
    assert set(map(str, MESSAGES)) == set(map(str, BODIES))
    assert f"1 to {LARGEST_BATCH} messages" in PAGE
    assert f"{settings.DATA_UPLOAD_MAX_MEMORY_SIZE:,} bytes" in PAGE
    assert all(ground in PAGE for ground in Ground.values)


def test_the_tables_of_steps_are_those_of_the_law():
    for kind, table in WORKFLOWS.items():
        section = PAGE.split(f"### {kind}\n", 1)[1].split("###")[0]
        told = {
            source: set(re.findall(r"`(\w+)`", targets))
            for source, targets in re.findall(r"^\| `(\w+)` \| (.*) \|$", section, re.MULTILINE)
        }
        assert told == {status: {edge.target for edge in table.available(status)} for status in table.statuses}


# --- the client -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def client_script():
    spec = importlib.util.spec_from_file_location("exchange_client", CLIENT)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def send(live_server, tmp_path, bureau, station, theft):
    """Run the client as a back office would: keygen, registration by an operator, send."""

    def run(*words):
        return subprocess.run([sys.executable, CLIENT, *words], capture_output=True, text=True, timeout=60, check=False)

    key = tmp_path / "feed.key"
    public_key = run("keygen", str(key)).stdout.removeprefix("public key: ").strip()
    out = StringIO()
    call_command("register_feed", "back-office", bureau=bureau.code, title="Back office", public_key=public_key, stdout=out)
    key_id = re.search(r"key id is (\S+);", out.getvalue())[1]

    def send(messages, *, url=live_server.url):
        path = tmp_path / "messages.ndjson"
        path.write_text("".join(json.dumps(each) + "\n\n" for each in messages))
        return run("send", str(path), "--url", url, "--key", str(key), "--key-id", key_id, "--answers", str(tmp_path / "answers.ndjson"))

    send.key, send.answers = key, tmp_path / "answers.ndjson"
    return send


def test_a_back_office_delivers_its_file_and_may_send_it_again(send):
    messages = [registration("A1"), step("A1", 2, "filed"), registration("A2")]

    for _ in range(2):
        done = send(messages)
        assert (done.returncode, done.stdout, done.stderr) == (0, "3 messages: 3 applied\n", "")
    assert Case.objects.count() == 2
    answers = [json.loads(line) for line in send.answers.read_text().splitlines()]
    assert [(answer["state"], answer["is_repeated"]) for answer in answers] == [("applied", True)] * 3


def test_the_private_key_is_its_owners_alone_and_never_overwritten(send):
    assert send.key.stat().st_mode & 0o777 == 0o600
    again = subprocess.run([sys.executable, CLIENT, "keygen", send.key], capture_output=True, text=True, check=False)
    assert again.returncode != 0


def test_what_waits_and_what_is_refused_is_told_with_its_reason(send):
    done = send([registration("A1"), news("A1", 3)])
    assert done.returncode == 1
    assert "1 applied, 1 waiting for an earlier one" in done.stdout
    assert "A1 number 3 waits for number 2" in done.stdout

    done = send([step("A1", 2, "closed"), step("A1", 4, "filed") | {"colour": "red"}])
    assert done.returncode == 2
    assert "transition_not_possible" in done.stdout
    assert "colour:" in done.stdout


def test_what_waited_for_a_later_portion_is_asked_for_again(send):
    filler = [registration(f"B{n}") for n in range(499)]
    done = send([news("A1", 2), *filler, registration("A1")])

    assert (done.returncode, done.stdout) == (0, "501 messages: 501 applied\n")
    assert ExchangeMessage.objects.count() == 501


def test_a_request_that_is_refused_as_a_whole_is_told(send, bureau):
    call_command("suspend_feed", "back-office", stdout=StringIO())

    done = send([registration("A1")])
    assert done.returncode == 3
    assert "403 feed_suspended" in done.stderr


def test_portions_hold_at_most_500_messages_and_no_more_bytes_than_the_hall_takes(client_script):
    small = [{"n": n} for n in range(1001)]
    assert [len(batch) for batch in client_script.batches(small)] == [500, 500, 1]

    large = [{"text": "字" * 100_000} for _ in range(7)]
    portions = list(client_script.batches(large))
    assert sum(map(len, portions)) == 7
    assert all(len(json.dumps({"messages": batch}, ensure_ascii=False).encode()) < 1_000_000 for batch in portions)
    assert list(client_script.batches([])) == []


def test_a_hall_that_is_busy_or_away_is_asked_again(client_script, monkeypatch):
    import urllib.error
    from email.message import Message

    slept, tries = [], []
    monkeypatch.setattr(client_script.time, "sleep", slept.append)
    headers = Message()
    headers["Retry-After"] = "7"
    hall = client_script.Hall(url="http://127.0.0.1:1", key=client_script.Ed25519PrivateKey.generate(), key_id="k")

    def post(self, body):
        tries.append(body)
        if len(tries) == 1:
            raise urllib.error.HTTPError("http://127.0.0.1:1", 503, "busy", headers, StringIO())
        if len(tries) == 2:
            raise ConnectionResetError("gone")
        return [{"state": "applied"}]

    monkeypatch.setattr(client_script.Hall, "_post", post)
    assert hall.send([{"n": 1}]) == [{"state": "applied"}]
    assert 7 in slept
    assert len(set(tries)) == 1
