"""Views of the list under a name: one's own, and the county's."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.db.models import Q

from core.lists.saved import save_view
from core.lists.spec import all_lists
from core.models import SavedView
from core.refusals import NotAllowed, Refused
from projects.choices import Stage
from projects.list.lists import PROJECTS
from tests.support.factories import NOW, make_project

pytestmark = [pytest.mark.requirement("P01"), pytest.mark.django_db]


def test_a_view_keeps_filters_search_order_and_columns_and_no_moment(county, people, sign_in):
    client = sign_in(people.officer)
    sent = {"name": "我的开工", "query": "stage=started&q=厂房&sort=-rate&page=3&period=2026-04&col=name"}
    answer = client.post("/lists/projects/views/save/", sent)
    assert answer.status_code == 303
    view = SavedView.objects.get()
    assert (view.owner, view.county) == (people.officer, county.pk)
    assert view.query == "stage=started&q=%E5%8E%82%E6%88%BF&sort=-rate&col=name"


def test_a_view_stands_on_its_tab_with_its_count(county, people, sign_in):
    make_project(county, stage=Stage.STARTED)
    make_project(county, name="另一个")
    view = save_view(PROJECTS, now=NOW, by=people.officer, name="我的开工", query="stage=started")
    page = sign_in(people.officer).get("/projects/?stage=started").content.decode().replace(">\n", ">")
    here = f'<a href="/projects/?stage=started&amp;view={view.pk}" aria-current="page">'
    assert f'{here}我的开工<span class="n">1</span></a>' in page
    assert "我的开工" not in sign_in(people.other_officer).get("/projects/").content.decode()


def test_a_view_that_is_opened_is_the_tab_one_is_on_and_has_its_own_columns(county, people, sign_in):
    """Two views of one filter, and a built-in one: each is itself, by what was opened."""
    make_project(county, stage=Stage.STARTED)
    client = sign_in(people.officer)
    for name, columns in (("名称", "col=name"), ("投资", "col=name&col=plan")):
        sent = {"name": name, "query": f"{columns}&sort=name"}
        opened = client.post("/lists/projects/views/save/", sent)["Location"]
        listing = client.get(opened).context["listing"]
        assert listing.current_tab.label == name
        assert [column.key for column in listing.columns] == columns.removeprefix("col=").split("&col=")
        again = client.get(f"/projects/{listing.address(sort='-name')}").context["listing"]
        assert (again.current_tab.label, again.columns) == (name, listing.columns), "another order is the same view"
    listing = client.get("/projects/").context["listing"]
    assert listing.current_tab.label == "全部"
    assert len(listing.columns) > 2, "what a view shows isn't what was chosen last"
    assert client.get(f"{opened}&stage=reserve").context["listing"].current_tab is None
    assert "col=plan" in client.get(opened).context["listing"].xlsx_address


@pytest.mark.parametrize(
    ("asked", "leads"),
    [("light=behind&stage=planned&q=没有", "?light=behind"), ("stage=planned&q=没有", ""), ("light=behind", "")],
)
def test_where_nothing_fits_one_gets_back_to_the_tab_without_its_filter(people, sign_in, asked, leads):
    listing = sign_in(people.office).get(f"/projects/?{asked}").context["listing"]
    assert listing.empty["href"] == f"/projects/{leads}"


def test_the_office_saves_views_for_everybody(county, people, sign_in):
    with pytest.raises(NotAllowed):
        save_view(PROJECTS, now=NOW, by=people.officer, name="全县", query="", shared=True)
    large = {"name": "重大项目", "query": "size=1b", "shared": "on"}
    sign_in(people.office).post("/lists/projects/views/save/", large)
    assert "重大项目" in sign_in(people.reader).get("/projects/").content.decode()
    sign_in(people.officer).post("/lists/projects/views/save/", {"name": "x", "query": "size=1b", "shared": "on"})
    assert SavedView.objects.get(name="x").owner == people.officer


def test_the_same_name_is_the_same_view(county, people):
    save_view(PROJECTS, now=NOW, by=people.officer, name="我的", query="stage=started")
    save_view(PROJECTS, now=NOW, by=people.officer, name=" 我的 ", query="stage=entered")
    assert SavedView.objects.get().query == "stage=entered"


def test_only_ones_own_view_is_deleted(county, people, sign_in):
    view = save_view(PROJECTS, now=NOW, by=people.officer, name="我的", query="")
    address = f"/lists/views/{view.pk}/delete/"
    assert sign_in(people.other_officer).post(address).status_code == 404
    assert "我的" in sign_in(people.officer).get(address).content.decode(), "it asks first"
    assert sign_in(people.officer).post(address).status_code == 303
    assert not SavedView.objects.exists()


def test_a_view_without_a_name_keeps_the_question(people, sign_in):
    answer = sign_in(people.officer).post("/lists/projects/views/save/", {"name": "", "query": "stage=started"})
    assert answer.status_code == 422
    assert 'value="stage=started"' in answer.content.decode()


def test_a_view_keeps_only_what_its_list_knows(people):
    view = save_view(
        PROJECTS, by=people.office, now=NOW, name="我的", query="stage=st%00arted&q=%00&nowhere=1&sort=-rate"
    )
    assert view.query == "stage=started&q=&sort=-rate"
    with pytest.raises(Refused):
        save_view(PROJECTS, by=people.office, now=NOW, name="长", query="q=" + "长" * 300)


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A filter that falls over, while its condition is made or only when the database is asked."""

    def stage(values: list[str], asked: Any) -> Q:
        return Q(stage__in=values) if "early" not in values else Q(pk__in=[int("x")])

    filters = [replace(one, where=stage) if one.key == "stage" else one for one in PROJECTS.filters]
    huge = next(one for one in filters if one.key == "level")
    filters[filters.index(huge)] = replace(huge, where=lambda values, asked: Q(plan__in=[10**23]))
    spec = replace(PROJECTS, filters=tuple(filters))
    monkeypatch.setitem(all_lists(), "projects", spec)
    monkeypatch.setitem(PROJECTS.__dict__, "filters", spec.filters)  # the page has the list itself
    return spec


