"""Twice is once: a double click, a retry after a lost answer, a page kept from before and sent again.

Every form of a page carries the token against forgery, which is another one each time the page is made. So the same
person sending the same words under the same token to the same address sends the same form again: the answer is that of
the first time. Answers that lead elsewhere are kept; a form that came back with a question may be sent as often as
one likes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import Resolver404, resolve

from core.models import Answered

MADE = {302, 303}
View = TypeVar("View", bound=Callable[..., Any])


def by_itself(view: View) -> View:
    """A *view* that sees to it itself that twice is once: it reads files, for which no transaction may wait."""
    view.twice_by_itself = True  # type: ignore[attr-defined]  # a mark on a function
    return view


def is_form(request: HttpRequest) -> bool:
    """Whether *request* is a form of a page, of a person who is signed in, to be answered once."""
    if hasattr(request, "away"):  # nothing is kept, this neither
        return False
    if request.method != "POST" or not request.user.is_authenticated or "csrfmiddlewaretoken" not in request.POST:
        return False
    if request.FILES:  # what is uploaded is kept once by its content, and looked at before it is stored
        return False
    try:
        return not getattr(resolve(request.path_info).func, "twice_by_itself", False)
    except Resolver404:
        return False


def answered(request: HttpRequest, answer: Callable[[HttpRequest], HttpResponse], *, now: datetime) -> HttpResponse:
    """*answer* to *request*, or what was answered before. One transaction around what is done and the mark that it
    was: of two at once the second waits for the first."""
    with transaction.atomic():
        mark, new = Answered.objects.get_or_create(digest=_digest(request), defaults={"at": now})
        if not new:
            return _again(request, mark)
        response = answer(request)
        if response.status_code >= 500:  # nothing of it stays; the transaction may not take a word any more
            transaction.set_rollback(True)
            return response
        if response.status_code in MADE:
            mark.status, mark.location = response.status_code, response["Location"]
            mark.said = [[one.level, str(one.message)] for one in _said(request)]
            mark.save()
        else:
            mark.delete()
    return response


def _again(request: HttpRequest, mark: Answered) -> HttpResponse:
    waiting = [str(one) for one in getattr(messages.get_messages(request), "_loaded_messages", [])]
    for level, text in mark.said:
        if text not in waiting:
            messages.add_message(request, level, text)
    return HttpResponseRedirect(mark.location, status=mark.status)


def _said(request: HttpRequest) -> list[Any]:
    """The messages that this request left for the next page, which may never come to who sent it."""
    return getattr(messages.get_messages(request), "_queued_messages", [])


def _digest(request: HttpRequest) -> str:
    """Of who sent what where; of files their names and sizes."""
    files = [[name, file.name, file.size] for name, many in request.FILES.lists() for file in many]
    what = [request.user.pk, request.get_full_path(), sorted(request.POST.lists()), sorted(files)]
    return hashlib.sha256(json.dumps(what).encode()).hexdigest()
