"""Contacts as everybody sees them who sees the project: that there are some, and nothing by which to call."""

from __future__ import annotations

from dataclasses import dataclass

from projects.contacts.models import ProjectContact
from projects.registry.models import Project

STAR = "*"


@dataclass(frozen=True)
class Shown:
    post: str
    name: str
    telephone: str
    note: str = ""


def masked(text: str, head: int, tail: int = 0) -> str:
    """*text* with stars in the place of all but its first *head* and last *tail* characters; one too short for that
    is stars alone."""
    if len(text) <= head + tail:
        return STAR * len(text)
    return text[:head] + STAR * (len(text) - head - tail) + text[len(text) - tail :]


def shut(project: Project) -> list[Shown]:
    found = ProjectContact.objects.filter(project=project)
    return [Shown(row.post, masked(row.name, 1), masked(row.telephone, 3, 2)) for row in found]
