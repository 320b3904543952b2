"""What a page showed, for tests that send its forms: the version that stands unseen in them."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any


class Forms(HTMLParser):
    """The forms of a page: their address, and what they send unseen."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append((told.get("action", ""), {}))
        elif tag == "input" and told.get("type") == "hidden" and self.found:
            self.found[-1][1][told["name"]] = told.get("value", "")


def shown(client: Any, page: str, address: str = "") -> dict[str, str]:
    """What the form to *address* (else the one that belongs to the page itself) on *page* sends unseen."""
    forms = Forms(client.get(page).content.decode()).found
    return next(hidden for action, hidden in forms if action == address or (not address and action in ("", page)))


def send(client: Any, address: str, typed: dict[str, Any]) -> Any:
    """Opens the form at *address* and sends it with what is *typed*, as a browser would."""
    return client.post(address, shown(client, address) | typed)
