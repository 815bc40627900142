"""Accounts that their owners closed."""

from __future__ import annotations

import uuid

from django.db import models


class AccountClosing(models.Model):
    """That an account was closed at its owner's wish (PIPL art. 47), and when what could be deleted was.

    Personal data: the account's public reference, which leads to nobody once the account is deleted. Kept three years after that.
    ``erased_at`` is empty while a legal hold spares the account's data: the purge deletes them when it ends.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.CharField(max_length=20, unique=True)
    asked_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True, blank=True)

    kind_of_matter = "account"
    bureau_code = ""

    def __str__(self) -> str:
        return self.account

    @property
    def reference(self) -> str:
        """The account, as the audit log names it."""
        return self.account
