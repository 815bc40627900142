"""The progress app: no tables of its own, for each service keeps its timeline beside its matters."""

from django.apps import AppConfig


class ProgressConfig(AppConfig):
    """Timelines and the command that checks them."""

    name = "foundation.progress"
    label = "progress"
