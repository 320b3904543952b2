"""The pages of bulletins: list, editor, sign-off and downloads, with and without JavaScript."""

from __future__ import annotations

import html
import json
import re
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.days.periods import Period
from dispatch.bulletins import files as bulletin_files
from dispatch.bulletins import papers
from dispatch.bulletins import services as bulletins
from dispatch.models import Bulletin
from dispatch.prose.wording import text_of
from jobs.models import JobRun
from projects.models import ReportingMonth
from tests.support.factories import WAN, make_project, make_report
from tests.support.months import finish_month, open_round

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("D15")]
MAY = Period.month(2026, 5)


@pytest.fixture(autouse=True)
def private_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def bulletin(county, now):
    for name, unit, plan, works in (
        ("粮食烘干中心", "xicheng", 10_000, 5_000),
        ("城北路改造", "dongguan", 90_000, 9_000),
    ):
        project = make_project(county, name=name, lead_unit=unit, plan=plan * WAN, stage="started")
        make_report(project, "2026-05", works=works * WAN)
    finish_month(county, "2026-05")
    return bulletins.draft_bulletin(county, "monthly", MAY, now=now)


def address(bulletin, rest=""):
    return f"/dispatch/bulletins/{bulletin.pk}/{rest}"


def seen_by(bulletin, **more):
    """What the form of a page sends that shows the bulletin as it stands."""
    bulletin.refresh_from_db()
    return {"version": bulletin.version, **more}


def block(bulletin, key):
    bulletin.refresh_from_db()
    return next(one for one in bulletin.content if one["key"] == key)


def read(client, bulletin):
    """The office confirms the problems that were drafted, by the form on the page."""
    lagging = block(bulletin, "lagging")
    sent = {"version": lagging["version"], "text": text_of(lagging["paragraphs"])}
    client.post(address(bulletin, "block/lagging/"), sent)


def seen(response):
    return html.unescape(re.sub(r"<[^>]+>", "", response.content.decode()))


def test_the_editor_shows_figures_as_links_and_the_page_as_it_prints(bulletin, people, sign_in):
    response = sign_in(people.office).get(address(bulletin))
    text = seen(response)
    assert response.status_code == 200
    assert "一、总体情况" in text
    assert "四、下一步工作要求" in text
    assert 'class="fx" href="' in response.content.decode()
    assert 'id="pages-state"' in response.content.decode()
    assert "西城镇" in text
    assert "style=" not in response.content.decode()


@pytest.mark.parametrize("path", ["/", "/dispatch/bulletins/", "/jobs/"])
@pytest.mark.parametrize("status", [Bulletin.Status.DRAFT, Bulletin.Status.SIGNING])
def test_pages_that_only_name_a_bulletin_do_not_read_its_text(bulletin, people, sign_in, path, status):
    Bulletin.objects.update(status=status)
    client = sign_in(people.office)
    with CaptureQueriesContext(connection) as queries:
        response = client.get(path)
    assert bulletin.title in seen(response)
    asked = [one["sql"] for one in queries if 'FROM "dispatch_bulletin"' in one["sql"]]
    assert asked
    assert not [sql for sql in asked if '"dispatch_bulletin"."content"' in sql or '"figures"' in sql]


def test_a_section_is_saved_by_a_plain_form(bulletin, people, sign_in):
    data = {"version": 1, "text": "各单位6月底前赶上序时进度。"}
    response = sign_in(people.office).post(address(bulletin, "block/next/"), data)
    assert response.status_code == 303
    assert response.headers["Location"].endswith("#b-next")
    assert text_of(block(bulletin, "next")["paragraphs"]) == "各单位6月底前赶上序时进度。"