@pytest.mark.parametrize(
    "query",
    ["stage=early", *(["level=city"] if connection.vendor == "sqlite" else [])],  # PostgreSQL has such numbers
)
def test_one_bad_view_never_breaks_a_list(county, people, sign_in, broken, query):
    with pytest.raises(Refused):
        save_view(broken, by=people.office, now=NOW, name="坏", query=query)
    make_project(county, stage=Stage.STARTED)
    bad = SavedView.objects.create(list="projects", county=county.pk, owner=None, name="坏的", query=query)
    save_view(broken, by=people.office, now=NOW, name="好的", query="stage=started")
    page = sign_in(people.office).get("/projects/")
    assert page.status_code == 200
    counts = {tab.label: tab.count for tab in page.context["listing"].tabs}
    assert (counts["好的"], counts["坏的"]) == (1, None)
    assert f'href="/lists/views/{bad.pk}/delete/"' in page.content.decode()
    page = sign_in(people.officer).get("/projects/").content.decode()
    assert "坏的" in page
    assert f'href="/lists/views/{bad.pk}/delete/"' not in page


def test_the_countys_view_is_deleted_by_whoever_may_share_one(county, people, sign_in):
    view = save_view(PROJECTS, by=people.office, now=NOW, name="全县", query="stage=started", shared=True)
    address = f"/lists/views/{view.pk}/delete/"
    assert sign_in(people.officer).post(address).status_code == 403
    assert f'href="{address}"' not in sign_in(people.officer).get("/projects/?stage=started").content.decode()
    assert f'href="{address}"' in sign_in(people.office_head).get("/projects/?stage=started").content.decode()
    assert sign_in(people.office_head).post(address).status_code == 303
    assert not SavedView.objects.exists()
