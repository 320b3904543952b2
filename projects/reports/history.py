"""What became of a monthly report, newest first, in the officer's words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from core.amounts import figures
from core.records.fields import label_of
from projects.choices import ReportStatus
from projects.reports.models import MonthlyReport
from projects.reports.questions import MEASURES

AMOUNTS = ("works", *MEASURES)
TEXTS = ("progress", "problem", "request", "explanation")


@dataclass(frozen=True)
class Change:
    """One step: what was done, by whom, when, why."""

    sentences: list[str]
    who: str
    at: datetime
    why: str
    key: bool  # a step of the way up, not a figure


def was_taken_back(old: Any, new: Any) -> bool:
    """Whether the row of history *new* says that its unit took the report back: the submission in *old* is gone."""
    return bool(old is not None and old.status == ReportStatus.SUBMITTED and old.submitted_at != new.submitted_at)


def changes_of(report: MonthlyReport) -> list[Change]:
    """One query."""
    rows = list(report.history.select_related("history_user").order_by("history_date", "history_id"))
    changes = []
    for old, new in zip([None, *rows], rows, strict=False):
        sentences = list(_sentences(old, new))
        if not sentences:
            continue
        who = str(new.history_user) if new.history_user else _("The system")
        step = old is not None and old.status != new.status
        changes.append(Change(sentences, who, new.history_date, new.history_change_reason or "", step))
    return changes[::-1]


def _sentences(old: Any, new: Any) -> Any:
    if old is not None and old.status != new.status:
        yield _("Taken back by the unit") if was_taken_back(old, new) else _STEPS[new.status]()
    for name in (*AMOUNTS, *TEXTS):
        before = getattr(old, name) if old is not None else None
        after = getattr(new, name)
        if (before or None) == (after or None) and not (name == "works" and before != after):
            continue
        yield _change(name, before, after)
    if old is not None and old.works == new.works and old.works_ytd != new.works_ytd and new.works_ytd is not None:
        values = {"old": figures.wan(old.works_ytd), "new": figures.wan(new.works_ytd)}
        yield _("The year so far follows: %(old)s → %(new)s") % values


def _change(name: str, before: Any, after: Any) -> str:
    label = label_of(MonthlyReport, name)
    amount = name in AMOUNTS
    values = {
        "field": label,
        "old": figures.wan(before) if amount else before,
        "new": figures.wan(after) if amount else after,
    }
    if before in (None, ""):
        return _("%(field)s: %(new)s") % values
    if after in (None, ""):
        return _("%(field)s taken out (was %(old)s)") % values
    return _("%(field)s: %(old)s → %(new)s") % values


_STEPS = {
    ReportStatus.DRAFT: lambda: _("Draft again"),
    ReportStatus.SUBMITTED: lambda: _("Submitted"),
    ReportStatus.APPROVED: lambda: _("Approved by the sponsor"),
    ReportStatus.ACCEPTED: lambda: _("Accepted by the office"),
    ReportStatus.RETURNED: lambda: _("Given back"),
}
