"""A client is known by what our own proxies saw, whatever it says itself."""

from __future__ import annotations

from ipaddress import ip_address

import pytest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from foundation.web.client_address import client_address, source_network


def address(peer, forwarded=None):
    headers = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
    return client_address(RequestFactory().get("/", REMOTE_ADDR=peer, **headers))


def test_without_a_proxy_of_ours_the_header_is_not_believed(settings):
    settings.TRUSTED_PROXIES = 0
    assert address("198.51.100.7", "203.0.113.5") == "198.51.100.7"


@pytest.mark.parametrize(
    ("proxies", "forwarded", "client"),
    [
        (1, "203.0.113.5", "203.0.113.5"),
        (1, "6.6.6.6, 203.0.113.5", "203.0.113.5"),
        (2, "6.6.6.6, 203.0.113.5, 10.0.0.2", "203.0.113.5"),
        (2, "203.0.113.5,10.0.0.2", "203.0.113.5"),
        (1, "6.6.6.6, 7.7.7.7, 203.0.113.5", "203.0.113.5"),
        (2, "6.6.6.6, 7.7.7.7, 203.0.113.5, 10.0.0.2", "203.0.113.5"),
        (1, "203.0.113.5:4711", "203.0.113.5"),
        (1, "2001:DB8::1", "2001:db8::1"),
        (1, "[2001:db8::1]:443", "2001:db8::1"),
        (1, "fe80::1%eth0", "fe80::1"),
        (1, "::ffff:203.0.113.5", "203.0.113.5"),
    ],
)
def test_the_client_is_the_entry_that_our_outermost_proxy_wrote(settings, proxies, forwarded, client):
    settings.TRUSTED_PROXIES = proxies
    assert address("10.0.0.1", forwarded) == client


@pytest.mark.parametrize("forwarded", [None, "", "203.0.113.5", "unknown, 10.0.0.2", ",10.0.0.2", "203.0.113.999, 10.0.0.2", "x" * 10_000])
def test_what_cannot_be_believed_leaves_the_peer(settings, forwarded):
    settings.TRUSTED_PROXIES = 2
    assert address("10.0.0.1", forwarded) == "10.0.0.1"


def test_a_hundred_forged_headers_are_one_client(settings):
    settings.TRUSTED_PROXIES = 1
    assert {address("10.0.0.1", f"1.2.3.{number}, 203.0.113.5") for number in range(100)} == {"203.0.113.5"}


@pytest.mark.parametrize("peer", ["", "unix:", "/run/hall.sock"])
def test_a_unix_socket_has_this_machine_behind_it_unless_a_proxy_says_more(settings, peer):
    settings.TRUSTED_PROXIES = 0
    assert address(peer, "203.0.113.5") == "127.0.0.1"
    settings.TRUSTED_PROXIES = 1
    assert address(peer, "203.0.113.5") == "203.0.113.5"


@given(st.text(max_size=60), st.integers(0, 3))
def test_whatever_a_client_sends_the_answer_is_an_address(forwarded, proxies):
    from django.test import override_settings

    with override_settings(TRUSTED_PROXIES=proxies):
        ip_address(address("10.0.0.1", forwarded))


@pytest.mark.parametrize(
    ("client", "network"),
    [("203.0.113.5", "203.0.113.0/24"), ("2001:db8:1:2::3", "2001:db8:1::/48"), ("127.0.0.1", "127.0.0.0/24")],
)
def test_limits_count_the_network_that_one_line_has(client, network):
    assert source_network(client) == network
