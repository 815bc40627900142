"""Run a command that dies with the process that started it: ``leash.py SIGNAL PARENT_PID COMMAND...``.

A supervisor killed with -9 cannot tell its children to stop; the kernel can (``PR_SET_PDEATHSIG``). The request
is made here, in the child, because code between fork and exec may deadlock in a threaded parent.
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1


def die_with_parent(signal_number: int) -> None:
    """Have the kernel send us this signal when our parent ends. Other systems than Linux have no such thing."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal_number))


def main(argv: list[str]) -> None:
    """Ask for the signal, make sure that the parent still lives, become the command."""
    signal_number, parent, *command = argv
    die_with_parent(int(signal_number))
    if os.getppid() != int(parent):
        raise SystemExit(f"The process that asked for {command[0]} is gone.")
    os.execvp(command[0], command)


if __name__ == "__main__":
    main(sys.argv[1:])
