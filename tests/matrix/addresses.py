"""Every address of the site, read from its URLconf."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

# A part of a route: ``<str:name>``, or of a regular expression ``(?P<name>…)``.
_CONVERTER = re.compile(r"\(\?P<(\w+)>[^()]*\)|<(?:\w+:)?(\w+)>")


def patterns(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Return each route with its pattern, in the order in which they are tried."""
    for each in (resolver or get_resolver()).url_patterns:
        route = prefix + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from patterns(each, route)
        else:
            yield route, each


def address(route: str, kwargs: dict[str, object]) -> str:
    """Return the path of a route; raise ``KeyError`` for a part that nobody gave."""
    return "/" + _CONVERTER.sub(lambda part: str(kwargs[part[1] or part[2]]), route).replace("^", "").replace("$", "")
