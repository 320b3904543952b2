"""The web process: who sends slowly loses the line, so that eight of them don't hold the eight threads for ever."""

from __future__ import annotations

import errno
import socket
import time
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

GRACE = 20.0  # seconds for a request to be here, with its head
BYTES_A_SECOND = 16 * 1024  # each of which earns time: a file of 20 MB has 21 minutes on a slow line


class Hurried(socket.socket):
    """A line on which what is expected has to come in time; sending is as ever."""

    until = 0.0

    def recv(self, size: int, flags: int = 0) -> bytes:
        if (left := self.until - time.monotonic()) <= 0:
            raise ConnectionResetError(errno.ECONNRESET, "sent too slowly")
        self.settimeout(left)
        try:
            data = super().recv(size, flags)
        except TimeoutError as error:
            raise ConnectionResetError(errno.ECONNRESET, "sent too slowly") from error
        finally:
            self.settimeout(None)
        self.until += len(data) / BYTES_A_SECOND
        return data


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn says no types
    """gunicorn's own with threads, on hurried lines. A proxy that keeps a body until it is whole is better still."""

    def handle(self, conn: Any) -> Any:
        if not isinstance(conn.sock, Hurried):
            blocking = conn.sock.getblocking()
            conn.sock = Hurried(fileno=conn.sock.detach())
            conn.sock.setblocking(blocking)
        conn.sock.until = time.monotonic() + GRACE
        return super().handle(conn)
