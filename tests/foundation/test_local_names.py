"""A hall on one's own machine has one name, for which browsers make passkeys."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/", "/accounts/sign-in/?next=/desk/", "/no-such-page/"])
def test_a_page_at_the_number_leads_to_the_same_page_at_the_name(path):
    answer = Client(headers={"host": "127.0.0.1:8000", "sec-fetch-mode": "navigate"}).get(path)

    assert (answer.status_code, answer["Location"]) == (302, f"http://localhost:8000{path}")


def test_at_the_name_pages_are_answered(client):
    assert Client(headers={"host": "localhost:8000", "sec-fetch-mode": "navigate"}).get("/").status_code == 200


def test_programs_and_forms_are_answered_at_the_number_too():
    client = Client(headers={"host": "127.0.0.1:8000"})

    assert client.get("/api/v1/schema/").status_code == client.get("/").status_code == 200
    assert client.post("/q", {"code": "0000-0000-0000-0000"}, headers={"sec-fetch-mode": "navigate"}).status_code != 302


@pytest.mark.parametrize("host", ["127.0.0.1.evil.example", "127.0.0.1@evil.example", "evil.example"])
def test_nobody_is_led_elsewhere_by_a_forged_name(host):
    answer = Client(headers={"host": host, "sec-fetch-mode": "navigate"}).get("/")

    assert answer.status_code == 400
    assert "Location" not in answer


def test_a_hall_with_a_name_of_its_own_leads_nobody_anywhere():
    import os
    import subprocess
    import sys

    code = "from django.conf import settings; print([each for each in settings.MIDDLEWARE if 'local_names' in each])"
    environment = {**os.environ, "HALL_HOST": "http://hall.example", "DJANGO_SETTINGS_MODULE": "portal.settings"}
    told = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)

    assert told.stdout.strip() == "[]"
    assert "foundation.web.local_names.LocalNameMiddleware" in settings.MIDDLEWARE
