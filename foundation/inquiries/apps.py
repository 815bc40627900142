"""The inquiries app."""

from django.apps import AppConfig


class InquiriesConfig(AppConfig):
    """Inquiry codes and looking up by them."""

    name = "foundation.inquiries"
    label = "inquiries"
