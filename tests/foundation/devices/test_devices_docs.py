"""What docs/devices.md says is what the hall does: its example runs as it stands, and the client of case systems enrols."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest
from django.conf import settings

from foundation.accounts.models import Feed
from foundation.devices.authentication import FEED_WINDOW, KIOSK_WINDOW
from foundation.devices.models import Kiosk
from foundation.devices.models.kiosk import PartState
from foundation.devices.operations.hear_heartbeat import MOST_PARTS
from foundation.devices.web.views.machines import PARTS
from foundation.signatures.errors import MESSAGES
from tests.cases.exchange import registration
from tests.foundation.devices.machines import enter_case_system, enter_kiosk, new_code

DOCS = settings.SEEDS.parent / "docs"
PAGE = (DOCS / "devices.md").read_text(encoding="utf-8")
CLIENT = DOCS / "exchange_client.py"


def run(*words):
    return subprocess.run([sys.executable, *map(str, words)], capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def example(tmp_path):
    (code,) = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    path = tmp_path / "terminal.py"
    path.write_text(code, encoding="utf-8")
    return path


@pytest.mark.django_db(transaction=True)
def test_the_example_enrols_and_is_heard(example, live_server, station):
    kiosk = enter_kiosk(station)
    done = run(example, live_server.url, new_code(kiosk))

    kiosk.refresh_from_db()
    assert done.stderr == ""
    assert done.stdout.splitlines()[0] == f"enrolled as {kiosk.key_id}"
    assert done.stdout.splitlines()[1].startswith("the hall says active at 20")
    assert kiosk.last_seen_at


@pytest.mark.django_db(transaction=True)
def test_the_example_tells_why_a_code_is_not_taken(example, live_server, station):
    code = new_code(enter_kiosk(station))
    assert run(example, live_server.url, code).returncode == 0

    again = run(example, live_server.url, code)
    assert again.stderr.startswith("404 enrolment_refused: ")
    assert Kiosk.objects.get().state == "active"


@pytest.mark.django_db(transaction=True)
def test_the_client_of_case_systems_enrols_and_sends(live_server, tmp_path, bureau, station, theft):
    feed, key = enter_case_system(bureau), tmp_path / "feed.key"
    done = run(CLIENT, "enrol", "--url", live_server.url, "--key", key, "--code", new_code(feed))

    key_id = Feed.objects.get().key_id
    assert (done.returncode, done.stdout, done.stderr) == (0, f"case-system is active; its key id is {key_id}\n", "")
    assert key.stat().st_mode & 0o777 == 0o600
    messages = tmp_path / "messages.ndjson"
    messages.write_text(json.dumps(registration("A1")))
    sent = run(CLIENT, "send", messages, "--url", live_server.url, "--key", key, "--key-id", key_id)
    assert sent.stdout == "1 messages: 1 applied\n"

    again = run(
        CLIENT, "enrol", "--url", live_server.url, "--key", tmp_path / "other.key", "--code", new_code(feed).replace("-", "")[:-1] + "U"
    )
    assert again.returncode == 3
    assert "422 code_mistyped" in again.stderr


def test_every_code_limit_and_word_is_on_the_page():
    told = set(re.findall(r"`([a-z_]+)`", PAGE))

    assert {"enrolment_refused", "code_mistyped", "public_key", "key_used", "kiosk_suspended", "feed_suspended", "clock_skew"} <= told
    assert set(MESSAGES) - {"signature_stale"} <= told
    assert set(PartState.values) | set(PARTS) <= told
    assert f"at most {KIOSK_WINDOW} seconds" in PAGE
    assert f"{FEED_WINDOW} for a feed" in PAGE
    assert f"at most {MOST_PARTS} parts" in PAGE


@pytest.mark.django_db
def test_the_schema_describes_both_ways_to_sign(client):
    document = client.get("/api/v1/schema/?format=json").json()
    schemes, paths = document["components"]["securitySchemes"], document["paths"]

    assert {"feedSignature", "kioskSignature"} <= set(schemes)
    assert "60 seconds" in schemes["kioskSignature"]["description"]
    assert paths["/api/v1/kiosks/heartbeat/"]["post"]["security"] == [{"kioskSignature": []}]
    assert paths["/api/v1/exchange/cases/"]["post"]["security"] == [{"feedSignature": []}]
    assert paths["/api/v1/inquiries/"]["post"]["security"] == [{}, {"kioskSignature": []}]
    for path in ("/api/v1/kiosks/enrol/", "/api/v1/feeds/enrol/"):
        names = {each.get("name") for each in paths[path]["post"]["parameters"]}
        assert {"Signature", "Signature-Input", "Content-Digest"} <= names
