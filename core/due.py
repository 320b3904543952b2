"""One thing that one person has to do by some moment: to-do lists, reminders and who-hasn't lists are these."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class DueItem:
    """`key` is stable and names the thing, not the person; `link` is where it is done."""

    kind: str  # report_fill, report_returned, report_approve, report_review, problem_answer, check …
    key: str
    unit_id: int
    title: str  # verb + what: 填6月月报
    about: str = ""  # the project or "12 projects"
    why: str = ""
    due_at: datetime | None = None
    link: str = ""
    action: str = ""  # word on the button
    count: int = 1
    project_id: int | None = None
