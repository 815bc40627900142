"""``manage.py verify_log``."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from foundation import clock
from foundation.errors import NotFound
from foundation.transparency import log as the_log
from foundation.transparency.checkpoints import Checkpoint
from foundation.transparency.folder import Folder
from foundation.transparency.notes import BadNote, Note, Verifier
from foundation.transparency.proofs import NotGenuine, Proof, check_proof
from foundation.transparency.verification.files import check_files
from foundation.transparency.verification.findings import Finding
from foundation.transparency.verification.matters import check_matter
from foundation.transparency.verification.whole import check_everything

PROGRESS_EVERY = 50_000


class Command(BaseCommand):
    """Check the record against its seals: all of it, one matter, a proof, or the published files without any database.

    Ends with an error if anything was changed, removed, added, moved, or signed twice in two ways.
    """

    help = __doc__ or ""
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what to check, and what to check it by."""
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--files", type=Path, metavar="FOLDER", help="a folder of published files; the database is not asked")
        what.add_argument("--proof", type=argparse.FileType("rb"), help="a .tlog-proof; the database is not asked")
        what.add_argument("--matter", metavar="REFERENCE", help="one matter: its timeline and the proof of each entry")
        parser.add_argument("--kept", type=Path, action="append", default=[], metavar="FILE", help="a checkpoint that was kept elsewhere")
        parser.add_argument("--key", action="append", default=[], metavar="VKEY", help="a key of the log (default: those of the settings)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check, print findings as they come, and count."""
        try:
            kept = [path.read_bytes() for path in options["kept"]]
            keys = [Verifier.parse(key) for key in options["key"]]
            if options["proof"]:
                self._proof(options["proof"].read(), keys)
            elif options["files"]:
                self._report(self._files(Folder(options["files"]), keys, kept))
            elif options["matter"]:
                self._report(check_matter(reference=options["matter"]))
            else:
                self._report(check_everything(now=clock.now(), folder=the_log.folder(), kept=kept))
        except (BadNote, OSError) as error:
            raise CommandError(f"{error}.") from error
        except NotFound as error:
            raise CommandError(str(error)) from error

    def _proof(self, data: bytes, keys: list[Verifier]) -> None:
        try:
            found = check_proof(data, keys or the_log.verifiers_of(Proof.parse(data).checkpoint))
        except NotGenuine as error:
            raise CommandError(f"The proof is not genuine: {error}.") from error
        record = found.record
        self.stdout.write(self.style.SUCCESS(f"Genuine: {record.kind} {record.bureau}/{record.position} is entry {found.index}."))
        self.stdout.write(f"commitment {record.commitment}\nlog {found.checkpoint.origin}, {found.checkpoint.size} entries")

    @staticmethod
    def _files(folder: Folder, keys: list[Verifier], kept: list[bytes]) -> Iterator[Finding | int]:
        return check_files(folder, verifiers=keys or the_log.verifiers(_name_of(folder)), kept=kept)

    def _report(self, results: Iterable[Finding | int]) -> None:
        findings = rows = 0
        for result in results:
            if isinstance(result, Finding):
                findings += 1
                self.stderr.write(self.style.ERROR(str(result)))
                continue
            if (rows + result) // PROGRESS_EVERY > rows // PROGRESS_EVERY:
                self.stdout.write(f"{rows + result} rows checked …")
            rows += result
        if findings:
            raise CommandError(f"{findings} findings in {rows} rows.")
        self.stdout.write(self.style.SUCCESS(f"{rows} rows are as they were sealed."))


def _name_of(folder: Folder) -> str:
    """Return the name that a folder's checkpoint gives its log, or that of the settings where it gives none."""
    with suppress(BadNote, OSError):
        return Checkpoint.parse(Note.parse(folder.checkpoint() or b"").text).origin
    return str(settings.LOG_ORIGIN)
