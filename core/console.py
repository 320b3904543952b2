"""What a command does at its end; the standard library only, since scripts need it before anything is installed."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

CLOSED_PIPE = 141  # what a shell calls the end of a program that nobody reads any more


def run(main: Callable[[], int | None]) -> None:
    """Run *main* and exit with what it returns; end without a word if nobody reads its output any more (`| head`)."""
    try:
        try:
            status = main()
        finally:
            sys.stdout.flush()
    except BrokenPipeError:
        # Python flushes once more at its end, and would complain there.
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, sys.stdout.fileno())
        os.dup2(nothing, sys.stderr.fileno())
        status = CLOSED_PIPE
    sys.exit(status)
