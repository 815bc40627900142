"""Answers that are the same for everybody."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.response import SimpleTemplateResponse
from django.utils.cache import get_conditional_response, patch_cache_control, set_response_etag

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def kept_by_anyone(*, seconds: int) -> Callable[[View[P]], View[P]]:
    """Let browsers and proxies keep a view's answer that long, and ask again by its ETag.

    For views that know nobody: they look at no session, and their pages hold no token and no message. An error is not kept.
    """

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def kept(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            response = view(request, *args, **kwargs)
            if isinstance(response, SimpleTemplateResponse) and not response.is_rendered:
                # An answer of the API is written after its view has returned, and has no ETag before.
                response.add_post_render_callback(lambda rendered: _keep(request, rendered, seconds))
                return response
            return _keep(request, response, seconds)

        return kept

    return decorate


def _keep(request: HttpRequest, response: HttpResponseBase, seconds: int) -> HttpResponseBase:
    if response.status_code != 200:
        return response
    patch_cache_control(response, public=True, max_age=seconds)
    # An answer without a body, or one that is sent piece by piece, has nothing to compute an ETag from.
    if request.method != "GET" or not isinstance(response, HttpResponse):
        return response
    set_response_etag(response)
    return get_conditional_response(request, etag=response["ETag"], response=response) or response
