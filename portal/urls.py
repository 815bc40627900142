"""Every address of the hall. The portal's own pages come first, then each app under its own prefix."""

from __future__ import annotations

from django.urls import include, path

from foundation.notifications.web.leaving import Unsubscribe
from foundation.privacy.web import public
from foundation.rest.handlers import unknown_route
from portal.web.texts import NAMES
from portal.web.views import inquiry, organisations, pages, site_files

urlpatterns = [
    path("", pages.home, name="home"),
    *(path(f"{name}/", pages.text, {"name": name}, name=name) for name in NAMES),
    path("q", inquiry.look_up, name="look-up"),
    path("accounts/", include("foundation.accounts.urls")),
    path("desk/", include("foundation.devices.web.urls")),
    path("desk/", include("cases.web.desk_urls")),
    path("desk/", include("foundation.accounts.web.desk_urls")),
    path("desk/people/", include("foundation.accounts.web.people_urls")),
    path("desk/", include("foundation.audit.web.desk_urls")),
    path("my/sign-in/", include("foundation.accounts.web.my_urls")),
    path("my/", include("cases.web.my_urls")),
    path("my/", include("foundation.audit.web.own_urls")),
    path("desk/corrections/", include("foundation.privacy.web.desk_urls")),
    path("desk/holds/", include("foundation.privacy.web.hold_urls")),
    path("desk/papers/", include("foundation.documents.web.desk_urls")),
    path("my/papers/", include("foundation.documents.web.my_urls")),
    path("my/messages/", include("foundation.notifications.web.my_urls")),
    path("my/preferences/", include("foundation.notifications.web.wish_urls")),
    path("desk/deliveries/", include("foundation.notifications.web.desk_urls")),
    path("unsubscribe/<str:token>/", Unsubscribe.as_view(), name="unsubscribe"),
    path("my/data/", include("foundation.privacy.web.my_urls")),
    path("privacy/data/", public.data, name="privacy-data"),
    path("api/v1/", include("foundation.rest.urls")),
    path("api/v1/", include("foundation.accounts.rest.urls")),
    path("api/v1/", include("foundation.devices.rest.urls")),
    path("api/v1/", include("foundation.inquiries.rest.urls")),
    path("api/v1/", include("foundation.audit.rest.urls")),
    path("desk/mandates/", include("foundation.mandates.web.desk_urls")),
    path("my/people/", include("foundation.mandates.web.my_urls")),
    path("api/v1/my/mandates/", include("foundation.mandates.rest.urls")),
    path("api/v1/", include("foundation.notifications.rest.urls")),
    path("api/v1/", include("cases.rest.urls")),
    path("api/v1/", include("foundation.privacy.rest.urls")),
    path("api/v1/documents/", include("foundation.documents.rest.urls")),
    path("api/v1/open-data/", include("cases.rest.open_data_urls")),
    # Behind every route of the API: no address of it is ever redirected or answered by a page.
    path("api/<path:path>", unknown_route),
    path("providers/", include("foundation.notifications.web.provider_urls")),
    path("log/", include("foundation.transparency.web.urls")),
    path("organisations/", organisations.organisations, name="organisations"),
    path("open-data/", include("cases.web.open_data_urls")),
    path("verify/", include("foundation.documents.web.urls")),
    path("robots.txt", site_files.robots, name="robots"),
    path("sitemap.xml", site_files.sitemap, name="sitemap"),
    path("manifest.webmanifest", site_files.manifest, name="manifest"),
    path("favicon.ico", site_files.favicon, name="favicon"),
    path(".well-known/security.txt", site_files.security, name="security"),
]

handler400 = "portal.web.views.errors.bad_request"
handler403 = "portal.web.views.errors.not_allowed"
handler404 = "portal.web.views.errors.not_found"
handler500 = "portal.web.views.errors.server_error"