def test_htmx_gets_the_section_how_far_the_pages_are_and_what_is_still_to_see(bulletin, people, sign_in):
    data = {"version": 1, "text": "加快。"}
    response = sign_in(people.office).post(address(bulletin, "block/next/"), data, headers={"HX-Request": "true"})
    body = response.content.decode()
    assert body.strip().startswith('<section class="ed-b" id="b-next"')
    assert 'hx-trigger="every 1s"' in body.split('id="pages-state"')[1]
    assert 'id="sheet"' not in body, "the old pages stay until the new ones are there"
    assert 'id="seen"' in body
    assert "<html" not in body
    for form in ("refresh", "submit", "layout"):  # what is sent next is what is on the page now
        assert f'id="version-{form}" value="2" hx-swap-oob="true"' in body


def test_a_character_that_would_print_as_an_empty_box_is_said_before_it_is_sent(bulletin, people, sign_in):
    client = sign_in(people.office)
    assert "空框" not in client.get(address(bulletin)).content.decode()
    client.post(address(bulletin, "block/next/"), {"version": 1, "text": "由𪚥村委会牵头。"})
    assert "没有能印这些字的字体：𪚥，" in client.get(address(bulletin)).content.decode()


def test_a_changed_figure_is_amber_asks_for_a_reason_and_goes_back(bulletin, people, sign_in):
    client = sign_in(people.office)
    text = text_of(block(bulletin, "overview")["paragraphs"])
    shown = re.search(r"低于序时进度([\d.]+)个", text)[1]
    client.post(address(bulletin, "block/overview/"), {"version": 1, "text": text.replace(f"度{shown}个", "度30个")})
    page = client.get(address(bulletin)).content.decode()
    assert 'class="fx hand"' in page
    assert 'name="reason:gap"' in page
    data = {"version": 2, "reason:gap": "会议已按整数通报"}
    client.post(address(bulletin, "block/overview/"), data)
    hand = next(run for run in block(bulletin, "overview")["paragraphs"][0] if "was" in run)
    assert hand["reason"] == "会议已按整数通报"
    client.post(address(bulletin, "block/overview/"), {"version": 3, "back": "gap"})
    assert text_of(block(bulletin, "overview")["paragraphs"]) == text


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_a_conflict_shows_both_texts(bulletin, people, sign_in, headers):
    client = sign_in(people.office)
    client.post(address(bulletin, "block/overview/"), {"version": 1, "text": "甲写的。"})
    response = client.post(address(bulletin, "block/overview/"), {"version": 1, "text": "乙写的。"}, headers=headers)
    assert response.status_code == 409
    assert "甲写的。" in seen(response)
    assert "乙写的。" in seen(response)
    assert 'name="version" value="2"' in response.content.decode()


