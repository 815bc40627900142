"""The audit app."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Audit rows of operations and access rows of looks."""

    name = "foundation.audit"
    label = "audit"
