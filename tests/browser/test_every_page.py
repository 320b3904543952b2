"""Every page of the line, as who works on it: it fits, it is read out, it speaks one language, it stays at home."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from django.urls import resolve, reverse
from playwright.sync_api import Page

from core.days.periods import Period
from core.lists.spec import all_lists
from core.models import Done, SavedView
from dispatch.bulletins.editor.pages import layout
from dispatch.models import Bulletin, CalendarAct, Campaign, Instruction, PaperNumber, Problem, Reply, Slip, Task
from funding.models import Bid
from investment.models import Lead
from organization.people.models import Post, User
from organization.squads.models import Squad
from organization.units.models import Unit
from outbox.models import Notice
from projects.models import EntryProposal, MonthlyReport, Photo, PlatformImport, Project, Roster, SupervisionNote
from tests.browser.conftest import SIZES, sideways
from tests.support.factories import NOW
from tests.support.furnished import furnished
from tests.support.people import People, make_county, make_people
from tests.support.plugins.in_step import count_year
from tests.support.rights_table import RIGHTS
from tests.support.rights_world import addresses

# Months are counted once, where the county is made.
pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.by_services]
WEIGHT = 150_000  # bytes of a page, before it is packed

# who: pages, by the name of their address or as it is typed; what differs from what everybody sees
PAGES: dict[str, tuple[str, ...]] = {
    "officer": (
        "home", "account", "second_factor", "password_change", "password_change_done", "projects:turn_back",
        "projects:list", "/projects/?q=供水&light=red", "/projects/?unit=xicheng&stage=started", "projects:new",
        "projects:page", "projects:edit", "projects:plan", "projects:checklist_draw", "projects:checklist_add",
        "projects:approval", "projects:approval_remove",
        "projects:history", "projects:month_changes", "projects:move", "projects:rosters", "projects:project_rosters",
        "projects:plans", "projects:project_plans", "projects:fixed",
        "projects:grid", "/projects/reports/2026-04/", "projects:grid_table",
        "projects:report", "/projects/reports/2026-06/",
        "dispatch:campaigns", "dispatch:campaign_ours", "dispatch:campaign_task", "dispatch:campaign_tasks",
        "dispatch:this_week", "dispatch:week", "dispatch:rounds", "dispatch:round", "outbox:notices",
        "outbox:reminders",
        "dispatch:problems", "dispatch:problem_list", "dispatch:problem", "dispatch:problem_new",
        "dispatch:problems_together",
        "dispatch:project_problems", "dispatch:project_rounds", "dispatch:rounds_outside",
        "projects:supervision_answer", "projects:wall", "projects:milestones", "projects:schedule",
        "projects:schedule_new", "projects:milestone_add", "projects:photos",
        "projects:member_new", "projects:member_end", "projects:signboard",
        "projects:contacts", "projects:contact_new",
        "projects:resumptions", "projects:resumption", "projects:codes", "projects:code_new", "projects:code_edit",
        "dispatch:instruction", "dispatch:silent", "dispatch:problem_instructions",
        "dispatch:slip", "dispatch:project_slips", "dispatch:problem_slips",
        "dispatch:rankings", "dispatch:bulletins", "bulletin:published",
        "funding:list", "funding:new", "funding:page", "funding:edit", "funding:project_bids",
        "investment:list", "investment:project_lead", "files:page", "lists:view_delete",
    ),
    "office": (
        "import:take_back", "projects:month_close", "organization:reset_password",
        "home", "dispatch:briefs", "projects:imports", "projects:import", "import:stored", "projects:import_past",
        "projects:platform", "projects:platform_import",
        "projects:list", "projects:map", "projects:place", "projects:outline", "projects:page", "did", "did_rows",
        "projects:package", "projects:package_put", "projects:package_out",
        "projects:turn", "projects:turn_again", "projects:project_turn",
        "projects:act", "/projects/act/leader/?all=1", "/projects/act/chase/?all=1",
        "projects:sponsors", "projects:back", "projects:suspend", "resume:suspended", "projects:withdraw",
        "projects:grid", "projects:review", "/projects/review/2026-04/", "projects:report", "projects:report_return",
        "projects:report_accept", "projects:month_reopen", "projects:month_changes",
        "projects:correct_months", "projects:photo_remove", "projects:project_photos", "projects:photo_list",
        "dispatch:calendar", "dispatch:calendar_act", "dispatch:calendar_days",
        "dispatch:day_lists", "dispatch:day_list", "dispatch:round_lists", "projects:gathering", "projects:effort",
        "dispatch:rounds", "dispatch:round", "round:month", "jobs:page", "outbox:list", "outbox:groups",
        "dispatch:problems",
        "problem:answered", "dispatch:ranking", "dispatch:ranking_trend", "ranking:figure",
        "/dispatch/rankings/2026-04/", "/dispatch/rankings/2026-04/correct/",
        "/dispatch/rankings/2026-04/withdraw/",
        "dispatch:ranking_publish", "dispatch:bulletins", "dispatch:bulletin",
        "dispatch:bulletin_changes", "dispatch:bulletin_submit", "dispatch:bulletin_delete",
        "bulletin:signing", "bulletin:published", "bulletin:redirect", "bulletin:correct",
        "bulletin:sheet", "bulletin:readers", "dispatch:bulletin_replies", "dispatch:bulletin_ask", "dispatch:reply",
        "/dispatch/bulletins/?q=2031",
        "dispatch:numbers", "dispatch:number_enter", "dispatch:number_void",
        "dispatch:slips", "dispatch:slip_new", "slip:of_problem", "slip:late", "dispatch:slips_overdue",
        "dispatch:bulletin_take_over",
        "organization:people", "organization:open_account", "organization:open_accounts",
        "organization:account_slips", "organization:vacate", "organization:post_away",
        "projects:rosters", "projects:roster", "projects:roster_new", "projects:roster_edit", "projects:roster_close",
        "/projects/lists/new/?rule=stage%3Dstarted", "/projects/act/list-on/?all=1",
        "projects:squads", "organization:squad_new", "organization:squad_edit", "organization:squad_end",
        "organization:portfolio_change", "dispatch:project_instruct",
        "dispatch:campaign", "dispatch:campaign_new", "dispatch:campaign_change", "dispatch:campaign_end",
        "dispatch:campaign_give", "dispatch:campaign_table", "dispatch:campaign_sheet", "dispatch:project_campaigns",
        "projects:sponsorship", "projects:leader_reports", "projects:leader_report", "dispatch:loop",
        "projects:leader_report_recall", "projects:visit_withdraw",
    ),
    "office_head": ("bulletin:withdraw", "bulletin:return", "bulletin:sign"),
    "leader": (
        "projects:schedule", "home", "dispatch:reds", "dispatch:since", "dispatch:brief",
        "projects:review", "projects:page", "projects:report", "projects:report_return",
        "/projects/?sponsor=mine", "dispatch:ranking", "/dispatch/rankings/2026-05/?group=leaders",
        "dispatch:problems", "dispatch:problem", "dispatch:bulletins", "bulletin:signing",
        "organization:portfolios", "organization:portfolio",
        "dispatch:instructions", "dispatch:project_instructions", "dispatch:problem_instruct",
        "projects:sponsored", "projects:project_sponsorship", "projects:visit_new", "dispatch:instructions_said",
    ),
    "finance": ("home", "funding:list", "funding:page", "funding:send_back", "funding:fail", "resume:failed_bid"),
    "investment": (
        "home", "investment:list", "investment:new", "investment:page", "investment:edit",
        "investment:lose", "resume:lost_lead",
    ),
    "admin": (
        "home", "organization:people", "jobs:page",
        "organization:post", "organization:post_change", "post:close",
        "organization:units", "organization:unit", "organization:unit_change",
    ),
    "security": (
        "home", "organization:people", "organization:post", "organization:reset_second_factor", "organization:audit",
    ),
    "auditor": ("home", "organization:audit", "/organization/audit/?since=2026-06-01&group=sign_in&address=10.8.0.7"),
    "squad": ("home", "projects:squads", "organization:squad", "projects:of_squad", "dispatch:squad_problems",
              "dispatch:squad_standing", "dispatch:squad_campaigns"),
    "supervision": (
        "home", "dispatch:problems", "dispatch:problem", "projects:supervision", "projects:supervision_new",
        "projects:project_supervision", "projects:photo_list",
    ),
    "statistics": (
        "home", "projects:page", "projects:entries", "projects:entry_list", "projects:entry_accept",
        "projects:entry_return", "projects:enter", "projects:project_entry", "projects:entry_day",
    ),
    "approver": (
        "home", "projects:page", "projects:approvals", "projects:approvals_rates", "projects:approvals_guide",
        "projects:checklist", "projects:approval_item",
    ),
    "reader": ("home", "projects:list", "projects:page"),
}  # fmt: skip
NO_PAGES = {
    "organization:account_slips_file",  # leads to the file
    "projects:platform_file", "projects:platform_differences",
    "projects:import_file", "projects:import_problems", "projects:registry_ledger", "projects:export",
    "funding:export", "investment:export", "organization:people_export", "organization:units_export", "outbox:export",
    "outbox:groups_export",
    "organization:portfolios_export", "organization:audit_export",
    "dispatch:problem_list_export", "dispatch:rounds_export", "dispatch:instructions_export", "dispatch:silent_export",
    "projects:milestones_export", "projects:approvals_export",
    "projects:squads_export", "projects:fixed_export", "projects:supervision_export", "projects:entry_list_export",
    "projects:month_changes_export", "projects:roster_export", "dispatch:numbers_export",
    "projects:sponsorship_export", "projects:visit_photo", "projects:leader_report_file", "projects:signboard_file",
    "projects:photo_list_export", "projects:photo", "projects:photo_sheet",
    "dispatch:bulletin_file", "dispatch:bulletin_picture", "dispatch:ranking_export", "files:download",  # files
    "dispatch:loop_export", "dispatch:day_lists_export", "dispatch:day_list_file", "dispatch:round_picture_file",
    "projects:effort_export", "projects:gathering_forms",
    "projects:place_picture",  # a picture
    "dispatch:bulletin_sheet_file", "dispatch:reply_file",
    "dispatch:problem_proof", "dispatch:slips_export", "dispatch:slip_pdf", "dispatch:slip_file",
    "dispatch:slip_answer_file",
    "dispatch:campaign_sheet_file", "dispatch:campaigns_export", "dispatch:campaign_tasks_export",
    "progress",  # a word to a page that waits

    "projects:reports", "outbox:notice", "dispatch:round_of_month", "dispatch:calendar_now",  # lead elsewhere
    "dispatch:round_picture",
    "projects:resume", "funding:resume", "investment:resume", "dispatch:ranking_correct",
    "projects:import_take_back",
    "dispatch:ranking_withdraw", "dispatch:bulletin_withdraw", "dispatch:bulletin_redirect",
    "dispatch:bulletin_correct", "dispatch:bulletin_sheet", "dispatch:bulletin_readers",  # above, by another name
}  # fmt: skip
REFUSED = {"officer": ((403, "/projects/import/"), (404, "/projects/999999/"), (404, "/nowhere/"))}

LATIN = re.compile(r"[A-Za-z]{4,}")
HAN = re.compile(r"[\u4e00-\u9fff]")
ALLOWED = {"Excel", "Word", "Enter", "Ctrl", "English", "xlsx", "docx", "JPEG", "WebP", "CGCS", "GeoJSON"}
SLIPS = re.compile(r"\bNone\b|\bnan\b|\bNaN\b|\bundefined\b|\{\{|\{%|%\(\w+\)s")
MARKUP = re.compile(r"</?c-|\{\{|\{%|=\"None\"|%\(\w+\)s")

# What one reads and what is read out to one; `all` without what another language marks as its own, and without data.
SEEN = """() => {
  const own = e => !e.closest('[lang]:not(html)') && !e.closest('#sheet, .paper');
  const said = [...document.querySelectorAll('main *, body *')].filter(own)
    .flatMap(e => ['aria-label', 'placeholder', 'title', 'data-k', 'alt'].map(a => e.getAttribute(a))).filter(Boolean);
  const heads = 'nav, button, h1, h2, h3, h4, label, th, dt, legend, caption, summary, .btn, .hint, .need, .foot,'
    + '.ed-t, option';
  const chrome = [...document.querySelectorAll(heads)].filter(own)
    .map(e => [...e.querySelectorAll('[lang]')].reduce((said, part) => said.replace(part.innerText, ''), e.innerText));
  return {text: document.body.innerText, said, chrome, h1: document.querySelectorAll('h1').length,
          lang: document.documentElement.lang, kept: !!document.querySelector('.ed-t[lang], .rank caption[lang]')};
}"""

# Figures that are links: a number, a tile, a mark of a chart; not what leads within a list, or does something.
FIGURES = r"""() => [...document.querySelectorAll('main a[href]')]
  .filter(a => !a.closest('#over, .views, .crumb, .pager, .btn, .stages'))
  .filter(a => a.closest('svg') || a.matches('.fig') || /^[-+−]?[\d.,]+\s?(%|[^\s月]{0,2})$/.test(a.innerText.trim()))
  .map(a => [new URL(a.href.baseVal ?? a.href, location).href, a.hasAttribute('data-sheet'), a.textContent.trim()])"""

# The kinds of elements that a page shows, as far as axe can tell them apart: what they are, where they stand, what
# names them, whether they scroll.
KINDS = r"""() => {
  const one = e => e.tagName + '.' + (e.getAttribute('class') ?? '');
  const tells = /^(aria-|role|alt|for|type|tab|scope|lang|title|disabled)/;
  const what = e => [e.getAttributeNames().filter(a => tells.test(a))
    .map(a => /labelledby|describedby|controls|^for$/.test(a) ? a + !!document.getElementById(e.getAttribute(a)) : a),
    e.getAttribute('role'), !!e.labels?.length, !!e.textContent.trim(), e.scrollWidth > e.clientWidth].join();
  const where = e => [e, ...[1, 2, 3].map(() => e = e?.parentElement)].filter(Boolean).map(one).join('<');
  const shown = [...document.body.querySelectorAll('*')].filter(e => e.getClientRects().length);
  return [...new Set([`title ${!!document.title}`, ...shown.map(e => `${where(e)} ${what(e)}`)])];
}"""
LOOKED_AT: dict[str, set[str]] = {size: set() for size in SIZES}  # by axe, in this process

# What a figure leads to and can open over its page: all lists, and what else says what a figure is made of.
SHEETS = {spec.url for spec in all_lists().values()} | {
    "dispatch:ranking", "dispatch:since", "dispatch:round", "dispatch:round_of_month",
}  # fmt: skip


@pytest.fixture(autouse=True)
def june() -> Iterator[None]:
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def standing(once: Callable[..., Any]) -> tuple[Unit, People, SimpleNamespace]:
    """One county for all walks: they read it, and what one writes is gone before the next."""

    def build() -> tuple[Unit, People, SimpleNamespace]:
        county = make_county()
        people = make_people(county)
        about = furnished(county, people)
        count_year(county.pk, Period.month(2026, 6))
        return county, people, about

    return once("furnished", build)


@pytest.fixture
def about(standing: tuple[Unit, People, SimpleNamespace]) -> SimpleNamespace:
    return standing[2]


def address(page: str, about: SimpleNamespace) -> str:
    """A page's address: as typed, by its name, or one with another thing in it."""
    special = {
        "bulletin:published": ("dispatch:bulletin", "published"),
        "bulletin:signing": ("dispatch:bulletin", "signing"),
        "bulletin:return": ("dispatch:bulletin_return", "signing"),
        "bulletin:withdraw": ("dispatch:bulletin_withdraw", "published"),
        "bulletin:redirect": ("dispatch:bulletin_redirect", "signing"),
        "bulletin:sign": ("dispatch:bulletin_sign", "signing"),
        "bulletin:readers": ("dispatch:bulletin_readers", "published"),
        "bulletin:sheet": ("dispatch:bulletin_sheet", "published"),
        "bulletin:correct": ("dispatch:bulletin_correct", "published"),
        "import:stored": ("projects:import", "stored"),
        "import:take_back": ("projects:import_take_back", "stored"),
        "round:month": ("dispatch:round", "month_round"),
        "problem:answered": ("dispatch:problem", "answered"),
        "slip:of_problem": ("dispatch:problem_slips", "problem"),
        "resume:suspended": ("projects:resume", "suspended"),
        "resume:failed_bid": ("funding:resume", "failed_bid"),
        "resume:lost_lead": ("investment:resume", "lost_lead"),
    }
    if page.startswith("/"):
        return page
    if page == "slip:late":
        return f"{reverse('dispatch:slip_new')}?late={about.project.lead_unit.code}"
    if page == "post:close":
        return reverse("organization:post_change", args=[about.post.pk, "close"])
    if page == "ranking:figure":
        unit = about.project.lead_unit_id
        return f"{reverse('dispatch:ranking', args=['2026-05'])}?unit={unit}&figure=investment_rate"
    if page in special:
        name, thing = special[page]
        return reverse(name, args=[getattr(about, thing).pk])
    return addresses(page, about)


