"""Group robots of WeCom (企业微信) and DingTalk (钉钉): what is sent where, and how it is signed. Pure."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote_plus, urlsplit

WECOM, DINGTALK = "wecom", "dingtalk"
MOST = {WECOM: 2048, DINGTALK: 16000}  # bytes of a text; what is longer is refused or cut there


@dataclass(frozen=True)
class Robot:
    """Where a group is reached. The address is a secret as well: who knows it can write to the group."""

    name: str
    kind: str
    address: str = field(repr=False)
    secret: str = field(repr=False, default="")


def read(text: str) -> dict[str, Robot]:
    """The robots that *text* names, one a line or with semicolons: NAME KIND ADDRESS [SECRET]; # begins a remark.

    ValueError with the number of the line, without what stands there.
    """
    found: dict[str, Robot] = {}
    for number, line in enumerate(text.replace(";", "\n").splitlines(), 1):
        words = line.split("#")[0].split()
        if not words:
            continue
        if len(words) not in (3, 4) or words[1] not in MOST:
            raise ValueError(f"line {number}: expected NAME wecom|dingtalk ADDRESS [SECRET]")
        if urlsplit(words[2]).scheme not in ("http", "https") or not urlsplit(words[2]).netloc:
            raise ValueError(f"line {number}: expected an address that begins with https://")
        if words[0] in found:
            raise ValueError(f"line {number}: a robot of that name stands above")
        found[words[0]] = Robot(*words)
    return found


def signature(secret: str, millis: int) -> str:
    """DingTalk's: HMAC-SHA256 of the moment and the secret under the secret, in base64, as it stands in an address."""
    signed = hmac.new(secret.encode(), f"{millis}\n{secret}".encode(), hashlib.sha256).digest()
    return quote_plus(base64.b64encode(signed))


def address(robot: Robot, millis: int) -> str:
    """Where a message of the moment *millis* (since 1970) goes."""
    if robot.kind != DINGTALK or not robot.secret:
        return robot.address
    joint = "&" if urlsplit(robot.address).query else "?"
    return f"{robot.address}{joint}timestamp={millis}&sign={signature(robot.secret, millis)}"


def body(text: str) -> bytes:
    """A text message, which both understand."""
    return json.dumps({"msgtype": "text", "text": {"content": text}}, ensure_ascii=False).encode()


def fitted(head: str, lines: Sequence[str], more: str, foot: str, kind: str) -> str:
    """*head*, as many *lines* as there is room for, then *more* with their number as `%(n)s`; *foot*."""
    for kept in range(len(lines), -1, -1):
        rest = [more % {"n": len(lines) - kept}] if kept < len(lines) else []
        text = "\n".join([head, *lines[:kept], *rest, foot])
        if len(text.encode()) <= MOST[kind]:
            return text
    return text.encode()[: MOST[kind]].decode(errors="ignore")


def code_of(answer: Mapping[str, Any]) -> int | None:
    """What the robot answered: 0 is taken; None if it isn't an answer of a robot."""
    code = answer.get("errcode")
    return code if isinstance(code, int) and not isinstance(code, bool) else None