def test_from_draft_to_published_in_the_browser(bulletin, people, client, county):
    client.force_login(people.office, backend="django.contrib.auth.backends.ModelBackend")
    unread = client.post(address(bulletin, "submit/"), seen_by(bulletin))
    assert unread.status_code == 422
    assert 'class="say red"' in unread.content.decode()
    assert Bulletin.objects.get().status == "draft"
    client.post(address(bulletin, "block/next/"), {"version": 1, "text": "加快。"})
    assert "存在的主要问题”是建议稿" in seen(client.post(address(bulletin, "submit/"), seen_by(bulletin)))
    read(client, bulletin)
    client.post(address(bulletin, "submit/"), seen_by(bulletin))
    assert Bulletin.objects.get().status == "signing"
    client.force_login(people.leader, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(address(bulletin)).content.decode()
    assert "<textarea class" not in page.split('id="sheet"')[0]
    assert client.post(address(bulletin, "return/"), {"reason": ""}).status_code == 422
    client.post(address(bulletin, "sign/"), seen_by(bulletin))
    published = Bulletin.objects.get()
    assert (published.status, published.number) == ("published", 1)
    assert {run.job for run in JobRun.objects.all()} == {
        "bulletin_pages",
        *(paper.job for paper in papers.papers_of(published)),
    }
    client.force_login(people.officer, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(address(bulletin)).status_code == 200
    assert client.post(address(bulletin, "block/next/"), {"version": 1, "text": "改"}).status_code == 403


@pytest.mark.parametrize("suffix", ["docx", "xlsx", "zip", "json"])
def test_papers_are_for_those_who_may_see_the_bulletin(bulletin, people, sign_in, now, suffix):
    if suffix != "json":
        bulletin_files.keep_paper(bulletin, suffix, b"paper", of=bulletin_files.stamp(bulletin), now=now)
    response = sign_in(people.office).get(address(bulletin, f"files/{suffix}/"))
    assert response.status_code == 200
    name = quote(f"（送审稿）关于2026年1—5月示范县重点项目建设情况的通报.{suffix}")
    assert response.headers["Content-Disposition"] == f"attachment; filename*=utf-8''{name}"
    assert response.headers["Content-Type"] == bulletin_files.TYPES[suffix]
    if suffix == "json":
        assert json.loads(response.content)["figures"]["totals"]["done"] == 14_000 * WAN
    for person in (people.officer, people.reader, people.finance):
        for path in (f"files/{suffix}/", f"papers/{suffix}/"):
            assert sign_in(person).get(address(bulletin, path)).status_code == 404


@pytest.mark.parametrize("suffix", bulletin_files.KEPT[:3])
def test_a_paper_is_asked_for_its_state_can_be_seen_and_who_asked_is_given_it(
    bulletin, people, sign_in, monkeypatch, now, suffix
):
    client, page, part = sign_in(people.office), address(bulletin, f"papers/{suffix}/"), {"HX-Request": "true"}
    before = client.get(address(bulletin, f"files/{suffix}/"))
    assert (before.status_code, before.headers["Location"]) == (303, address(bulletin))
    assert client.post(page).status_code == 303
    asked = client.post(page, headers=part).content.decode()
    for sent in ('hx-trigger="every 2s"', "X-Background", f'hx-get="{page}?then"'):
        assert sent in asked
    assert f'hx-get="{page}"' in client.get(address(bulletin)).content.decode()  # another tab looks on
    monkeypatch.setitem(bulletin_files.WRITERS, suffix, lambda bulletin: b"the paper")
    papers.make_paper(JobRun.objects.get().pk, now=now)
    ready = client.get(f"{page}?then", headers=part)
    assert "every 2s" not in ready.content.decode()
    assert json.loads(ready.headers["HX-Trigger"]) == {"give": {"href": address(bulletin, f"files/{suffix}/")}}
    assert "HX-Trigger" not in client.get(page, headers=part).headers
    response = client.get(address(bulletin, f"files/{suffix}/"))
    assert b"".join(response.streaming_content) == b"the paper"
    assert client.get(address(bulletin, "papers/json/"), headers=part).status_code == 404


def test_the_list_offers_first_the_months_without_a_bulletin(bulletin, people, sign_in):
    page = sign_in(people.office).get("/dispatch/bulletins/").content.decode()
    assert bulletin.title in page
    offered = re.findall(r'<option value="(\d{4}-\d\d)"', page)
    assert len(offered) > 1
    assert offered[-1] == "2026-05", "for a letter, or another kind"
    assert "<option" not in sign_in(people.leader).get("/dispatch/bulletins/").content.decode()


def test_a_month_is_asked_for_and_drafted_by_a_worker(county, people, sign_in, now):
    client = sign_in(people.office)
    assert client.post("/dispatch/bulletins/draft/", {"period": "2026-04", "unfinished": "补发"}).status_code == 303
    assert 'hx-trigger="every 3s"' in client.get("/dispatch/bulletins/").content.decode()
    papers.make_draft(JobRun.objects.get().pk, now=now)
    page = client.get("/dispatch/bulletins/").content.decode()
    assert "every 3s" not in page
    assert Bulletin.objects.get().title in page
    assert sign_in(people.officer).post("/dispatch/bulletins/draft/", {"period": "2026-03"}).status_code == 403


def test_the_page_costs_few_queries_whatever_the_number_of_sections(
    bulletin, people, sign_in, django_assert_max_num_queries
):
    client = sign_in(people.office)
    client.get(address(bulletin))
    with django_assert_max_num_queries(18):
        client.get(address(bulletin))


def test_every_figure_opens_the_projects_behind_it(bulletin, county, people, sign_in, now):
    unplanned = make_project(county, name="物流园", lead_unit="xicheng", stage="started")
    make_project(county, name="停建厂房", lead_unit="xicheng", plan=70 * WAN, stage="started", state="suspended",
                 state_reason="停建")  # fmt: skip
    make_report(unplanned, "2026-05", works=300 * WAN)
    bulletins.refresh_bulletin(bulletin, by=people.office, now=now, version=1)
    client = sign_in(people.office)
    runs = [run for one in bulletin.content for runs in one.get("paragraphs", ()) for run in runs]
    values = {run["key"]: run for run in runs if "key" in run}
    links = {run["href"] for run in values.values() if run["href"].startswith("/")}
    assert len(links) >= 5
    for link in links:
        assert client.get(link).status_code == 200, link
    counted = values["projects"]
    assert f"合计 {counted['text']} 项" in html.unescape(client.get(counted["href"]).content.decode())


def test_what_one_has_not_seen_is_not_signed_and_the_page_says_so(bulletin, people, sign_in):
    client = sign_in(people.office)
    client.post(address(bulletin, "block/next/"), {"version": 1, "text": "加快。"})
    stale = seen_by(bulletin, version=1, reason="改")
    read(client, bulletin)
    response = client.post(address(bulletin, "submit/"), stale)
    assert response.status_code == 409
    assert "加快。" in seen(response)
    client.post(address(bulletin, "submit/"), seen_by(bulletin))
    assert Bulletin.objects.get().status == "signing"
    leader = sign_in(people.leader)
    for step in ("sign/", "return/"):
        response = leader.post(address(bulletin, step), stale)
        assert response.status_code == 409
        assert f'name="version" value="{seen_by(bulletin)["version"]}"' in response.content.decode()
    assert Bulletin.objects.get().status == "signing"


@pytest.mark.parametrize("path", ["", "submit/?version=1"])
def test_sending_an_unfinished_month_asks_why(bulletin, people, sign_in, path):
    client = sign_in(people.office)
    client.post(address(bulletin, "block/next/"), {"version": 1, "text": "加快。"})
    read(client, bulletin)
    ReportingMonth.objects.update(closed_at=None)
    assert 'name="unfinished"' in client.get(address(bulletin, path)).content.decode()
    client.post(address(bulletin, "submit/"), seen_by(bulletin))
    assert Bulletin.objects.get().status == "draft"
    client.post(address(bulletin, "submit/"), seen_by(bulletin, unfinished="会议急用"))
    assert Bulletin.objects.get().status == "signing"


def test_a_month_is_left_out_and_drafted_from_the_pages(county, people, sign_in):
    make_project(county, stage="started", plan=10 * WAN)
    opened = open_round(county, "2026-05")
    client = sign_in(people.office)
    refused = client.post("/dispatch/bulletins/draft/", {"period": "2026-05"})
    assert '<option value="2026-05" selected>' in refused.content.decode()
    assert not JobRun.objects.exists()
    ReportingMonth.objects.create(county=county, month="2026-05", closed_at=opened.due_at)
    page = f"/dispatch/rounds/{opened.pk}/"
    assert "leave-out/" in client.get(page).content.decode()
    client.post(page + "leave-out/", {"reason": " "})
    assert opened.rows.get().left_out == ""
    client.post(page + "leave-out/", {"reason": "停工"})
    assert (opened.rows.get().left_out, opened.rows.get().left_out_by) == ("停工", people.office)
    assert "leave-out/" not in client.get(page).content.decode()
    client.post("/dispatch/bulletins/draft/", {"period": "2026-05"})
    assert JobRun.objects.get().result == {"unfinished": ""}
