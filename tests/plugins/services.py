"""Start a throw-away PostgreSQL and Valkey before anything reads the settings; stop them whatever happens.

The first process starts them and every xdist worker inherits the addresses; a worker gets a Valkey database of its
own, as pytest-django gives it a PostgreSQL database of its own. A leftover of a killed run cannot be: both servers
ask the kernel to be stopped with us.
"""

from __future__ import annotations

import os
import re
import time
from pathlib import Path

import pytest

from portal.supervisor.throwaway import ThrowAwayServices
from portal.translations import compile_catalogues

SERVICES = pytest.StashKey[ThrowAwayServices]()
STARTED_IN = pytest.StashKey[float]()
# Settings of the person who runs the tests must not leak into them.
FOREIGN = re.compile(r"DATABASE_(OWNER_)?URL|REDIS_URL|DJANGO_SETTINGS_MODULE|HALL_(?!CHROMIUM|REQUIRE_BROWSER|SCREENSHOTS)\w+")


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker:
        os.environ["REDIS_URL"] += f"?db={int(worker.removeprefix('gw')) + 1}"
        return
    for name in filter(FOREIGN.fullmatch, list(os.environ)):
        del os.environ[name]
    # The compiled catalogue is not part of a checkout, and Django looks for it once, while it starts.
    compile_catalogues()
    began = time.monotonic()
    services = ThrowAwayServices().__enter__()
    early_config.stash[SERVICES] = services
    early_config.stash[STARTED_IN] = time.monotonic() - began
    early_config.add_cleanup(services.stop)
    os.environ.update(services.environment)
    # WhiteNoise warns of a folder that is not there, and a warning fails a test.
    (Path(services.environment["HALL_VAR"]) / "static").mkdir(parents=True)


def pytest_report_header(config: pytest.Config) -> str | None:
    services = config.stash.get(SERVICES, None)
    return services and f"services: throw-away PostgreSQL and Valkey in {services.folder}, started in {config.stash[STARTED_IN]:.1f} s"
