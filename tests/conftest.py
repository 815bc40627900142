"""The login of the tests owns the throw-away cluster, and the site gives such rights up as soon as it connects.

That is what tests are to see; only making and dropping the test database is the owner's work. What has to start before
Django reads its settings stands in ``tests/plugins``.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.backends.signals import connection_created
from django.utils.translation import override

ROLE_SWITCH = "database.role"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """Stay the owner while the test database is made."""
    connection_created.disconnect(dispatch_uid=ROLE_SWITCH)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Be the site while tests run, and the owner again to drop the database."""
    from foundation.database.roles import become_site, on_connect

    connection_created.connect(on_connect, dispatch_uid=ROLE_SWITCH)
    with django_db_blocker.unblock():
        become_site(using=connection.alias)
    yield
    connection_created.disconnect(dispatch_uid=ROLE_SWITCH)


@pytest.fixture(autouse=True)
def log_folder(settings: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Each test publishes a log of its own: that of the test before speaks of rows that are gone."""
    settings.LOG_FOLDER = tmp_path_factory.getbasetemp() / "logs" / uuid.uuid4().hex
    return settings.LOG_FOLDER


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Tests quote the words of the source, whatever language a request of the test before has left behind."""
    with override("en"):
        yield
