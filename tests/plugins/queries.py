"""Every test fails on an N+1 query."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import zeal
from django.apps import apps
from django.conf import settings


@pytest.hookimpl(trylast=True)
def pytest_configure() -> None:
    """Patch Django's relations once. Not through INSTALLED_APPS: the site under test has the apps of the real one."""
    if not settings.configured or not apps.ready:
        return
    from zeal.constants import initialize_app_registry
    from zeal.patch import patch

    initialize_app_registry()
    patch()


@pytest.fixture(autouse=True)
def no_n_plus_one() -> Iterator[None]:
    """Count lazy loads during the test and raise at the second from one place."""
    with zeal.zeal_context():
        yield
