"""Start services in order, keep them running, stop them in order."""

from __future__ import annotations

import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from portal.supervisor import processes
from portal.supervisor.problems import Problem
from portal.supervisor.progress import say

TICK = 0.1
LONGEST_PAUSE = 10.0
# A service that ran this long and then ended has not failed to start.
SETTLED = 60.0


class Stopped(Exception):
    """A person asked for the end while something was still starting."""


@dataclass(frozen=True, kw_only=True)
class Service:
    """One process that belongs to the running hall.

    ``is_ready`` is asked with the process id until it says yes; ``patience`` is seconds, to start and to stop; lines that
    hold one of ``noise`` are not shown. One that ends is started again after ever longer pauses, up to ``longest_pause`` seconds.
    """

    name: str
    command: Sequence[str | Path]
    is_ready: Callable[[int], bool]
    mend: str
    environment: Mapping[str, str] | None = None
    stop_by: signal.Signals = signal.SIGTERM
    patience: float = 20.0
    noise: Sequence[str] = ()
    longest_pause: float = LONGEST_PAUSE


class Keeper:
    """Keeps one service running: start, pass its lines on, start again after ever longer pauses."""

    def __init__(self, service: Service, *, held: Sequence[int]) -> None:
        self.service = service
        self.is_ready = False
        self._held = held
        self._failures = 0
        self._resume_at = 0.0
        self._spawn()

    @property
    def pid(self) -> int:
        """The process id of the running service."""
        return self.child.pid

    def _spawn(self) -> None:
        self.began = time.monotonic()
        self.is_ready = False
        service = self.service
        self.child = processes.spawn(
            service.command, at_our_death=service.stop_by, environment=service.environment, output=subprocess.PIPE, held=self._held
        )
        threading.Thread(target=self._pass_on, args=(self.child,), daemon=True).start()

    def _pass_on(self, child: subprocess.Popen[bytes]) -> None:
        for line in child.stdout or ():
            text = line.decode(errors="replace").rstrip()
            if not text or any(noise in text for noise in self.service.noise):
                continue
            say(f"{self.service.name:8}| {text}")

    def look(self) -> None:
        """See how the service is doing: note that it became ready, or start it again when its pause is over."""
        now = time.monotonic()
        if self.child.poll() is None:
            if not self.is_ready and self.service.is_ready(self.pid):
                self.is_ready = True
                say(f"{self.service.name:8}| ready after {time.monotonic() - self.began:.1f} s")
        elif not self._resume_at:
            self._rest(now)
        elif now >= self._resume_at:
            self._resume_at = 0.0
            self._spawn()

    def _rest(self, now: float) -> None:
        processes.kill_group(self.child)
        self._failures = 1 if now - self.began > SETTLED else self._failures + 1
        pause = min(0.1 * 2**self._failures, self.service.longest_pause)
        self._resume_at = now + pause
        say(f"{self.service.name:8}| ended ({self.child.returncode}); starting it again in {pause:.1f} s")

    def refuse_failed_start(self) -> None:
        """Raise :class:`Problem` when the service ended or took too long before it was ready for the first time."""
        took = time.monotonic() - self.began
        if self.child.poll() is None and took < self.service.patience * 3:
            return
        how = f"does not answer after {took:.0f} s" if self.child.poll() is None else f"ended at once ({self.child.returncode})"
        raise Problem(f"{self.service.name} {how}; its lines above say why.", mend=self.service.mend)

    def stop(self, *, in_a_hurry: bool = False) -> None:
        """Stop the service and all that it started."""
        began = time.monotonic()
        was_running = self.child.poll() is None
        by_itself = processes.stop(self.child, by=self.service.stop_by, patience=1 if in_a_hurry else self.service.patience)
        if was_running:
            say(f"{self.service.name:8}| {'stopped' if by_itself else 'killed'} after {time.monotonic() - began:.1f} s")


class Supervisor:
    """All services of one running hall. ``held`` are descriptors that every child keeps open."""

    def __init__(self, *, held: Sequence[int] = ()) -> None:
        self.keepers: list[Keeper] = []
        self.requests_to_stop = 0
        self._held = held

    def request_stop(self, *_: object) -> None:
        """Ask for the end: a signal handler. Asked twice, patience is short."""
        self.requests_to_stop += 1

    def start(self, *services: Service) -> None:
        """Start services side by side and return when all are ready; raise :class:`Problem` when one cannot."""
        self._refuse_when_stopping()
        starting = [Keeper(service, held=self._held) for service in services]
        self.keepers += starting
        while not all(keeper.is_ready for keeper in starting):
            self._refuse_when_stopping()
            for keeper in starting:
                if not keeper.is_ready:
                    keeper.refuse_failed_start()
                    keeper.look()
            time.sleep(TICK / 4)

    def _refuse_when_stopping(self) -> None:
        if self.requests_to_stop:
            raise Stopped

    def run_once(self, command: Sequence[str | Path], *, environment: Mapping[str, str], mend: str) -> None:
        """Run a command to its end, stopping it when asked to; raise :class:`Problem` when it fails."""
        child = processes.spawn(command, environment=environment, held=self._held)
        try:
            while child.poll() is None:
                self._refuse_when_stopping()
                time.sleep(TICK)
        finally:
            processes.stop(child, patience=10)
        if child.returncode != 0:
            raise Problem("Preparing the hall failed; the lines above say why.", mend=mend)

    def watch(self) -> None:
        """Keep everything running until asked to stop."""
        while not self.requests_to_stop:
            for keeper in self.keepers:
                keeper.look()
            time.sleep(TICK)

    def stop(self) -> None:
        """Stop everything, last started first."""
        while self.keepers:
            self.keepers.pop().stop(in_a_hurry=self.requests_to_stop > 1)
