"""``manage.py register_feed CODE --bureau CODE --title TITLE --public-key BASE64``: let a case system speak to the hall."""

from __future__ import annotations

import base64
import binascii
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from foundation import clock
from foundation.accounts.actors import command_actor
from foundation.devices.operations.register_feed import register_feed
from foundation.errors import DomainError
from foundation.organisations.queries import organisation_by_code


class Command(BaseCommand):
    """Register a feed, or give it a new key."""

    help = (
        "Register a feed with its public key, or replace the key of one that is there. The back office makes its own pair with "
        "docs/exchange_client.py keygen; the private key never leaves it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take what the back office tells the hall."""
        parser.add_argument("code", help="short name, as in source of its cases: shanghai-case-system")
        parser.add_argument("--bureau", required=True, help="12 digits of the bureau that it speaks for")
        parser.add_argument("--title", required=True, help="what people call the system")
        parser.add_argument("--public-key", required=True, help="32 bytes in base64")
        parser.add_argument("--key-id", default="", help="what it writes into its signatures; made from the key unless given")

    def handle(self, *args: Any, **options: Any) -> None:
        """Register and say what the back office has to write into its signatures."""
        try:
            key = base64.b64decode(options["public_key"], validate=True)
            feed = register_feed(
                actor=command_actor("register_feed"),
                code=options["code"],
                title=options["title"],
                bureau=organisation_by_code(code=options["bureau"]),
                public_key=key,
                key_id=options["key_id"],
                now=clock.now(),
            )
        except binascii.Error as error:
            raise CommandError("The public key is not base64.") from error
        except DomainError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{feed.code} speaks for {feed.bureau_code}; its key id is {feed.key_id}; it is {feed.state}.")
