"""A draft is of a real month; one that shouldn't be there goes, and a broken one on file breaks no page."""

from __future__ import annotations

import pytest

from core.days.periods import Period
from core.refusals import NotAllowed, Refused, Stale
from dispatch.bulletins import papers
from dispatch.bulletins import services as bulletins
from dispatch.bulletins.editor import progress
from dispatch.bulletins.tick import STEPS
from dispatch.models import Bulletin
from jobs.models import JobRun
from organization.profiles.rules import rules_of
from tests.support.bulletin_steps import MAY

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("D15")]


@pytest.mark.parametrize(
    "period", ["2026", "2026-Q2", "2026-W20", "2024-12", "1949-01", "2030-01", "0000-01", "9999-12", "²", "\0"]
)
def test_a_bulletin_is_of_a_month_of_the_countys_life(bulletin, county, people, sign_in, now, period):
    client = sign_in(people.office)
    sent = {"period": period, "unfinished": "会议急用"}
    page = client.post("/dispatch/bulletins/draft/", sent)
    assert page.status_code == 422
    assert "say red" in page.content.decode()
    assert 'value="会议急用"' in page.content.decode()
    assert not JobRun.objects.exists()
    try:
        asked = Period.parse(period)
    except ValueError:
        return
    for draft in (bulletins.draft_bulletin, papers.request_draft):
        with pytest.raises(Refused):
            draft(county, "monthly", asked, by=people.office, now=now, unfinished="会议急用")
    assert Bulletin.objects.count() == 1


@pytest.mark.parametrize("period", ["2026", "2026-Q2", "x"])
def test_a_broken_draft_on_file_breaks_no_page_and_can_be_deleted(bulletin, people, sign_in, period):
    Bulletin.objects.filter(pk=bulletin.pk).update(period=period)
    JobRun.objects.create(
        job=progress.DRAFT, about=f"{bulletin.county_id}:monthly:{period}", created_at=bulletin.drafted_at
    )
    client = sign_in(people.office)
    assert client.get("/dispatch/bulletins/").status_code == 200
    page = client.get(f"/dispatch/bulletins/{bulletin.pk}/")
    assert page.status_code == 200
    address = f"/dispatch/bulletins/{bulletin.pk}/delete/?version={bulletin.version}"
    assert address in page.content.decode()
    assert client.get(address).status_code == 200
    assert client.post(address, {"version": bulletin.version})["Location"] == "/dispatch/bulletins/"
    assert client.get("/dispatch/bulletins/").status_code == 200
    assert Bulletin.objects.get().is_deleted


def test_who_deleted_a_draft_stands_with_it_and_another_is_made_when_asked(bulletin, county, people, sign_in, now):
    bulletins.delete_draft(bulletin, by=people.office, now=now, version=bulletin.version)
    client = sign_in(people.office)
    assert "删除" in client.get(f"/dispatch/bulletins/{bulletin.pk}/").content.decode()
    changes = client.get(f"/dispatch/bulletins/{bulletin.pk}/changes/").content.decode()
    assert str(people.office) in changes
    assert "删除" in changes
    assert sign_in(people.reader).get(f"/dispatch/bulletins/{bulletin.pk}/").status_code == 404
    assert bulletin.title.encode() not in sign_in(people.reader).get("/dispatch/bulletins/").content
    step = next(one for one in STEPS if one.key == "drafted")
    assert step.run(county, now, rules_of(county), None) == 0  # not by itself
    again = bulletins.draft_bulletin(county, "monthly", MAY, now=now, by=people.office)
    assert again.pk != bulletin.pk
    bulletin.refresh_from_db()
    with pytest.raises(Refused):
        bulletins.bring_back(bulletin, by=people.office, now=now, version=bulletin.version)


def test_only_the_office_deletes_a_draft_and_only_as_it_saw_it(bulletin, people, now):
    with pytest.raises(NotAllowed):
        bulletins.delete_draft(bulletin, by=people.leader, now=now, version=bulletin.version)
    with pytest.raises(Stale):
        bulletins.delete_draft(bulletin, by=people.office, now=now, version=bulletin.version + 1)
    Bulletin.objects.filter(pk=bulletin.pk).update(status=Bulletin.Status.SIGNING)
    with pytest.raises(NotAllowed):
        bulletins.delete_draft(bulletin, by=people.office, now=now, version=bulletin.version)
    with pytest.raises(NotAllowed):
        bulletins.bring_back(bulletin, by=people.office, now=now, version=bulletin.version)
