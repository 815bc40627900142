"""``make run``: the whole hall in one terminal."""

from __future__ import annotations

import os
import signal
import sys
import time

from portal.environment import Environment, EnvironmentProblem
from portal.supervisor.hall import Hall
from portal.supervisor.leash import die_with_parent
from portal.supervisor.problems import Problem
from portal.supervisor.progress import say
from portal.supervisor.services import Stopped, Supervisor


def main() -> None:
    """Run the hall until Ctrl-C or SIGTERM; end with one clear line when it cannot."""
    if os.environ.get("MAKELEVEL"):
        die_with_parent(signal.SIGTERM)
    try:
        run(Hall.claim(Environment.read()))
    except (Problem, EnvironmentProblem) as problem:
        sys.exit(f"hall: {problem}")


def run(hall: Hall) -> None:
    """Start everything in order, watch it, stop it in the reverse order."""
    began = time.monotonic()
    supervisor = Supervisor(held=[hall.lock])
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, supervisor.request_stop)
    try:
        supervisor.start(*hall.stores())
        hall.make_database()
        supervisor.run_once(
            hall.preparation(), environment=hall.owner_environment, mend="Mend that, then start again: what is done is kept."
        )
        supervisor.start(*hall.faces())
        say(f"\nThe hall is ready after {time.monotonic() - began:.1f} s at {hall.settings.host}/ - Ctrl-C stops it.")
        say(hall.notes())
        supervisor.watch()
    except Stopped:
        say("Asked to stop while starting.")
    except Problem as problem:
        raise hall.reason(problem) from problem
    finally:
        supervisor.stop()
    say("The hall is closed; its data stays in " + str(hall.settings.var))


if __name__ == "__main__":
    main()
