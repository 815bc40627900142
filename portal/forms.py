"""How every form of the hall is drawn: GOV.UK fields and widgets from ``portal/templates``, before Django's own."""

from __future__ import annotations

from pathlib import Path

import django.forms
from django.forms.renderers import DjangoTemplates
from django.template.backends.base import BaseEngine
from django.utils.functional import cached_property


class HallFormRenderer(DjangoTemplates):
    """Renders fields as GOV.UK form groups; a form only has to name its fields, labels and help texts.

    Django looks for widget templates in its own folder first, so a project cannot override them by putting files in an
    app. This renderer looks in ``portal/templates`` first. A field that may stay empty says so, unless its form has
    ``mark_optional = False``. A form's field group carries ``aria-describedby`` (hint and
    error) and ``aria-invalid``; the red frame follows ``aria-invalid``.
    """

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"

    @cached_property
    def engine(self) -> BaseEngine:
        """The template engine, with the hall's folder before Django's."""
        return self.backend(
            {
                "APP_DIRS": True,
                "DIRS": [Path(__file__).parent / "templates", Path(django.forms.__file__).parent / "templates"],
                "NAME": "hallforms",
                "OPTIONS": {},
            }
        )
