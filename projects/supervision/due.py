"""Who owes supervision an answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.days.office import at
from core.due import Due, DueItem
from organization.people.models import User
from organization.permissions import works_for
from organization.units.models import Unit
from projects.choices import State
from projects.supervision.models import SupervisionNote

END_OF_WORK = time(18, 0)


def _to_answer(county: Unit, now: datetime, person: User | None) -> Iterator[DueItem]:
    pursued = (State.ACTIVE, State.SUSPENDED)  # what was given up owes nothing any more
    notes = SupervisionNote.objects.owed().filter(project__county=county, project__state__in=pursued)
    notes = notes.select_related("project__lead_unit")
    for note in notes:
        if note.answer_by is None or (person is not None and not works_for(person, note.project.lead_unit)):
            continue
        yield DueItem(
            kind="supervision_answer",
            key=f"supervision:{note.pk}",
            unit_id=note.project.lead_unit_id,
            title=_("Answer supervision"),
            about=note.project.name,
            why=note.text[:80],
            due_at=at(note.answer_by, END_OF_WORK),
            link=f"{reverse('projects:project_supervision', args=[note.project_id])}#n{note.pk}",
            action=_("Answer"),
            project_id=note.project_id,
        )


KINDS = {
    "supervision_answer": gettext_lazy("Answers to supervision"),
}
DUE = (Due("supervision", _to_answer, KINDS),)
