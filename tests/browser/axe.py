"""What browser tests ask of every page: no accessibility finding, no sideways scrolling, and a picture when one is wanted.

``HALL_SCREENSHOTS=folder`` keeps a picture of every page that a test audits, to be looked at by a person.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDTHS = {"wide": 1280, "narrow": 390}
# WCAG 2.2, 1.4.10: a page of 1280 pixels enlarged four times.
REFLOW = 320


def findings(page: Page) -> list[str]:
    """Return what axe-core finds on the page as it stands, one line an element."""
    report = Axe().run(page, options={"runOnly": TAGS}).response
    return [f"{rule['id']} ({rule['impact']}): {node['html'][:160]}" for rule in report["violations"] for node in rule["nodes"]]


def sideways(page: Page) -> int:
    """Return how many pixels the page is wider than its window."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def audit(page: Page, name: str) -> list[str]:
    """Return everything that is wrong with the page; keep a picture of it under ``name`` when pictures are wanted."""
    folder = os.environ.get("HALL_SCREENSHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(folder) / f"{re.sub(r'[^a-z0-9]+', '-', name.lower()).strip('-')}.png", full_page=True)
    wrong = findings(page)
    if (over := sideways(page)) > 0:
        wrong.append(f"the page is {over} pixels wider than its window")
    return wrong
