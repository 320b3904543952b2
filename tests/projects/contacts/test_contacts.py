"""Whom to call at the builder: masked for all, in full for whom needs it, and the log keeps who looked."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from core.refusals import NotAllowed, Wrong
from organization.audit.models import AuditEntry
from organization.audit.services import append
from organization.units.models import Unit
from projects.contacts.models import ProjectContact
from projects.contacts.pages import masked
from projects.contacts.services import look_at_contacts, write_contact
from projects.models import Project
from tests.support.factories import NOW, make_project, unit_of
from tests.support.people import People
from tests.support.squads import make_squad

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("P01")]
PHONE = "13900000012"
SEES = {"office", "office_head", "officer", "unit_head", "leader", "squad"}


@pytest.fixture
def project(county: Unit, people: People) -> Project:
    squad = make_squad(county, people)
    made = make_project(county, sponsor="县领导01")
    made.cooperating_units.add(squad.unit)
    write_contact(made, post="业主联系人", name="业主甲", telephone=PHONE, by=people.officer, now=NOW)
    return made


def test_only_who_needs_it_looks_and_the_log_keeps_it(project: Project, people: People) -> None:
    for name, person in people.all().items():
        if name in SEES - {"squad"}:
            assert [row.telephone for row in look_at_contacts(project, by=person, now=NOW)] == [PHONE]
        elif name not in ("squad", "other_leader", "other_officer", "approver", "investment"):
            with pytest.raises(NotAllowed):
                look_at_contacts(project, by=person, now=NOW)
    append()
    seen = AuditEntry.objects.filter(kind="contact_seen")
    assert seen.count() == len(SEES) - 1
    assert not any(PHONE in str(row.__dict__) for row in AuditEntry.objects.all())


def test_others_see_stars(project: Project, people: People, client: Client) -> None:
    client.force_login(people.reader)
    address = f"/projects/{project.pk}/contacts/"
    page = client.get(address).content.decode()
    assert "139******12" in page
    assert "业**" in page
    assert PHONE not in page
    assert client.post(f"{address}open/").status_code == 403
    client.force_login(people.leader)
    assert PHONE not in client.get(address).content.decode()
    assert PHONE in client.post(f"{address}open/").content.decode()


@pytest.mark.parametrize(("text", "said"), [("", ""), ("12345", "*****"), (PHONE, "139******12")])
def test_masked(text: str, said: str) -> None:
    assert masked(text, 3, 2) == said


def test_written_in_the_place_of_another_and_taken_off(project: Project, county: Unit, people: People) -> None:
    told: dict[str, Any] = {"by": people.unit_head, "now": NOW}
    [first] = ProjectContact.objects.all()
    with pytest.raises(Wrong):
        write_contact(project, post="联系人", **told)
    with pytest.raises(NotAllowed):
        write_contact(project, post="联系人", telephone="1", by=people.other_officer, now=NOW)
    write_contact(project, first.pk, post="项目经理", telephone="0439-000001", **told)
    assert [(row.post, row.name) for row in ProjectContact.objects.all()] == [("项目经理", "")]
    write_contact(project, first.pk, **told)
    assert not ProjectContact.objects.exists()
    assert unit_of(county, "xicheng") == project.lead_unit
