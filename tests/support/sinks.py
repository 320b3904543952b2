"""Servers on this machine that take mail and group messages, and answer as they are told to."""

from __future__ import annotations

import json
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

HANG = 30.0  # seconds; longer than any test waits
Answer = tuple[int, bytes] | str  # status and body, or "hang", "drip", "cut"
TAKEN: Answer = (200, b'{"errcode":0,"errmsg":"ok"}')


class HttpSink(ThreadingHTTPServer):
    """A robot's far side: `got` are the messages with their query; `answers` are given in order, then it takes all."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Http)
        self.got: list[tuple[dict[str, str], dict[str, Any]]] = []
        self.answers: list[Answer] = []
        self.over = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/robot/send?key=SECRETKEY"


class _Http(BaseHTTPRequestHandler):
    server: HttpSink

    def do_POST(self) -> None:
        sink, length = self.server, int(self.headers["Content-Length"])
        query = dict(parse_qsl(urlsplit(self.path).query))
        sink.got.append((query, json.loads(self.rfile.read(length))))
        answer = sink.answers.pop(0) if sink.answers else TAKEN
        if answer == "hang":
            sink.over.wait(HANG)
        elif answer == "drip":
            self.wfile.write(b"HTTP/1.1 200 OK\r\n")
            while not sink.over.wait(0.05):
                self.wfile.write(b"X-Y: z\r\n")
        elif answer == "away":
            self.send_response(302)
            self.send_header("Location", f"http://127.0.0.1:{self.server.server_address[1]}/elsewhere")
            self.end_headers()
        elif not isinstance(answer, str):
            self.send_response(answer[0])
            self.send_header("Content-Length", str(len(answer[1])))
            self.end_headers()
            self.wfile.write(answer[1])

    def log_message(self, *_args: Any) -> None:
        """Nothing on the tests' screen."""


class SmtpSink(socketserver.ThreadingTCPServer):
    """A mail server: `got` are the messages as they came; `answers` say what comes of the next ones, then it takes
    all: "450 later", or "hang"."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Smtp)
        self.got: list[tuple[list[str], bytes]] = []
        self.answers: list[str] = []
        self.over = threading.Event()


class _Smtp(socketserver.StreamRequestHandler):
    server: SmtpSink

    def handle(self) -> None:
        self._say("220 sink")
        to: list[str] = []
        while line := self.rfile.readline().decode().strip():
            word = line.split(":")[0].upper()
            if word == "RCPT TO":
                to.append(line.partition("<")[2].partition(">")[0])
            if word == "DATA":
                self._say("354 go on")
                self._take(to)
                to = []
                continue
            self._say("250 ok" if word != "QUIT" else "221 bye")
            if word == "QUIT":
                return

    def _take(self, to: list[str]) -> None:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line[1:] if line.startswith(b"..") else line)
        answer = self.server.answers.pop(0) if self.server.answers else ""
        if answer == "hang":
            self.server.over.wait(HANG)
            return
        if not answer:
            self.server.got.append((to, b"".join(lines)))
        self._say(answer or "250 taken")

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@contextmanager
def running(sink: Any) -> Iterator[Any]:
    """*sink* answers as long as this lasts."""
    threading.Thread(target=sink.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield sink
    finally:
        sink.over.set()
        sink.shutdown()
        sink.server_close()


def soon(what: Any, patience: float = 5) -> bool:
    """Whether *what* comes true before long: the other side is a thread of its own."""
    end = time.monotonic() + patience
    while not what() and time.monotonic() < end:
        time.sleep(0.01)
    return bool(what())
