"""One Chromium for the tests that need a browser, marked ``browser``; other programs are named by the mark ``program``.

Without them such tests are skipped and the last lines say so; under ``HALL_REQUIRE_BROWSER=1`` they fail instead.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from playwright.sync_api import Browser, sync_playwright

from portal.supervisor.chromium import REQUIRED, SWITCHES, find_chromium, is_required

ADVICE = "no Chromium in PATH; install one, or name it in HALL_CHROMIUM"
SKIPPED = pytest.StashKey[Counter[str]]()
CHROMIUM = pytest.StashKey[Path | None]()


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "browser: needs a Chromium; asking for the fixture `chromium` marks a test by itself")
    config.addinivalue_line("markers", "program(name): needs a program of another author in PATH, such as poppler's pdfsig")
    config.stash[CHROMIUM] = find_chromium()
    config.stash[SKIPPED] = Counter()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
    if is_required():
        return
    for item in items:
        for advice in _missing(item):
            config.stash[SKIPPED][advice] += 1
            item.add_marker(pytest.mark.skip(reason=advice))


def _missing(item: pytest.Item) -> Iterator[str]:
    """Yield what this machine lacks for the test."""
    if item.get_closest_marker("browser") and item.config.stash[CHROMIUM] is None:
        yield ADVICE
    for mark in item.iter_markers("program"):
        if shutil.which(mark.args[0]) is None:
            yield f"no {mark.args[0]} in PATH"


def pytest_runtest_setup(item: pytest.Item) -> None:
    for advice in _missing(item):
        pytest.fail(f"{REQUIRED} is set and there is {advice}", pytrace=False)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for advice, skipped in config.stash[SKIPPED].items():
        terminalreporter.write_line(f"{skipped} tests were skipped: {advice}.", yellow=True)


@pytest.fixture(scope="session")
def chromium(request: pytest.FixtureRequest) -> Iterator[Browser]:
    """A running Chromium that reaches this machine only; tests open contexts of their own."""
    path = request.config.stash[CHROMIUM]
    # Playwright's synchronous API keeps an event loop running in this thread, which Django takes for asynchronous code. While it
    # runs, Django's connections are others than before and after it: those of either time must not be left open in the other,
    # where a forked child would share them and the end of the tests could not drop their database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    connections.close_all()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, headless=True, args=list(SWITCHES))
        yield browser
        browser.close()
        connections.close_all()


@pytest.fixture
def open_page(chromium: Browser, live_server: Any, settings: Any) -> Iterator[Callable[..., Any]]:
    """Open an address of the site in a window of its own; what scripts, policy and files complain of is kept in ``faults``.

    ``session`` is the key of a signed-in session, ``scripts=False`` switches JavaScript off.
    """
    contexts = []

    def open_page(path: str = "/", *, width: int = 1280, language: str = "en", scripts: bool = True, session: str = "") -> Any:
        context = chromium.new_context(viewport={"width": width, "height": 900}, java_script_enabled=scripts)
        context.set_default_timeout(15_000)
        cookies = {"language": language} | ({settings.SESSION_COOKIE_NAME: session} if session else {})
        context.add_cookies([{"name": name, "value": value, "url": live_server.url} for name, value in cookies.items()])
        contexts.append(context)
        page: Any = context.new_page()
        page.faults = []
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        page.on("console", lambda message: page.faults.append(message.text) if "Content Security Policy" in message.text else None)
        page.on("response", lambda answer: page.faults.append(answer.url) if answer.status >= 400 and "/static/" in answer.url else None)
        # Going on before the icon has come breaks its load off; that is no fault of the page.
        page.on("requestfailed", lambda request: page.faults.append(request.url) if request.failure != "net::ERR_ABORTED" else None)
        page.goto(live_server.url + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
