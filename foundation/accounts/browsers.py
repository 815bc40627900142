"""A browser and its network in words that their owner recognises, and nobody else could find them by."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, ip_address
from typing import Final

# The first that fits: a browser built on another's engine names that one too.
_BROWSERS: Final = (
    ("WeChat", "MicroMessenger"),
    ("Alipay", "AlipayClient"),
    ("QQ Browser", "MQQBrowser|QQBrowser"),
    ("UC Browser", "UCBrowser|UBrowser"),
    ("360 Browser", "QIHU|360SE|360EE"),
    ("Huawei Browser", "HuaweiBrowser"),
    ("Samsung Internet", "SamsungBrowser"),
    ("Edge", "Edg(?:e|A|iOS)?/"),
    ("Opera", "OPR/|Opera"),
    ("Firefox", "Firefox/|FxiOS/"),
    ("Chrome", "Chrome/|CriOS/|HeadlessChrome/"),
    ("Safari", "Safari/"),
)
_SYSTEMS: Final = (
    ("HarmonyOS", "HarmonyOS|OpenHarmony"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("macOS", "Macintosh|Mac OS X"),
    ("Kylin", "Kylin"),
    ("UOS", "UOS"),
    ("Linux", "Linux|X11"),
)
_LONGEST_READ: Final = 500


def browser_of(agent: str) -> str:
    """Return the family of the browser that calls itself so, or nothing."""
    return _first(_BROWSERS, agent)


def system_of(agent: str) -> str:
    """Return what the browser runs on, or nothing."""
    return _first(_SYSTEMS, agent)


def masked_network(address: str) -> str:
    """Return ``203.0.113.*`` for an IPv4 address, ``2001:db8:1::*`` for an IPv6 one: the network, not the line."""
    parsed = ip_address(address)
    if isinstance(parsed, IPv4Address):
        return f"{str(parsed).rpartition('.')[0]}.*"
    groups = [group.lstrip("0") or "0" for group in parsed.exploded.split(":")[:3]]
    return f"{':'.join(groups)}::*"


def _first(names: tuple[tuple[str, str], ...], agent: str) -> str:
    text = agent[:_LONGEST_READ]
    return next((name for name, sign in names if re.search(sign, text)), "")
