"""Teams with days, visits and who owes one, the leader's page, what the secretary reports."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from itertools import product
from typing import Any

import pdfplumber
import pytest
from django.conf import settings as house
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.utils import timezone

from core.days.periods import Period
from core.due import due_items
from core.lists.listing import Listing
from core.refusals import NeedsReason, NotAllowed, Stale, Wrong
from organization.profiles.loader import digest
from organization.profiles.models import CountyProfile
from organization.profiles.rules import rules_of
from outbox.models import Notice
from paper.pdf import pdf_available
from projects.models import LeaderReport, Member, Project, Sponsor, Visit
from projects.page import pages as page
from projects.photos.services import remove_photo
from projects.registry.services import set_sponsors
from projects.sponsorship import monthly, pages, papers
from projects.sponsorship import services as sponsorship
from projects.sponsorship.gaps import owing, standings
from projects.sponsorship.lists import GAPS
from projects.sponsorship.models import Part, Side
from projects.sponsorship.rules import SponsorshipRules
from tests.support.factories import NOW, make_project, make_report
from tests.support.pictures import photo

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("P07")]
ON = NOW.date()  # 10 June 2026, a Wednesday
MAY = Period.month(2026, 5)
PHOTO = photo()
WEEKLY = [
    {"code": "leader", "label": "每周现场办公", "who": "leader", "kinds": ["office", "visit"], "every": "week"},
    {"code": "head", "label": "单位每周现场办公", "who": "head", "kinds": ["office"], "every": "week"},
]


def keep(county: Any, **more: Any) -> SponsorshipRules:
    """The county's profile asks for weekly visits and, by the fifth working day, for a report."""
    data = {"sponsorship": {"duties": WEEKLY, "counts_from": "2026-05-25", "report_workday": 8, **more}}
    told = {"key": "test", "data": data, "digest": digest(data), "loaded_at": NOW}
    CountyProfile.objects.update_or_create(county=county, defaults=told)
    return rules_of(county)[SponsorshipRules]


@pytest.fixture
def project(county, people, settings, tmp_path) -> Project:
    settings.MEDIA_ROOT = tmp_path
    return make_project(county, name="粮库", stage="started", plan=30_000_000, sponsor="县领导01")


def visit(project: Project, by: Any, **more: Any) -> Visit:
    told = {"post": by.current_posts[0], "kind": "office", "on": ON, "now": NOW} | more
    return sponsorship.record_visit(project, by=by, **told)


def own(county: Any, person: Any, kind: str = "sponsorship_visit") -> list[str]:
    return [item.about for item in due_items(county, NOW, person=person) if item.kind == kind]


def test_who_owes_is_asked_until_it_is_done(county, people, project) -> None:
    assert own(county, people.leader) == []  # the county asks for nothing
    keep(county)
    second = make_project(county, name="水厂", sponsor="县领导01")
    make_project(county, name="没有包联领导的", lead_unit="dongguan")
    make_project(county, name="别人的", lead_unit="dongguan", sponsor="县领导02")
    assert own(county, people.leader) == ["2 个项目"]
    assert own(county, people.unit_head) == ["2 个项目"]
    assert own(county, people.officer) == own(county, people.statistics) == []
    visit(project, people.leader)
    assert own(county, people.leader) == ["水厂"]
    visit(second, people.unit_head)
    assert own(county, people.unit_head) == ["粮库"]
    kept = visit(second, people.leader)
    assert own(county, people.leader) == []
    sponsorship.withdraw_visit(kept, by=people.leader, now=NOW, reason="误登记")
    assert own(county, people.leader) == ["水厂"]
    sponsorship.restore_visit(kept, by=people.leader, now=NOW)
    assert own(county, people.leader) == []


