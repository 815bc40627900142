"""``make bench``: every figure beside its bound, on throw-away services. A figure that falls short does not stop the others."""

from __future__ import annotations

import importlib
import io
import logging
import os
import sys
import traceback
from types import ModuleType

from portal.supervisor.throwaway import ThrowAwayServices

PARTS = ("looking_up", "recording", "worklists", "exchanging", "importing", "sealing", "values", "telling", "papers")


def main(chosen: list[str]) -> int:
    """Print the figures of all parts or of the chosen ones; return how many fell short or could not be measured."""
    with ThrowAwayServices() as services:
        os.environ.update(services.environment)
        os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
        import django

        django.setup()
        logging.disable(logging.INFO)
        _prepare()
        from tests.bench.world import World

        world = World()
        print(f"{'figure':58} {'measured':>10}  {'bound':>8}", flush=True)
        return sum(_measure(importlib.import_module(f"tests.bench.{part}"), world) for part in chosen or PARTS)


def _prepare() -> None:
    from django.conf import settings
    from django.core.management import call_command

    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    call_command("migrate", verbosity=0)
    call_command("load_seeds")


def _measure(part: ModuleType, world: object) -> int:
    from django.core.management import call_command

    short = 0
    try:
        # No worker seals here, and an officer writes nothing beside what has waited for minutes.
        call_command("seal", stdout=io.StringIO())
        for figure in part.figures(world):
            print(figure, flush=True)
            short += not figure.is_kept
    except Exception:
        traceback.print_exc()
        return short + 1
    return short


if __name__ == "__main__":
    sys.exit(min(main(sys.argv[1:]), 1))
