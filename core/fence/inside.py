"""The side of the fence where the stranger's file is. No Django here: what is imported is what a start costs."""

from __future__ import annotations

import resource
import signal
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress


def answer_with(work: Callable[[bytes], Iterable[bytes]]) -> None:
    """The main program of a module that `outside.fenced` starts: *work* gets the file, what it yields goes back.

    The bounds are taken before the file is: none of them can be widened again, and none is asked of *work*.
    """
    memory, seconds, patience, answer = map(int, sys.argv[1:])
    for which, soft, hard in (
        (resource.RLIMIT_AS, memory, memory),
        (resource.RLIMIT_CPU, seconds, seconds + 1),  # the first says why it ends, the second can't be unheard
        (resource.RLIMIT_FSIZE, answer, answer),
        (resource.RLIMIT_CORE, 0, 0),  # what people sent isn't left lying about
    ):
        resource.setrlimit(which, (soft, hard))
    with suppress(OSError), open("/proc/self/oom_score_adj", "w") as worth:
        worth.write("1000")  # where memory is short, this one ends and nothing else
    signal.alarm(patience + 1)  # should whoever waits for the answer be gone
    content = sys.stdin.buffer.read()
    for piece in work(content):
        sys.stdout.buffer.write(piece)
    sys.stdout.buffer.flush()
