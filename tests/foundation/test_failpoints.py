"""Places at which the fault harness lets a process die: none that nobody passes, and none that a real hall could have armed."""

import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from foundation.failpoints import PLACES, arm, failpoint
from portal.environment import ROOT

CALL = re.compile(r'failpoint\("([^"]+)"\)')


def calls():
    for folder in ("foundation", "cases", "portal"):
        for path in Path(ROOT / folder).rglob("*.py"):
            yield from CALL.findall(path.read_text())


def test_every_place_is_in_the_code_once_and_none_is_undeclared():
    assert sorted(calls()) == sorted(PLACES)


def test_nothing_happens_without_the_setting(settings, tmp_path):
    settings.FAILPOINTS = None
    arm(tmp_path, "web.answered")

    failpoint("web.answered")

    assert (tmp_path / "web.answered").exists()


def test_nothing_happens_where_nothing_is_armed(settings, tmp_path):
    settings.FAILPOINTS = tmp_path
    arm(tmp_path, "web.answered")

    failpoint("outbox.leased")


def test_a_place_that_nobody_declared_is_an_error(settings, tmp_path):
    settings.FAILPOINTS = tmp_path
    with pytest.raises(KeyError):
        failpoint("web.nowhere")
    with pytest.raises(KeyError):
        arm(tmp_path, "web.nowhere")


def test_of_many_processes_one_dies(tmp_path):
    arm(tmp_path, "web.answered")
    program = (
        "import pathlib, sys; from django.conf import settings; settings.configure(FAILPOINTS=pathlib.Path(sys.argv[1]));"
        "from foundation.failpoints import failpoint; failpoint('web.answered')"
    )
    children = [subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], cwd=ROOT) for _ in range(4)]

    assert sorted(child.wait(60) for child in children) == [-signal.SIGKILL, 0, 0, 0]
