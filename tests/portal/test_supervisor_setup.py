"""A fresh machine: what it lacks is named with the way to get it, and what is done is not done twice."""

import ast
import os
import socket
import subprocess
import sys

import psycopg2
import pytest

from portal.environment import ROOT, Environment
from portal.supervisor import check, external, frontend, locks, packages, throwaway
from portal.supervisor.problems import Problem
from portal.supervisor.progress import run_long
from portal.supervisor.throwaway import ThrowAwayServices

BOOTSTRAP = ROOT / "portal" / "supervisor" / "bootstrap.py"


def test_the_first_file_parses_on_old_pythons():
    tree = ast.parse(BOOTSTRAP.read_text(), feature_version=(3, 4))

    assert not [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr | ast.AnnAssign | ast.NamedExpr)]


def test_an_old_python_is_told_what_to_install():
    pretend = (
        "import runpy, sys; sys.version_info = (3, 8, 1); sys.argv = ['', 'test']; runpy.run_path(sys.orig_argv[-1], run_name='__main__')"
    )

    done = subprocess.run([sys.executable, "-c", pretend, BOOTSTRAP], env={"PATH": "/nowhere"}, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert done.stderr == (
        "hall: This is Python 3.8, and the hall needs 3.11 or newer. Install one (Debian, Ubuntu: apt install python3 python3-venv), "
        "or name it: make PYTHON=/path/to/python3.11 test\n"
    )


def test_setting_up_needs_nothing_but_the_standard_library():
    alone = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import portal.supervisor.setup"

    assert subprocess.run([sys.executable, "-I", "-S", "-c", alone], check=False).returncode == 0


def test_an_unknown_target_is_answered_with_those_there_are():
    done = subprocess.run([sys.executable, BOOTSTRAP, "fly"], capture_output=True, text=True, check=False)

    assert done.stderr.strip() == "hall: there is no target 'fly'. There are: run, test, check, bench, faults, format, lock."


def test_packages_count_as_installed_until_the_locked_file_changes(tmp_path):
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    packages.python_of(tmp_path).symlink_to(sys.executable)
    locked = tmp_path / packages.LOCKED
    locked.write_text("")
    packages.install(tmp_path)
    was_installed = packages.is_installed(tmp_path)
    locked.write_text("# another\n")

    assert was_installed
    assert not packages.is_installed(tmp_path)


def test_an_environment_whose_python_is_gone_does_not_count_as_installed(tmp_path):
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    python = packages.python_of(tmp_path)
    python.symlink_to(sys.executable)
    (tmp_path / packages.LOCKED).write_text("")
    packages.install(tmp_path)
    python.unlink()
    python.symlink_to("/usr/bin/python-that-was-removed")

    assert not packages.is_installed(tmp_path)


def test_pages_count_as_built_until_a_source_changes(tmp_path):
    (tmp_path / "portal" / "assets").mkdir(parents=True)
    sheet = tmp_path / "portal" / "assets" / "hall.scss"
    for path in (tmp_path / "package.json", tmp_path / "package-lock.json", sheet):
        path.write_text("{}")
    stamp = frontend._stamp(tmp_path)
    stamp.parent.mkdir(parents=True)
    stamp.write_text(frontend._digest(tmp_path, frontend.SOURCES))
    was_built = frontend.is_built(tmp_path)
    sheet.write_text("a { color: red }")

    assert was_built
    assert not frontend.is_built(tmp_path)


@pytest.mark.parametrize(
    ("last_words", "line"),
    [
        ("write failed: No space left on device", "The disk is full. Free at least 1.5 GB"),
        ("touch: cannot touch: Read-only file system", "The folder cannot be written to. Copy the project"),
        ("Temporary failure in name resolution", "Installing failed; the last lines above say why. Check the network."),
    ],
)
def test_a_long_step_that_fails_ends_in_one_line_with_the_mend(capsys, last_words, line):
    with pytest.raises(Problem) as problem:
        run_long(["sh", "-c", f"echo '{last_words}'; exit 1"], title="Installing", mend="Check the network.")

    assert str(problem.value).startswith(line)
    assert last_words in capsys.readouterr().out


def test_throw_away_services_are_gone_afterwards():
    with ThrowAwayServices() as services:
        folder, url = services.folder, services.environment["DATABASE_URL"]
        external.check_database(url)
        external.check_redis(services.environment["REDIS_URL"])

    assert not folder.exists()
    with pytest.raises(Problem, match="PostgreSQL does not let the hall in"):
        external.check_database(url)


def test_folders_of_killed_runs_are_swept_and_those_in_use_are_not(tmp_path):
    dead, alive = (tmp_path / f"{throwaway.PREFIX}{name}" for name in ("dead", "alive"))
    for folder in (dead, alive):
        folder.mkdir()
    (dead / "lock").touch()
    held = locks.take(alive / "lock")

    throwaway._sweep(tmp_path)
    os.close(held)

    assert not dead.exists()
    assert alive.exists()


def test_a_city_s_own_database_that_does_not_answer_is_named_without_its_password():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

        with pytest.raises(Problem) as problem:
            external.check_database(f"postgresql://hall_app:open-sesame@127.0.0.1:{port}/hall")

    assert "correct DATABASE_URL" in str(problem.value)
    assert "open-sesame" not in str(problem.value)


def test_an_owner_that_may_not_become_the_site_is_told_what_the_administrator_has_to_grant():
    with ThrowAwayServices() as services:
        owner = services.environment["DATABASE_URL"].replace("//hall@", "//city_owner@")
        connection = psycopg2.connect(services.environment["DATABASE_URL"])
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("CREATE ROLE city_owner LOGIN")
        connection.close()

        with pytest.raises(Problem) as problem:
            external.check_database(owner)

    assert str(problem.value).endswith("GRANT hall_app TO city_owner;")


def test_a_city_s_own_redis_that_does_not_answer_is_named_without_its_password():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

        with pytest.raises(Problem) as problem:
            external.check_redis(f"redis://:open-sesame@127.0.0.1:{port}/0")

    assert "Redis at 127.0.0.1 does not answer" in str(problem.value)
    assert "open-sesame" not in str(problem.value)


def test_every_gate_runs_and_the_end_names_those_that_failed(capfd):
    gates = [
        check.Gate(name=name, command=[sys.executable, "-c", f"raise SystemExit({code})"]) for name, code in (("A", 1), ("B", 0), ("C", 2))
    ]

    assert check.run(gates, os.environ) == ["A", "C"]
    assert [line.split()[0] for line in capfd.readouterr().out.splitlines()[-3:]] == ["FAILED", "ok", "FAILED"]


def test_a_gate_that_does_not_exist_is_not_a_gate_that_holds():
    with pytest.raises(Problem, match=r"No gate is called spelling\. There are: A\."):
        check.wanted([check.Gate(name="A", command=[])], ["spelling"])


def test_the_check_of_production_settings_runs_on_settings_that_production_accepts(tmp_path):
    class Services:
        site_url = "postgresql://hall_app@/hall?host=/run/postgresql"

    environment = {**check.production_environment(Services()), "REDIS_URL": "unix:///run/valkey.sock", "HALL_VAR": str(tmp_path)}

    assert Environment.read(environment).is_production