#: What files and tables that come in have as words, as a sentence in English quotes them.
QUOTED = (
    "项目代码", "审批事项", "办理状态", "批复文号", "批复时间", "班", "休", "国办通知",
    # heads of a table of tasks, measures and phases, as offices write them
    "序号", "任务", "责任单位", "责任领导", "完成时限", "配合单位", "类别", "目标", "计量单位", "要求", "亩", "个",
    "万元", "大起底", "大会战", "至", "任务分解表",
)  # fmt: skip


def data_words(county: Unit) -> list[str]:
    """What people of the county wrote or named: it is in their language whatever the page's."""
    words: set[str] = set()
    for model, *fields in (
        (Project, "name"), (Unit, "name", "short_name"), (Post, "title"), (User, "name"), (Problem, "title"),
        (Bulletin, "title"), (Bid, "name"), (Lead, "name", "investor"), (Notice, "subject"), (SavedView, "name"),
        (MonthlyReport, "progress"), (EntryProposal, "note"), (SupervisionNote, "text"), (Done, "words"),
        (Instruction, "text", "light_words"), (Slip, "title", "answer"),
        (Reply, "text"), (PaperNumber, "text", "title"), (Photo, "caption"),
        (Roster, "name"), (CalendarAct, "label"), (Campaign, "name"), (Task, "title"),
    ):  # fmt: skip
        for row in model.objects.values_list(*fields):
            words.update(str(cell) for cell in row)
    for paper in Bulletin.objects.all():
        words.update(block.get("title", "") for block in paper.content)  # the names of its tables
        made = layout(paper)
        words.update(part.name for part in made.parts)
        words.update(one.label for table in made.tables for one in (*table.columns, *table.more))
    words.update(str(row.get("name", "")) for one in PlatformImport.objects.all() for row in one.rows)
    words.update(QUOTED)
    words.update(duty for duties in Squad.objects.values_list("duties", flat=True) for duty in duties)
    from organization.profiles import loader as profiles

    rules = tomllib.loads((profiles.FOLDER / "default.toml").read_text())

    def walk(value: Any) -> None:
        match value:
            case {"zh": _, "en": _}:  # what has both is said in the page's
                pass
            case dict():
                for one in value.values():
                    walk(one)
            case list():
                for one in value:
                    walk(one)
            case str():
                words.add(value)

    walk([rules, *Slip.objects.values_list("facts", flat=True)])  # a slip says what it said when it was issued
    return sorted(filter(HAN.search, words), key=len, reverse=True)


