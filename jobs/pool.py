"""The worker's processes, where all of them read from one pipe, as with the queue of files.

Who waits holds the pipe's lock. One that is killed then takes the lock along: the others wait for ever, while the
worker looks well from outside. So it ends, and the supervisor starts another; what was under way is taken up again.
With Redis each process has a pipe of its own, and one that is killed is just replaced.
"""

from __future__ import annotations

import logging
import os
from typing import Any

from celery.concurrency import prefork

log = logging.getLogger(__name__)


class OnePipe(prefork.BlockingPool):  # type: ignore[misc]  # celery says no types
    def _join_exited_workers(self, shutdown: bool = False) -> list[int | None]:
        """Celery's own look, every second, for processes that have gone."""
        busy = {pid for job in list(self._cache.values()) for pid in job.worker_pids()}
        waiting = [process for process in self._pool if process.pid not in busy]
        codes: list[int | None] = super()._join_exited_workers(shutdown)
        if not shutdown and any((process.exitcode or 0) < 0 for process in waiting):
            log.error("a process was killed while it waited for work: the worker ends, to be started anew")
            os._exit(os.EX_SOFTWARE)
        return codes


class Pool(prefork.TaskPool):  # type: ignore[misc]  # celery says no types
    BlockingPool: Any = OnePipe
