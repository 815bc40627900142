"""Machines of the police that push progress into the hall."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from foundation.accounts.models.machine import Machine
from foundation.organisations.models import Organisation


class Feed(Machine):
    """A case system with a key of its own, which may speak for its own bureau's cases and nothing else."""

    code = models.SlugField(max_length=40, unique=True)
    title = models.CharField(max_length=120)
    bureau = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="feeds")

    kind_of_matter: ClassVar[str] = "feed"

    def __str__(self) -> str:
        return self.code

    @property
    def reference(self) -> str:
        """The name under which logs remember it, and which its cases carry as their source."""
        return self.code

    @property
    def name(self) -> str:
        """What people call the system."""
        return self.title

    @property
    def home(self) -> Organisation:
        """The bureau that it speaks for."""
        return self.bureau