def test_the_list_asks_the_database_for_what_the_rule_says(county, people) -> None:
    study = {"code": "study", "label": "研究", "every": "quarter", "kinds": ["study"]}
    rules = keep(county, duties=[*WEEKLY, study])
    posts = {Side.LEADER: people.leader.current_posts[0], Side.HEAD: people.unit_head.current_posts[0]}
    made = []
    for n, (sponsor, begun, over) in enumerate(
        product(("县领导01", None), (date(2025, 1, 1), date(2026, 6, 3), None), (None, date(2026, 6, 9)))
    ):
        made.append(make_project(county, name=f"项目{n}", sponsor=sponsor, counts_from=begun, completed_on=over))
    for n, one in enumerate(made):
        for side, kind, back in ((Side.LEADER, "office", n % 3), (Side.HEAD, "office", n), (Side.LEADER, "study", 9)):
            if (n + back) % 2:
                told = {"post": posts[side], "side": side, "kind": kind, "on": ON - timedelta(days=back)}
                Visit.objects.create(project=one, by=people.office, at=NOW, **told)
    for n, sponsors in enumerate(Sponsor.objects.order_by("pk")):  # leaders who came later than the project
        sponsors.since = (None, ON - timedelta(days=9), ON - timedelta(days=2), None)[n % 4]
        sponsors.save()
        Sponsor.objects.create(project=sponsors.project, post=people.other_leader.current_posts[0], position=1)
    stands = standings(made, rules, ON, {})
    for side in Side:
        now = {pk for pk, standing in stands.items() if standing.open(side)}
        assert set(Project.objects.filter(owing(side, rules, ON, {})).values_list("pk", flat=True)) == now
        last = {
            pk
            for pk, standing in stands.items()
            for one in standing.owed
            if one.missed and one.duty.who == side and one.period.next() == Period.of(ON, one.duty.cycle)
        }
        found = Project.objects.filter(owing(side, rules, ON, {}, before=True)).values_list("pk", flat=True)
        assert set(found) == last
    assert now
    assert last


def test_who_comes_later_owes_from_the_own_first_day_on(county, people, project) -> None:
    keep(county)
    old, new = (one.current_posts[0] for one in (people.leader, people.other_leader))
    rules = rules_of(county)[SponsorshipRules]
    assert standings([project], rules, ON, {})[project.pk].missed("leader") == 2
    told: dict[str, Any] = {"by": people.office, "now": NOW}
    project.created_at = NOW - timedelta(days=90)
    project.save()
    set_sponsors(project, [new], reason="分工调整", **told)
    assert [line.since for line in pages.team(project, ON)][:1] == [ON]
    stands = standings([project], rules, ON, {})[project.pk]
    assert (stands.missed("leader"), stands.missed("head")) == (0, 2)
    assert own(county, people.other_leader) == own(county, people.leader) == [], "of the next whole week on"
    assert set_sponsors(project, [new, old], reason="增加", **told)[0].since == ON
    fresh = make_project(county, name="新项目", created_at=NOW)
    assert set_sponsors(fresh, [new], **told)[0].since is None, "with the project from its first day on"


def test_the_list_of_gaps(county, people, project) -> None:
    keep(county)
    other = make_project(county, name="水厂", sponsor="县领导02", lead_unit="dongguan")
    none = make_project(county, name="无人包联")
    visit(project, people.leader)
    visit(project, people.leader, on=date(2026, 5, 27))

    def names(query: str, who: Any = people.office) -> list[str]:
        return [row["name"] for row in Listing(GAPS, who, QueryDict(query), now=NOW).rows()]

    assert names("") == [project.name, other.name, none.name]
    assert names("owes=leader") == [other.name]
    assert names("owes=head") == [project.name, other.name]
    assert names("leader=none") == [none.name]
    assert names("mine=yes", people.leader) == [project.name]
    listing = Listing(GAPS, people.office, QueryDict("col=leader&col=leader_now&col=leader_missed&col=stage"), now=NOW)
    look = listing.look(None)
    said = [[GAPS.by_key[key].value(row, look) for key in ("leader", "leader_now", "leader_missed", "stage")]
            for row in listing.rows()]  # fmt: skip
    assert said == [
        ["县领导01", "每周现场办公：已完成", 1, "开工建设"],
        ["县领导02", "每周现场办公：6月12日前", 2, "招商落地"],
        [None, "", 0, "招商落地"],
    ]


WRONG: list[tuple[dict[str, Any], type[Exception]]] = [
    ({"on": ON + timedelta(days=1)}, Wrong),
    ({"kind": "study"}, Wrong),  # a study has settled something
    ({"photos": [("说明.docx", b"PK\x03\x04" + b"0" * 64)]}, Wrong),
    ({"photos": [(f"{n}.jpg", PHOTO) for n in range(21)]}, Wrong),
]


@pytest.mark.parametrize(("more", "refusal"), WRONG, ids=["to come", "nothing settled", "no photo", "too many"])
def test_what_a_visit_cannot_be(people, project, more, refusal) -> None:
    with pytest.raises(refusal):
        visit(project, people.leader, **more)
    assert not Visit.objects.exists()


