"""What a browser does between the hall and a provider, without a browser."""

from __future__ import annotations

import http.client
from urllib.parse import parse_qs, urlencode, urlsplit

import zeal
from django.test import Client


class Browser(Client):
    """Each request is looked at by itself: what a page asks once may be asked again by the next page."""

    def request(self, **request):
        with zeal.zeal_context():
            return super().request(**request)


def browser(language="en", **options):
    return Browser(headers={"accept-language": language}, **options)


def start(client, provider="national", **form):
    """Press the button; return the hall's answer."""
    return client.post(f"/accounts/identity/{provider}/start/", form)


def post(url, form):
    """Send a form to a provider; return where it leads."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=10)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", f"{parts.path}?{parts.query}", body=urlencode(form), headers=headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.getheader("Location")


def back(client, location):
    """Follow the provider's redirect home."""
    parts = urlsplit(location)
    return client.get(f"{parts.path}?{parts.query}")


def query_of(location):
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


def travel(client, who="newcomer", provider="national", **form):
    """Press the button, choose who one is at the provider, come back; return the hall's last answer."""
    away = start(client, provider, **form)["Location"]
    field = "sub" if provider == "national" else "account"
    return back(client, post(away, {field: who}))
