"""The API's description, for programs and for people."""

from __future__ import annotations

from csp.decorators import csp_update
from django.urls import path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

# The split view loads its script from an address of its own: our policy runs no script that stands in a page.
_docs = SpectacularSwaggerSplitView.as_view(url_name="api-schema", template_name="api/docs.html")
# Its style sheet draws two arrows from data addresses, which run nothing.
_with_its_icons = csp_update({"img-src": ["data:"]})

urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("docs/", _with_its_icons(_docs), name="api-docs"),
]
