"""Views of the list under a name: one's own, and the county's."""

from __future__ import annotations

import pytest

from core.lists.saved import save_view
from core.models import SavedView
from core.refusals import NotAllowed
from projects.choices import Stage
from projects.list.lists import PROJECTS
from tests.support.factories import make_project

pytestmark = [pytest.mark.requirement("P01"), pytest.mark.django_db]


def test_a_view_keeps_filters_search_and_order_and_no_moment(county, people, sign_in):
    client = sign_in(people.officer)
    sent = {"name": "我的开工", "query": "stage=started&q=厂房&sort=-rate&page=3&period=2026-04&col=name"}
    answer = client.post("/lists/projects/views/save/", sent)
    assert answer.status_code == 303
    view = SavedView.objects.get()
    assert (view.owner, view.county) == (people.officer, county.pk)
    assert view.query == "stage=started&q=%E5%8E%82%E6%88%BF&sort=-rate"


def test_a_view_stands_on_its_tab_with_its_count(county, people, sign_in):
    make_project(county, stage=Stage.STARTED)
    make_project(county, name="另一个")
    save_view(PROJECTS, by=people.officer, name="我的开工", query="stage=started")
    page = sign_in(people.officer).get("/projects/?stage=started").content.decode().replace(">\n", ">")
    assert '<a href="/projects/?stage=started" aria-current="page">我的开工<span class="n">1</span></a>' in page
    assert "我的开工" not in sign_in(people.other_officer).get("/projects/").content.decode()


def test_the_office_saves_views_for_everybody(county, people, sign_in):
    with pytest.raises(NotAllowed):
        save_view(PROJECTS, by=people.officer, name="全县", query="", shared=True)
    large = {"name": "重大项目", "query": "size=1b", "shared": "on"}
    sign_in(people.office).post("/lists/projects/views/save/", large)
    assert "重大项目" in sign_in(people.reader).get("/projects/").content.decode()
    sign_in(people.officer).post("/lists/projects/views/save/", {"name": "x", "query": "size=1b", "shared": "on"})
    assert SavedView.objects.get(name="x").owner == people.officer


def test_the_same_name_is_the_same_view(county, people):
    save_view(PROJECTS, by=people.officer, name="我的", query="stage=started")
    save_view(PROJECTS, by=people.officer, name=" 我的 ", query="stage=entered")
    assert SavedView.objects.get().query == "stage=entered"


def test_only_ones_own_view_is_deleted(county, people, sign_in):
    view = save_view(PROJECTS, by=people.officer, name="我的", query="")
    address = f"/lists/views/{view.pk}/delete/"
    assert sign_in(people.other_officer).post(address).status_code == 404
    assert sign_in(people.officer).get(address).status_code == 405
    assert sign_in(people.officer).post(address).status_code == 303
    assert not SavedView.objects.exists()


def test_a_view_without_a_name_keeps_the_question(people, sign_in):
    answer = sign_in(people.officer).post("/lists/projects/views/save/", {"name": "", "query": "stage=started"})
    assert answer.status_code == 422
    assert 'value="stage=started"' in answer.content.decode()