class Look:
    """One reader's walk: what is wrong, page by page."""

    def __init__(self, page: Page, axe: Callable[[Page], list[str]], known: list[str]) -> None:
        self.page, self.axe, self.known = page, axe, known
        self.faults: list[str] = []
        self.sheets: set[str] = set()  # names of addresses that were asked for one

    def at(self, url: str, status: int = 200) -> None:
        def wrong(what: str) -> None:
            self.faults.append(f"{url}: {what}")

        page = self.page
        self._size("desk")
        answer = page.goto(url)
        assert answer is not None
        if answer.status != status:
            wrong(f"answers {answer.status}")
            return
        html = answer.body()
        if len(html) > WEIGHT:
            wrong(f"weighs {len(html)} bytes")
        for found in set(MARKUP.findall(html.decode())):
            wrong(f"{found!r} in its source")
        self._fits(wrong, "desk", "phone", "small")
        self._open_as_sheets(wrong)
        seen = page.evaluate(SEEN)
        if seen["lang"] != "zh-Hans":
            wrong(f"lang is {seen['lang']!r}")
        if seen["h1"] != 1:
            wrong(f"{seen['h1']} h1")
        self._slips(wrong, seen)
        accounts = set(User.objects.values_list("username", flat=True)) if "/people/" in url else set()
        accounts |= set(Unit.objects.values_list("code", flat=True)) if "/units/" in url else set()
        accounts |= set(LATIN.findall(" ".join(page.locator("[translate=no]").all_inner_texts())))
        for text in [seen["text"], *seen["said"]]:
            for word in set(LATIN.findall(self._without_data(text))) - ALLOWED - accounts:
                wrong(f"English in Chinese: {word!r} in {_around(word, text)!r}")

    def in_english(self, url: str) -> None:
        def wrong(what: str) -> None:
            self.faults.append(f"{url} in English: {what}")

        self._size("desk")
        self.page.goto(url)
        self._fits(wrong, "desk", "small", look=False)
        seen = self.page.evaluate(SEEN)
        if seen["lang"] != "en":
            wrong(f"lang is {seen['lang']!r}")
        self._slips(wrong, seen)
        if seen["kept"] != bool(self.page.locator("#kept").count()):
            wrong("a text kept in Chinese without the line that says so, or the line alone")
        for text in dict.fromkeys([*seen["chrome"], *seen["said"]]):
            for line in self._without_data(text).splitlines():
                if HAN.search(line):
                    wrong(f"Chinese in English: {line.strip()[:60]!r}")

    def _size(self, size: str) -> None:
        width, height = SIZES[size]
        self.page.set_viewport_size({"width": width, "height": height})

    def _fits(self, wrong: Callable[[str], None], *sizes: str, look: bool = True) -> None:
        for size in sizes:
            self._size(size)
            if (by := sideways(self.page)) > 0:
                wrong(f"scrolls sideways by {by} at {size}")
            if look and size != "small":
                self._looks(wrong, size)

    def _looks(self, wrong: Callable[[str], None], size: str) -> None:
        """What axe finds, where something is of a kind that it hasn't looked at yet."""
        kinds = set(self.page.evaluate(KINDS)) - LOOKED_AT[size]
        found = self.axe(self.page) if kinds else []
        for fault in found:
            wrong(f"axe at {size}: {fault[:400]}")
        if not found:
            LOOKED_AT[size] |= kinds

    def _open_as_sheets(self, wrong: Callable[[str], None]) -> None:
        """On a phone each figure opens over its page what it leads to, which answers as a sheet."""
        for href, opens, text in self.page.evaluate(FIGURES):
            name = resolve(urlsplit(href).path).view_name
            if not opens and name in SHEETS:
                wrong(f"{text!r} leads to {href}, and is no sheet on a phone")
            elif opens and name not in self.sheets:
                self.sheets.add(name)
                answer = self.page.request.get(href, headers={"HX-Request": "true", "HX-Target": "over"})
                if 'id="over-t"' not in answer.text():
                    wrong(f"{href} answers no sheet")

    def _slips(self, wrong: Callable[[str], None], seen: dict[str, Any]) -> None:
        for text in [seen["text"], *seen["said"]]:
            for found in set(SLIPS.findall(text)):
                wrong(f"{found!r} in {_around(found, text)!r}")

    def _without_data(self, text: str) -> str:
        for word in self.known:
            text = text.replace(word, "")
        return re.sub(r"\S+@\S+|\S+\.(csv|xlsx|xls|docx|pdf)\b|[a-z]+[-_][a-z0-9_]+", "", text)


