"""The hall's settings with the bench's own address beside its own."""

from portal.settings import *  # noqa: F403 - a settings module is all names

ROOT_URLCONF = "tests.bench.urls"