def test_who_enters_whose_visit(people, project) -> None:
    leader, head = people.leader.current_posts[0], people.unit_head.current_posts[0]
    may = {"leader": {leader}, "unit_head": {head}, "office": {leader, head}, "office_head": {leader, head}}
    for name, person in people.all().items():
        for post in (leader, head):
            if post in may.get(name, ()):
                assert visit(project, person, post=post).side == ("leader" if post == leader else "head")
            else:
                with pytest.raises(NotAllowed):
                    visit(project, person, post=post)
    secretary = people.officer.current_posts[0]
    sponsorship.appoint(project, part=Part.SECRETARY, post=secretary, by=people.officer, on=ON, now=NOW)
    assert visit(project, people.officer, post=leader).by == people.officer


def test_a_visit_is_withdrawn_with_a_reason_and_stays(people, project) -> None:
    made = visit(project, people.leader, settled="本周送审")
    assert Notice.objects.filter(person=people.officer, kind="visit_settled").count() == 1
    with pytest.raises(NotAllowed):
        sponsorship.withdraw_visit(made, by=people.other_leader, now=NOW, reason="不实")
    with pytest.raises(NeedsReason):
        sponsorship.withdraw_visit(made, by=people.office, now=NOW, reason=" ")
    sponsorship.withdraw_visit(made, by=people.office, now=NOW, reason="登错项目", version=1)
    with pytest.raises(Stale):
        sponsorship.restore_visit(made, by=people.office, now=NOW, version=1)
    lines = [(line.text, line.why) for line in page.whole_history(project) if "现场办公" in line.text]
    assert set(lines) == {("县领导01：现场办公", "本周送审"), ("县领导01 6月10日的现场办公已撤销", "登错项目")}


def test_the_team_has_days(people, project) -> None:
    told = {"by": people.officer, "now": NOW}
    one, two = people.officer.current_posts[0], people.finance.current_posts[0]
    first = sponsorship.appoint(project, part=Part.SECRETARY, post=one, on=date(2026, 3, 1), **told)
    with pytest.raises(Wrong):  # not on the day on which the other one began
        sponsorship.appoint(project, part=Part.SECRETARY, post=two, on=date(2026, 3, 1), **told)
    sponsorship.appoint(project, part=Part.SECRETARY, post=two, on=date(2026, 5, 1), reason="调整", **told)
    for title in ("供电公司经理", "水务公司经理"):
        sponsorship.appoint(project, part=Part.COOPERATING, title=title, on=date(2026, 3, 1), **told)
    with pytest.raises(Wrong):
        sponsorship.appoint(project, part=Part.BUILDER, on=ON, **told)
    with pytest.raises(NotAllowed):
        sponsorship.appoint(project, part=Part.BUILDER, title="经理", by=people.statistics, on=ON, now=NOW)

    def on(day: date) -> set[str]:
        return {str(member) for member in project.members.on(day)}

    assert on(date(2026, 4, 30)) == {one.in_full, "供电公司经理", "水务公司经理"}
    assert on(date(2026, 5, 1)) == {two.in_full, "供电公司经理", "水务公司经理"}
    first.refresh_from_db()
    with pytest.raises(NotAllowed):
        sponsorship.dismiss(first, on=ON, reason="离任", version=first.version, **told)
    sponsorship.hand_on(two, one, by=None, now=NOW, reason="岗位撤销")
    assert one.in_full in on(ON)
    assert two.in_full not in on(ON)


def test_a_leaders_page_and_a_visit_on_the_pages(county, people, project, sign_in) -> None:
    keep(county)
    client = sign_in(people.leader)
    shown = client.get("/projects/sponsorship/mine/").content.decode()
    assert "粮库" in shown
    assert "1 个项目已到 0 个" in shown
    where = f"/projects/{project.pk}/sponsorship/visit/"
    post = people.leader.current_posts[0].pk
    today = timezone.localdate()
    typed = {"post": post, "kind": "office", "on": f"{today}", "settled": "本周送审"}
    sent = SimpleUploadedFile("现场.jpg", PHOTO, content_type="image/jpeg")
    assert client.post(where, typed | {"photos": [sent]})["Location"] == f"/projects/{project.pk}/"
    made = Visit.objects.get().pictures.get()
    picture = f"/projects/photos/{made.pk}/thumb/"
    assert client.get(picture)["Content-Type"] == "image/jpeg"
    assert made.odd_day == "outside", "the phone took it in May: looked at as a report's"
    for page_of in (f"/projects/{project.pk}/sponsorship/", "/projects/sponsorship/mine/"):
        said = client.get(page_of).content.decode()
        assert "本周送审" in said
        assert picture in said
    assert picture in client.get(f"/projects/{project.pk}/photos/").content.decode()
    assert sign_in(people.other_officer).get(picture).status_code == 404
    told: dict[str, Any] = {"by": people.office, "now": timezone.now(), "reason": "误传", "version": made.version}
    remove_photo(made, **told)
    assert picture not in sign_in(people.leader).get(f"/projects/{project.pk}/sponsorship/").content.decode()
    wrong = sign_in(people.leader).post(where, typed | {"kind": "study", "settled": " ", "place": "项目部"})
    assert wrong.status_code == 422
    assert 'value="项目部"' in wrong.content.decode()


