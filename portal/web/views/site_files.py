"""Small files that browsers, search engines and people who found a hole look for."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal.templatetags.hall import html_lang
from portal.web.texts import NAMES

PUBLIC_PATHS = ("/", "/q", *(f"/{name}/" for name in NAMES), "/organisations/", "/open-data/", "/log/")
# Nothing about a single matter, and nothing of staff, belongs in a search engine.
CLOSED_PATHS = ("/q/", "/desk/", "/accounts/", "/api/", "/my/", "/receipt/")


@require_safe
@login_not_required
def robots(request: HttpRequest) -> HttpResponse:
    """``/robots.txt``."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in CLOSED_PATHS), f"Sitemap: {settings.HALL_HOST}/sitemap.xml"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
@login_not_required
def sitemap(request: HttpRequest) -> HttpResponse:
    """``/sitemap.xml``: every public page, with its address in each language."""
    languages = [(code, html_lang(code)) for code, _name in settings.LANGUAGES]
    context = {"host": settings.HALL_HOST, "paths": PUBLIC_PATHS, "languages": languages}
    return render(request, "pages/sitemap.xml", context, content_type="application/xml; charset=utf-8")


@require_safe
@login_not_required
def manifest(request: HttpRequest) -> JsonResponse:
    """``/manifest.webmanifest``: name, colours and icon for who puts the hall on a phone's first screen."""
    content = {
        "name": str(settings.HALL_NAME),
        "short_name": str(settings.HALL_NAME),
        "start_url": "/",
        "display": "browser",
        "background_color": "#ffffff",
        "theme_color": "#0a2d66",
        "icons": [{"src": static("hall/favicon.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"}],
    }
    return JsonResponse(content, content_type="application/manifest+json")


@require_safe
@login_not_required
def favicon(request: HttpRequest) -> HttpResponseRedirect:
    """``/favicon.ico``, for browsers that ask without reading the page."""
    return HttpResponseRedirect(static("hall/favicon.svg"))


@require_safe
@login_not_required
def security(request: HttpRequest) -> HttpResponse:
    """``/.well-known/security.txt`` (RFC 9116): where to tell of a hole. It must expire within a year."""
    expires = (timezone.now() + timedelta(days=180)).strftime("%Y-%m-%dT00:00:00Z")
    lines = [f"Contact: {settings.HALL_HOST}/about/#security", f"Expires: {expires}", "Preferred-Languages: zh, en"]
    lines.append(f"Canonical: {settings.HALL_HOST}/.well-known/security.txt")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
