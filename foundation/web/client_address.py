"""Where a request comes from, as far as it can be believed (ASVS 5.0: 4.1.3)."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

# Somebody who speaks through a Unix socket is on this machine.
THIS_MACHINE = "127.0.0.1"
_IPV4_PREFIX = 24
_IPV6_PREFIX = 48


def client_address(request: HttpRequest) -> str:
    """Return the IP address of the client as text that is always an address.

    Each of ``TRUSTED_PROXIES`` proxies of our own appends to ``X-Forwarded-For`` the peer that it saw, so with n of them
    the n-th entry from the right is the client; what stands left of it the client may have invented. With no proxy, too
    few entries or an entry that is no address it is the peer of the connection.
    """
    peer = _address(request.META.get("REMOTE_ADDR", "")) or THIS_MACHINE
    proxies: int = settings.TRUSTED_PROXIES
    if proxies < 1:
        return peer
    entries = request.META.get("HTTP_X_FORWARDED_FOR", "").rsplit(",", proxies)[-proxies:]
    return (_address(entries[0]) if len(entries) == proxies else None) or peer


def source_network(address: str) -> str:
    """Return the network that limits count as one source: the /24 of an IPv4 address, the /48 of an IPv6 one.

    A household or a firm changes its address inside such a network at will; beyond it, it has to get another line.
    """
    prefix = _IPV4_PREFIX if ip_address(address).version == 4 else _IPV6_PREFIX
    return str(ip_network(f"{address}/{prefix}", strict=False))


def _address(text: str) -> str | None:
    """Return one way of writing an address, without port and zone, IPv4 as IPv4; nothing if it is none."""
    host = text.strip()
    if host.startswith("["):
        host = host[1:].partition("]")[0]
    elif host.count(":") == 1:
        host = host.partition(":")[0]
    try:
        parsed: IPv4Address | IPv6Address = ip_address(host.partition("%")[0])
    except ValueError:
        return None
    mapped = parsed.ipv4_mapped if isinstance(parsed, IPv6Address) else None
    return str(mapped or parsed)
