"""What every template of the hall can count on, under the one name ``hall``. It asks neither the database nor the session."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language, override

from portal.templatetags.hall import html_lang
from portal.web import navigation
from portal.web.navigation import Hotline, Link


@dataclass(frozen=True, kw_only=True)
class LanguageChoice:
    """One language of the switch: its Django code, its BCP 47 tag, its own name, and this page in it."""

    code: str
    lang: str
    name: str
    href: str
    is_current: bool


@dataclass(frozen=True, kw_only=True)
class OtherName:
    """The hall's name in the language that the page is not in."""

    text: str
    lang: str


@dataclass(frozen=True, kw_only=True)
class Hall:
    """The frame of one page."""

    name: str
    other_name: OtherName
    languages: tuple[LanguageChoice, ...]
    navigation: tuple[Link, ...]
    footer: tuple[Link, ...]
    hotlines: tuple[Hotline, ...]
    quick_exit: str
    desk: str
    trace_id: str


def _other_name(current: str) -> OtherName:
    code = next(code for code, _name in settings.LANGUAGES if code != current)
    with override(code):
        return OtherName(text=str(settings.HALL_NAME), lang=html_lang(code))


def _languages(request: HttpRequest, current: str) -> tuple[LanguageChoice, ...]:
    choices = []
    for code, name in settings.LANGUAGES:
        query = request.GET.copy()
        query["language"] = code
        href = f"{request.path}?{query.urlencode()}"
        choices.append(LanguageChoice(code=code, lang=html_lang(code), name=name, href=href, is_current=code == current))
    return tuple(choices)


def frame(request: HttpRequest) -> Hall:
    """Return the frame of the page that answers ``request``."""
    current = get_language() or settings.LANGUAGE_CODE
    return Hall(
        name=str(settings.HALL_NAME),
        other_name=_other_name(current),
        languages=_languages(request, current),
        navigation=navigation.main_menu(current=request.path),
        footer=navigation.footer_links(),
        hotlines=navigation.HOTLINES,
        quick_exit=navigation.QUICK_EXIT,
        desk=navigation.DESK,
        trace_id=getattr(request, "trace_id", "") or "",
    )


def hall(request: HttpRequest) -> dict[str, Hall]:
    """Context processor: ``{"hall": Hall}``."""
    return {"hall": frame(request)}
