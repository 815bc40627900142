"""Bring the database, the reference data, the demo and the static files to this version, in one process.

Starting Django takes longer than most of these steps, so a second start of the hall pays for it once. Nothing is done
twice: each step knows what it did from. Run as the database's owner: ``python -m portal.supervisor.prepare NOTES_FILE``.
"""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command

from portal.supervisor.progress import say, step
from portal.translations import compile_catalogues

# Pages of packages that the hall does not show: a second viewer of the API, which takes twenty seconds to compress, and a browsable one.
UNUSED = ["redoc", "rest_framework"]


def main(notes: Path) -> None:
    """Run every step; leave what the demo has to say in ``notes``."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    compile_catalogues()
    django.setup()
    migrate()
    with step("Loading reference data"):
        call_command("load_seeds")
    if settings.HALL_MODE == "demo":
        with step("Loading demo data"):
            call_command("load_demo")
        with notes.open("w") as file:
            call_command("demo_notes", stdout=file)
    collect_static_files(stamp=Path(settings.STATIC_ROOT).with_suffix(".collected"))


def migrate() -> None:
    """Apply what is missing; name each migration, because one may take long."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        with step(f"Migrating the database: {len(missing)} migrations"):
            call_command("migrate", interactive=False, verbosity=1)
    else:
        say("- The database is up to date")


def collect_static_files(*, stamp: Path) -> None:
    """Collect and compress static files when one of them changed."""
    from django.contrib.staticfiles.finders import get_finders

    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list(["CVS", ".*", "*~"]):
            content = Path(storage.path(name)).read_bytes()
            digest.update(f"{name}\0{len(content)}\0".encode() + content)
    if stamp.exists() and stamp.read_text() == digest.hexdigest():
        return
    with step("Collecting and compressing static files"):
        call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=UNUSED)
        stamp.write_text(digest.hexdigest())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
