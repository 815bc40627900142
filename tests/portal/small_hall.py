"""A hall with real stores and a web server that knows one page: what the supervisor does is the same, and quick."""

import sys

from portal.environment import Environment
from portal.supervisor.hall import Hall
from portal.supervisor.problems import Problem
from portal.supervisor.run import run
from portal.supervisor.services import Service


class SmallHall(Hall):
    def preparation(self):
        return [sys.executable, "-c", "print('- Prepared')"]

    def faces(self):
        web = self._web()
        command = [sys.executable, "-m", "http.server", "--bind", "127.0.0.1", str(self.settings.port)]
        return [Service(name="web", command=command, is_ready=web.is_ready, mend=web.mend, environment=self.environment)]

    def notes(self):
        return "A small hall."


if __name__ == "__main__":
    try:
        run(SmallHall.claim(Environment.read()))
    except Problem as problem:
        sys.exit(f"hall: {problem}")