def test_the_secretary_reports_and_what_was_sent_stays(county, people, project) -> None:
    keep(county)
    post, secretary = people.leader.current_posts[0], people.officer.current_posts[0]
    make_report(project, "2026-04", works=2_000_000)
    make_report(project, "2026-05", works=3_000_000, problem="林地手续未批")
    Project.objects.filter(pk=project.pk).update(version=2)
    assert own(county, people.officer, "leader_report") == []
    sponsorship.appoint(project, part=Part.SECRETARY, post=secretary, by=people.officer, on=ON, now=NOW)
    assert own(county, people.officer, "leader_report") == ["县领导01"]
    visit(project, people.leader, on=date(2026, 5, 20), settled="林地手续本周送审")
    said = monthly.facts(post, MAY, ON)
    [row] = said["rows"]
    assert (row["leader"], row["trouble"], row["missed"]) == (1, "林地手续未批", ["每周现场办公", "单位每周现场办公"])
    with pytest.raises(NotAllowed):
        sponsorship.send_report(post, MAY, facts=said, by=people.other_officer, now=NOW)
    sponsorship.write_remark(post, MAY, remark="请协调林地", by=people.officer, now=NOW, version=0)
    with pytest.raises(Stale):
        sponsorship.send_report(post, MAY, facts=said, by=people.officer, now=NOW, version=0)
    sent = sponsorship.send_report(post, MAY, facts=said, by=people.officer, now=NOW, version=1)
    assert own(county, people.officer, "leader_report") == []
    assert Notice.objects.filter(person=people.leader, kind="leader_report").exists()
    visit(project, people.leader, on=date(2026, 5, 21))
    assert monthly.shown(sent, post, MAY, ON)["rows"][0]["leader"] == 1
    with pytest.raises(NotAllowed):
        sponsorship.write_remark(post, MAY, remark="改", by=people.officer, now=NOW)
    again = sponsorship.recall_report(sent, by=people.officer, now=NOW, reason="漏报一次", version=sent.version)
    assert monthly.shown(again, post, MAY, ON)["rows"][0]["leader"] == 2


@pytest.mark.parametrize("count", [1, 60])
def test_the_report_is_one_page_whatever_it_is_of(county, people, settings, tmp_path, count) -> None:
    settings.MEDIA_ROOT = tmp_path
    if not pdf_available(house.DOC_FONT_DIR)[0]:
        pytest.skip("no fonts or no library for PDF on this machine")
    keep(county)
    post = people.leader.current_posts[0]
    for n in range(count):
        name = f"年产三十万吨矿泉水及配套冷链物流园区项目{n:02}"
        make_project(county, name=name, stage="started", plan=9, sponsor="县领导01")
    LeaderReport.objects.create(post=post, month=str(MAY), remark="请协调林地手续")
    row = sponsorship.report_of(post, MAY)
    run = papers.request_paper(row, papers.own(row, post, MAY, ON), now=NOW)
    papers.make_paper(run.pk, now=NOW)
    row = sponsorship.report_of(post, MAY)
    file = papers.paper_of(row, papers.own(row, post, MAY, ON))
    with pdfplumber.open(BytesIO(file.content.read())) as pdf:
        [only] = pdf.pages
        text = only.extract_text().replace("\n", "").replace(" ", "")
    assert "县领导01" in text
    assert "项目秘书汇报：请协调林地手续" in text
    assert ("另有" in text) == (count == 60)
    assert Member.objects.count() == 0
    assert Sponsor.objects.count() == count
