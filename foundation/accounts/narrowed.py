"""What of django-allauth's pages the hall narrows: each answers the methods that it has a form for, and nobody else's case breaks one."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_http_methods

from foundation.errors import Hidden

View = Callable[..., HttpResponseBase]

_only_forms = require_http_methods(["GET", "HEAD", "POST"])


def only_forms(view: View) -> View:
    """Let a page be read and sent and nothing else: Django's form views take PUT for a form that was sent (ASVS 5.0: 4.1.4)."""
    narrowed: View = _only_forms(view)
    return narrowed if getattr(view, "login_required", True) else login_not_required(narrowed)


def for_who_has_a_password(view: View) -> View:
    """Hide a page about one's password from who has none, such as a resident: allauth would lead to a page that the hall does not open."""

    @wraps(view)
    def hidden(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not request.user.has_usable_password():
            raise Hidden
        return view(request, *args, **kwargs)

    return hidden
