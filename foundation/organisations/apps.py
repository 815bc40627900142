"""The organisations app."""

from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    """Who handles things: the tree of offices that rights, cases and figures hang on."""

    name = "foundation.organisations"
    label = "organisations"
