"""The page that asks before an act that nothing takes back: what is done to whom, and what follows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def ask(
    request: HttpRequest,
    title: str,
    sentences: Sequence[str],
    submit: str,
    back: str,
    *,
    facts: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """*title* is the question, *sentences* what follows of a yes, *facts* who or what it is about; *submit* posts to
    the same address, *back* is where one comes out otherwise."""
    context = {"title": title, "sentences": sentences, "submit": submit, "back": back, "facts": facts or {}}
    return render(request, "core/ask.html", context)
