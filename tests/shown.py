"""What a page showed, for tests that send its form: the version unseen in it."""

from __future__ import annotations

from typing import Any


def send(client: Any, address: str, typed: dict[str, Any]) -> Any:
    """Opens the form at *address* and sends it with what is *typed*, as a browser would."""
    form = client.get(address).context["form"]
    return client.post(
        address,
        {field.html_name: "" if field.value() is None else field.value() for field in form.hidden_fields()} | typed,
    )
