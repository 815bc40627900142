"""Where the menus lead. Addresses are written here once; a test follows every one of them."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# A page that says nothing about police to who looks over a shoulder: the weather.
QUICK_EXIT = "https://www.weather.com.cn/"

DESK = "/desk/"


@dataclass(frozen=True, kw_only=True)
class Link:
    """A label and its address; ``is_current`` when the page at hand lies at or below it, ``is_page`` when it is that very page."""

    label: str | Promise
    path: str
    is_current: bool = False
    is_page: bool = False


@dataclass(frozen=True, kw_only=True)
class Hotline:
    """A phone number that a person answers, and for what."""

    number: str
    label: str | Promise


MAIN = (
    ("/", _("Home")),
    ("/q", _("Case inquiry")),
    ("/my/", _("My cases")),
    ("/rights/", _("Rights and duties")),
    ("/organisations/", _("Police units")),
    ("/open-data/", _("Police situation")),
)
FOOTER = (
    ("/about/", _("About this hall and contact")),
    ("/privacy/", _("Privacy")),
    ("/log/", _("Public log")),
    ("/accessibility/", _("Accessibility")),
    ("/convenience/", _("All phone numbers")),
    (DESK, _("For officers")),
)
HOTLINES = (
    Hotline(number="110", label=_("Emergency: you or somebody else is in danger")),
    Hotline(number="12345", label=_("City hotline: questions about every office")),
    Hotline(number="12389", label=_("Complaints about the police")),
    Hotline(number="12367", label=_("Exit and entry, and foreigners")),
)


def _holds(path: str, current: str) -> bool:
    return current == path or (path != "/" and current.startswith(path.rstrip("/") + "/"))


def main_menu(*, current: str) -> tuple[Link, ...]:
    """Return the main menu, with the entry of the page at ``current`` marked."""
    return tuple(Link(label=label, path=path, is_current=_holds(path, current), is_page=current == path) for path, label in MAIN)


def footer_links() -> tuple[Link, ...]:
    """Return the links at the foot of every public page."""
    return tuple(Link(label=label, path=path) for path, label in FOOTER)
