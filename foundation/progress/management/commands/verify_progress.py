"""``manage.py verify_progress``."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from foundation.progress.verify import Finding, timelines, verify_timeline

PROGRESS_EVERY = 50_000


class Command(BaseCommand):
    """Check every timeline against its seals; end with an error if anything was changed, removed, added or moved."""

    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:
        """Walk all timelines, print findings as they come, and count."""
        findings = entries = matters = 0
        for model in timelines():
            for result in verify_timeline(model):
                if isinstance(result, Finding):
                    findings += 1
                    self.stderr.write(self.style.ERROR(str(result)))
                    continue
                matters += 1
                if (entries + result) // PROGRESS_EVERY > entries // PROGRESS_EVERY:
                    self.stdout.write(f"{entries + result} entries checked …")
                entries += result
        if findings:
            raise CommandError(f"{findings} findings in {entries} entries of {matters} matters.")
        self.stdout.write(self.style.SUCCESS(f"{entries} entries of {matters} matters are as they were sealed."))