def _around(word: str, text: str) -> str:
    at = text.find(word)
    return text[max(0, at - 20) : at + len(word) + 20].replace("\n", " ")


@pytest.fixture
def look(enter: Any, axe: Any, about: SimpleNamespace, county: Unit) -> Callable[[User | None], Look]:
    def reader(person: User | None) -> Look:
        return Look(enter(person, "/account/" if person else "/sign-in/"), axe, data_words(county))

    return reader


def test_no_page_is_forgotten():
    named = {name for pages in PAGES.values() for name in pages}
    assert {name for name, (_who, method) in RIGHTS.items() if method == "get"} - named == NO_PAGES


@pytest.mark.parametrize("who", sorted(PAGES))
def test_the_pages_of(who: str, look, about, people, home):
    walk = look(getattr(people, who))
    for name in PAGES[who]:
        walk.at(home + address(name, about))
    for status, url in REFUSED.get(who, ()):
        walk.at(home + url, status)
    assert not walk.faults, "\n".join(["", *walk.faults])


@pytest.mark.parametrize("who", sorted(PAGES))
def test_in_english_the_pages_of(who: str, look, about, people, home):
    walk = look(getattr(people, who))
    walk.page.context.add_cookies([{"name": "django_language", "value": "en", "url": home}])
    for name in PAGES[who]:
        walk.in_english(home + address(name, about))
    assert not walk.faults, "\n".join(["", *walk.faults])


def test_the_pages_of_a_stranger(look, home):
    walk = look(None)
    walk.at(f"{home}/sign-in/")
    walk.at(f"{home}/sign-in/?next=/projects/")
    walk.page.context.add_cookies([{"name": "django_language", "value": "en", "url": home}])
    walk.in_english(f"{home}/sign-in/")
    assert not walk.faults, "\n".join(["", *walk.faults])
