"""Every list of every app, by one table: it sorts, filters, counts, goes out as it is on screen, stays at home."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import ngettext
from openpyxl import load_workbook

from core.lists import listing as kit
from core.lists.filters import options_of
from core.lists.listing import Listing
from core.lists.saved import save_view
from core.lists.spec import ListSpec, all_lists
from dispatch.models import Problem, Round, RoundRow
from dispatch.problems import services as problems
from funding.models import Channel
from investment.models import Mode
from organization.people.models import Post, Role
from organization.portfolios.models import Portfolio
from organization.units.models import Unit, UnitKind
from outbox.models import Delivery, Notice
from projects.choices import Level, Nature, Stage
from projects.entries.models import EntryProposal
from projects.models import Project
from projects.supervision.models import SupervisionNote
from tests.funding.bids.test_bids import make_bid
from tests.investment.leads.test_leads import make_lead
from tests.support.asked import instruction, red
from tests.support.factories import NOW, WAN, make_project, make_report, unit_of
from tests.support.listed import audit_entry, month_change, number
from tests.support.people import People, make_county, make_people
from tests.support.squads import make_squad

pytestmark = pytest.mark.django_db
ON = date(2026, 6, 10)

# what there is to list -----------------------------------------------------------------------------------------------


def project(county: Unit, people: People, n: int) -> None:
    made = make_project(
        county,
        name=f"{county.code}项目{n:02}",
        stage=(Stage.STARTED, Stage.RESERVE)[n % 2],
        lead_unit=("xicheng", "dongguan")[n % 2],
        level=(Level.CITY, Level.COUNTY)[n % 2],
        nature=(Nature.NEW, Nature.EXTENDED)[n % 2],
        investment_kind=("government", "enterprise")[n % 2],
        plan=(1200 * WAN, None)[n % 2],
        sponsor=("县领导01", None)[n % 2],
        total_investment=(n + 1) * 7000 * WAN,
        state="suspended" if n % 5 == 4 else "withdrawn" if n % 7 == 6 else "active",
        state_reason="资金" if n % 5 == 4 or n % 7 == 6 else "",
    )
    if n % 2 == 0:
        make_report(made, "2026-05", works=100 * (n + 1) * WAN)
    if n % 5 == 3:
        Project.objects.filter(pk=made.pk).update(completed_on=ON, entered_on=None)


def bid(county: Unit, people: People, n: int) -> None:
    made = make_bid(
        county,
        people,
        name=f"{county.code}申报{n:02}",
        channel=Channel.values[n % 3],
        year=2025 + n % 2,
        unit=unit_of(county, ("xicheng", "dongguan")[n % 2]),
        asked=(n + 1) * 12_345,
    )
    made.stage, made.state = ("planned", "proposal")[n % 2], ("active", "sent_back", "failed")[n % 3]
    made.save()


def lead(county: Unit, people: People, n: int) -> None:
    made = make_lead(
        county,
        people.office,
        name=f"{county.code}线索{n:02}",
        investor=f"投资方{n}",
        mode=Mode.values[n % 3],
        squad=unit_of(county, ("gongxin", "kaifaqu")[n % 2]),
        investment=(n + 1) * WAN,
    )
    made.stage, made.state = ("lead", "talks")[n % 2], ("active", "lost")[n % 2]
    made.save()


def problem(county: Unit, people: People, n: int) -> None:
    made = problems.raise_problem(
        make_project(county, name=f"{county.code}难题项目{n}"),
        title=f"{county.code}问题{n:02}",
        category=("land", "money")[n % 2],
        owner_unit=unit_of(county, ("zhujian", "gongxin")[n % 2]),
        by=people.officer,
        on=ON - timedelta(days=40 * (n % 2)),
        now=NOW,
    )
    status = ("open", "answered", "open", "closed")[n % 4]
    Problem.objects.filter(pk=made.pk).update(status=status, level=n % 3, closed_on=ON if status == "closed" else None)


def round_(county: Unit, people: People, n: int) -> None:
    kind, period = (("weekly", f"2026-W{n + 10}"), ("monthly", f"20{n + 10}-05"))[n % 2]
    due = NOW - timedelta(days=7 * n)
    made = Round.objects.create(
        county=county, kind=kind, period=period, opened_at=due, due_at=due, closed_at=(None, due)[n % 2]
    )
    one = make_project(county, name=f"{county.code}周报项目{n}")
    RoundRow.objects.create(round=made, unit=one.lead_unit, project=one, submitted_at=(None, NOW)[n % 4 == 2])


def post(county: Unit, people: People, n: int) -> None:
    unit = unit_of(county, ("xicheng", "dongguan")[n % 2])
    Post.objects.create(unit=unit, title=f"{county.code}岗位{n:02}", role=Role.values[n % 3], position=n)


def squad(county: Unit, people: People, n: int) -> None:
    make_squad(
        county,
        people,
        f"{county.code}专班{n:02}",
        lead=("gongxin", "xicheng")[n % 2],
        members=[unit_of(county, code) for code in ("zhujian", "tongji")[: n % 3]],
        heads=((people.leader, people.other_leader)[n % 2]).current_posts,
        since=ON + timedelta(days=n - 5),
        until=(None, ON + timedelta(days=n - 3))[n % 2],
    )


def delivery(county: Unit, people: People, n: int) -> None:
    notice = Notice.objects.create(
        person=people.officer,
        county=county,
        kind="x",
        key=f"{county.code}{n}",
        subject=f"{county.code}通知{n:02}",
        created_at=NOW,
    )
    status = Delivery.Status.values[n % 4]
    Delivery.objects.create(
        notice=notice, channel="mail", status=status, not_before=NOW - timedelta(hours=n), error="拒收" * (n % 2)
    )


def unit(county: Unit, people: People, n: int) -> None:
    Unit(
        code=f"{county.code}-{n}",
        name=f"{county.code}单位{n:02}",
        short_name=f"单位{n:02}",
        kind=(UnitKind.TOWNSHIP, UnitKind.DEPARTMENT)[n % 2],
        parent=county,
        position=100 + n,
        since=(date(2026, 1, 1), None)[n % 2],
        until=(None, date(2026, 5, n + 1))[n % 2] if n < 20 else None,
        active=n % 2 == 0,
    ).save()


def portfolio(county: Unit, people: People, n: int) -> None:
    unit = unit_of(county, "lingdao")
    post = Post.objects.create(unit=unit, title=f"{county.code}领导{n:02}", role=Role.LEADER, position=20 + n)
    if n % 3:
        row = Portfolio.objects.create(
            post=post, sectors=["工业"] * (n % 2), at=NOW, since=(None, date(2026, 1, 1))[n % 2]
        )
        row.units.set([unit_of(county, ("xicheng", "dongguan")[n % 2])])


def note(county: Unit, people: People, n: int) -> None:
    unit = ("xicheng", "dongguan")[n % 2]
    SupervisionNote.objects.create(
        project=make_project(county, name=f"{county.code}督查项目{n:02}", lead_unit=unit),
        text=f"裸土未覆盖{n}",
        on=ON - timedelta(days=n),
        by=people.supervision,
        noted_at=NOW - timedelta(days=n),
        answer_by=(None, NOW.date() + timedelta(days=n), date(2025, 6, n + 1), ON)[n % 4],
        answer="已整改" if n % 4 == 3 else "",
        answered_by=(people.officer, people.unit_head)[n % 8 == 7] if n % 4 == 3 else None,
        answered_at=NOW + timedelta(hours=n) if n % 4 == 3 else None,
    )


def proposal(county: Unit, people: People, n: int) -> None:
    answered = n % 4 > 0
    EntryProposal.objects.create(
        project=make_project(
            county, name=f"{county.code}入统项目{n:02}", stage=Stage.STARTED, lead_unit=("xicheng", "dongguan")[n % 2]
        ),
        on=ON - timedelta(days=n),
        statistics_start_on=(None, ON)[n % 2],
        note=f"说明{n}",
        status=EntryProposal.Status.values[n % 4],
        proposed_by=(people.officer, people.office)[n % 2],
        proposed_at=NOW - timedelta(days=n),
        answered_by=people.statistics if answered else None,
        answered_at=NOW + timedelta(hours=n) if answered else None,
        reason="缺施工合同" if n % 4 == 2 else "",
    )


MAKE: dict[str, tuple[Callable[[Unit, People, int], None], int]] = {  # what makes a row; the most queries of a page
    "projects": (project, 16),
    "bids": (bid, 9),
    "leads": (lead, 9),
    "problems": (problem, 14),
    "rounds": (round_, 8),
    "people": (post, 9),
    "outbox": (delivery, 7),
    "units": (unit, 8),
    "squads": (squad, 10),
    "portfolios": (portfolio, 10),
    "supervision": (note, 9),
    "fixed": (project, 10),
    "instructions": (instruction, 10),
    "silent": (red, 10),
    "numbers": (number, 9),
    "entries": (proposal, 8),
    "month_changes": (month_change, 10),
    "audit": (audit_entry, 11),
}

READERS = {"audit": "auditor"}  # who opens a list that isn't the office's


def reader(people: People, key: str) -> Any:
    return getattr(people, READERS.get(key, "office"))


@pytest.fixture
def fill(county: Unit, people: People) -> Callable[..., ListSpec]:
    """`fill("bids", 5)` puts five rows of the list on file and gives the list."""

    def filled(key: str, many: int, of: Unit = county, who: People = people) -> ListSpec:
        for n in range(many):
            MAKE[key][0](of, who, n)
        return all_lists()[key]

    return filled


def listed(spec: ListSpec, user: Any, query: str = "") -> Listing:
    return Listing(spec, user, QueryDict(query), now=NOW)


def heads_of(listing: Listing) -> list[str]:
    head = listing.spec.by_key[listing.spec.head]
    rows, look = (listing.rows() if listing.count else []), listing.look(None)
    return [str(head.value(row, look)) for row in rows]


# each of them --------------------------------------------------------------------------------------------------------


def test_every_list_is_in_the_table() -> None:
    assert set(all_lists()) == set(MAKE)


@pytest.mark.parametrize("key", MAKE)
def test_each_column_is_shown_sorted_both_ways_and_written(key, fill, people) -> None:
    spec = fill(key, 5)
    for column in spec.columns:
        up, down = (listed(spec, people.office, f"col={column.key}&sort={sign}{column.key}") for sign in ("", "-"))
        assert up.body
        assert down.body
        assert len(list(up.file_rows())) == up.count + bool(spec.sums)
        if column.sort:
            at = {column.key for column in up.columns}
            assert column.key in at
            first, last = heads_of(up), heads_of(down)
            assert sorted(first) == sorted(last)
            assert first != last or len(distinct(up, column)) < 2, f"{column.key} doesn't sort"


def distinct(listing: Listing, column: Any) -> set[str]:
    look = listing.look(None)
    return {str(column.value(row, look)) for row in listing.rows() if column.value} - {"None", ""}


@pytest.mark.parametrize("key", MAKE)
def test_each_filter_narrows_the_list_and_its_tabs_count_their_lists(key, fill, people) -> None:
    spec = fill(key, 8)
    every = listed(spec, people.office).count
    assert every > 1
    for filter in spec.filters:
        values = [option.value for option in options_of(filter, listed(spec, people.office).asked)]
        counts = {value: listed(spec, people.office, f"{filter.key}={value}").count for value in [*values, "nonsense"]}
        assert set(counts.values()) != {every}, f"{filter.key} narrows nothing: {counts}"
        if filter.unless is not None:
            asked = "&".join(f"{filter.key}={value}" for value in values)
            assert listed(spec, people.office, asked).count > every, f"{filter.key} leaves nothing out"
    for tab in listed(spec, people.office).tabs:
        assert tab.count == listed(spec, people.office, tab.href.removeprefix("?")).count, tab.label
    if spec.search:
        found = heads_of(listed(spec, people.office))[0]
        assert set(heads_of(listed(spec, people.office, f"q={found.split()[0]}"))) == {found}
        assert listed(spec, people.office, "q=没有这样的").count == 0


@pytest.mark.requirement("P18")
@pytest.mark.parametrize("key", MAKE)
def test_what_goes_out_is_what_is_on_screen(key, fill, people, sign_in, monkeypatch) -> None:
    """Page by page against both files: the same columns, the same rows, in the same order."""
    spec, client = fill(key, 7), sign_in(reader(people, key))
    monkeypatch.setattr("organization.audit.middleware.note", lambda *_what, **_more: None)  # or each file is a row
    monkeypatch.setattr(kit, "PER_PAGE", 3)
    chosen = [column.key for column in spec.columns][::2]
    query = "&".join([f"sort=-{spec.head}", *(f"col={key}" for key in chosen)])
    heads, rows, pages = [], [], 0
    address = f"{reverse(spec.url)}?{query}"
    while address:
        page, pages = client.get(address).content.decode(), pages + 1
        heads = [squeezed(cell) for cell in re.findall(r'<th scope="col".*?</th>', page, re.S)]
        found = [squeezed(cell) for cell in re.findall(r'<th scope="row"[^>]*>(.*?)</th>', page)]
        rows += found if pages == 1 or not spec.sums else found[1:]  # each page begins with the total
        after = re.search(r'rel="next" href="([^"]+)"', page)
        address = unescape(after[1]) if after else ""
    assert pages > 1
    shown = listed(spec, people.office, query)
    assert page.count(f"导出这 {shown.count} 项") == 2  # each file says how many rows it has
    written = [column for column in shown.columns if column.value]
    assert heads == [squeezed(f"{c.label}{arrow(c, spec)}{c.unit}") for c in shown.columns]
    place = [column.key for column in written].index(spec.head)
    for table in (xlsx(client, spec), plain(client, spec)):
        names = [column.heading for column in shown.file_columns()]
        begin, at = next(
            (begin, len(row) - len(names)) for begin, row in enumerate(table) if row[-len(names) :] == names
        )
        assert [squeezed(row[at + place]) for row in table[begin + 1 :]] == rows
        if at:
            numbers = [row[0] for row in table[begin:]]
            assert numbers == ["序号", *[None] * bool(spec.sums), *range(1, len(rows) + 1 - bool(spec.sums))]


def arrow(column: Any, spec: ListSpec) -> str:
    return "↓" if column.key == spec.head else ""


def squeezed(html: Any) -> str:
    """The words of a cell, without the marks beside a name."""
    words = re.sub(r"<[^>]+>", "", re.sub(r'<span class="mk">.*?</span>', "", str(html)))
    return re.sub(r"\s", "", unescape(words))


def xlsx(client: Any, spec: ListSpec) -> list[list[Any]]:
    """The file with the order asked for; the columns are those chosen last."""
    answer = client.get(f"{reverse(spec.export_url, args=['xlsx'])}?sort=-{spec.head}")
    return [list(row) for row in load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active.values]


def plain(client: Any, spec: ListSpec) -> list[list[Any]]:
    answer = client.get(f"{reverse(spec.export_url, args=['csv'])}?sort=-{spec.head}")
    return list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))


@pytest.mark.parametrize("key", MAKE)
def test_a_page_asks_the_same_for_many_rows_as_for_few(key, fill, people, sign_in) -> None:
    spec, client = fill(key, 2), sign_in(reader(people, key))

    def asked() -> int:
        client.get(reverse(spec.url))
        with CaptureQueriesContext(connection) as seen:
            assert client.get(reverse(spec.url)).status_code == 200
        return len(seen)

    few = asked()
    for n in range(2, 12):
        MAKE[key][0](people.office.county, people, n)
    assert asked() == few <= MAKE[key][1]


@pytest.mark.parametrize("key", MAKE)
def test_another_countys_rows_stay_there(key, fill, people) -> None:
    spec = fill(key, 4)
    before = heads_of(listed(spec, people.office))
    other = make_county("linxian", "邻县")
    theirs = make_people(other, prefix="linxian_")
    fill(key, 4, other, theirs)
    assert heads_of(listed(spec, people.office)) == before
    assert not set(heads_of(listed(spec, theirs.office))) & {head for head in before if head.startswith("shifan")}
    rows = b"".join(line.encode() for row in listed(spec, people.office).file_rows() for line in map(str, row))
    assert b"linxian" not in rows


@pytest.mark.parametrize("key", MAKE)
def test_an_empty_list_says_what_to_do_next(key, people, sign_in) -> None:
    spec = all_lists()[key]
    Post.objects.update(active=key != "people")
    if key == "people":
        Post.objects.filter(holder=people.office).update(active=True)
    page = sign_in(reader(people, key)).get(f"{reverse(spec.url)}?q=没有&kind=没有").content.decode()
    assert 'class="nil"' in page
    assert all(spec.empty)


def test_an_empty_list_tells_each_what_he_can_do(people) -> None:
    lists = all_lists()
    told = [(people.office, lists["projects"].empty), (people.reader, lists["projects"].empty_for_others)]
    for person, words in told:
        empty = listed(lists["projects"], person).empty
        assert (empty["title"], empty["text"]) == words
    assert listed(lists["rounds"], people.reader).empty["title"] == lists["rounds"].empty[0]  # one word for all


# what all of them share ----------------------------------------------------------------------------------------------


def test_columns_are_remembered_for_each_list(people, sign_in) -> None:
    client = sign_in(people.office)
    client.get("/funding/?col=paid")
    assert [c.key for c in client.get("/funding/").context["listing"].columns] == ["name", "paid"]
    assert len(client.get("/investment/").context["listing"].columns) > 2
    with CaptureQueriesContext(connection) as seen:
        client.get("/funding/?col=paid")
    assert not [one for one in seen if one["sql"].startswith("UPDATE")]  # what is remembered isn't written again


def test_a_saved_view_stands_on_the_tabs_of_its_own_list(people) -> None:
    save_view(all_lists()["bids"], now=NOW, by=people.officer, name="我的", query="state=failed")
    names = {key: [view.name for view in listed(spec, people.officer).saved] for key, spec in all_lists().items()}
    assert {key for key, found in names.items() if found} == {"bids"}


def test_who_may_not_see_a_list_saves_no_view_of_it(people, sign_in) -> None:
    answer = sign_in(people.officer).post("/lists/outbox/views/save/", {"name": "x", "query": ""})
    assert answer.status_code == 403


def test_the_part_brings_the_address_of_the_file_along(people, sign_in) -> None:
    """The button stands outside of what is swapped: without this the file is of the filter before."""
    part = sign_in(people.office).get("/funding/?stage=planned&col=name", headers={"HX-Request": "true"})
    link = re.search(r'<a class="btn" id="export" href="([^"]+)" hx-swap-oob="true"', part.content.decode())
    assert link
    assert unescape(link[1]) == "/funding/export.xlsx?stage=planned&col=name"


@pytest.mark.parametrize("key", MAKE)
def test_a_figure_of_another_page_opens_its_list_as_a_sheet(key, fill, people, sign_in) -> None:
    """Its first rows, how many they are in all, the way to the list; nothing to tick, nothing to post."""
    spec, over = fill(key, 12), {"HX-Request": "true", "HX-Target": "over"}
    number = listed(spec, reader(people, key)).count
    part = sign_in(reader(people, key)).get(reverse(spec.url), headers=over).content.decode()
    assert part.lstrip().startswith('<div class="sheet-in">')
    assert ngettext("%(n)s row", "%(n)s rows", number) % {"n": number} in part
    assert f'href="{reverse(spec.url)}"' in part
    assert part.count("<tr>") == min(number, 10) + 1  # and the heads
    assert "checkbox" not in part
    assert "hx-swap-oob" not in part


def test_what_was_ticked_is_taken_from_the_list_only(fill, people) -> None:
    spec = fill("bids", 4)
    pks = [row["pk"] for row in listed(spec, people.office).rows()]
    assert set(listed(spec, people.office).these([*pks, 999999])) == set(pks)
    assert listed(spec, people.reader).these([999999]) == []
