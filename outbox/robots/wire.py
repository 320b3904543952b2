"""One message to a group robot over HTTP: taken, or a sentence why not. The sentence never has the address."""

from __future__ import annotations

import http.client
import json
import threading
from typing import Any
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from outbox.robots.kinds import Robot, address, body, code_of

LONGEST = 64 * 1024  # bytes of an answer
#: What the codes mean for whoever looks after the robot.
CODES = {
    93000: gettext_lazy("the address isn't known there: copy it again out of the group"),
    45009: gettext_lazy("too many messages in a minute"),
    300001: gettext_lazy("the address isn't known there: copy it again out of the group"),
    310000: gettext_lazy("signature, key word or sending machine isn't what the robot's safety settings ask"),
    130101: gettext_lazy("too many messages in a minute"),
    400013: gettext_lazy("the group was dissolved"),
    400101: gettext_lazy("the address isn't known there: copy it again out of the group"),
}


class NotTaken(Exception):
    """The robot didn't say that it took the message; in words."""


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *_args: Any, **_more: Any) -> None:
        """A robot sends nobody elsewhere: a message isn't carried to where nobody meant it to go."""
        return


def send(robot: Robot, text: str, *, millis: int, timeout: float) -> None:
    """Gives *text* to the group. Raises NotTaken, after *timeout* seconds at the latest."""
    # The settings let in http and https only.
    asked = Request(address(robot, millis), body(text), {"Content-Type": "application/json"})  # noqa: S310
    answer = _within(timeout, asked)
    code = code_of(answer)
    if code is None:
        raise NotTaken(_("what answered there is no group robot"))
    if code:
        why = CODES.get(code)
        said = {"code": code, "why": why}
        raise NotTaken(
            _("refused with code %(code)s: %(why)s") % said if why else _("refused with code %(code)s") % said
        )


def _within(timeout: float, request: Request) -> dict[str, Any]:
    """The answer. A thread of its own: a server that sends a byte now and then would outlast every time-out of a
    socket."""
    found: list[dict[str, Any] | NotTaken] = []
    asking = threading.Thread(target=lambda: found.append(_ask(request, timeout)), daemon=True)
    asking.start()
    asking.join(timeout)
    if not found:
        raise NotTaken(_("no answer within %(n)s seconds") % {"n": f"{timeout:g}"})
    if isinstance(found[0], NotTaken):
        raise found[0]
    return found[0]


def _ask(request: Request, timeout: float) -> dict[str, Any] | NotTaken:
    try:
        with build_opener(_Stay).open(request, timeout=timeout) as answer:
            said = json.loads(answer.read(LONGEST))
    except HTTPError as error:
        error.close()
        return NotTaken(_("answered with HTTP %(code)s") % {"code": error.code})
    except TimeoutError:
        return NotTaken(_("no answer within %(n)s seconds") % {"n": f"{timeout:g}"})
    except (OSError, http.client.HTTPException):
        return NotTaken(_("can't be reached"))
    except (ValueError, RecursionError):
        said = None
    return said if isinstance(said, dict) else NotTaken(_("what answered there is no group robot"))
