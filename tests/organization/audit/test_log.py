"""Who signs in, gets rights, takes files and publishes stands in the log, and from where; what came to nothing too."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import OperationalError, transaction
from django.db.models import F
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from core.days.periods import Period
from core.noted import GROUPS, note, noted
from dispatch.bulletins import files as bulletin_files
from dispatch.bulletins import services as bulletins
from dispatch.corrections.services import draft_correction
from dispatch.models import Bulletin
from dispatch.standings import services as rankings
from organization.absences import services as absences
from organization.audit import services
from organization.audit.middleware import AuditMiddleware
from organization.audit.models import AuditEntry, AuditWaiting
from organization.changes import services as changes
from organization.handovers import services as handovers
from organization.people import services as accounts
from organization.people.models import Post, Role, Session, User
from organization.profiles.services import load_profile
from organization.sign_in import services as second
from projects.contacts.services import look_at_contacts, write_contact
from tests.support.factories import NOW, unit_of
from tests.support.people import PASSWORD, code_of, make_county, make_people
from tests.support.rights_world import world

pytestmark = pytest.mark.django_db
MAY = Period.month(2026, 5)
BACKEND = "django.contrib.auth.backends.ModelBackend"
PHONE: dict[str, Any] = {"REMOTE_ADDR": "10.8.0.7", "headers": {"User-Agent": "手机浏览器/1.0 " + "x" * 200}}


def client_of(person: User) -> Client:
    client = Client(**PHONE)
    client.force_login(person, backend=BACKEND)
    AuditWaiting.objects.all().delete()
    return client


def kept() -> list[AuditEntry]:
    services.append()
    return list(AuditEntry.objects.order_by("pk"))


def kinds() -> list[str]:
    return [row.kind for row in kept()]


def enter(name: str, password: str = PASSWORD) -> Any:
    sent = urlencode({"username": name, "password": password})
    return Client(**PHONE).post(reverse("login"), sent, content_type="application/x-www-form-urlencoded")


# signing in ----------------------------------------------------------------------------------------------------------


def test_a_sign_in_says_who_with_which_post_and_from_where(people: Any) -> None:
    assert enter("Officer").status_code == 302
    [row] = AuditEntry.objects.all()
    assert (row.kind, row.done, row.user, row.account) == ("signed_in", True, people.officer.pk, "officer")
    assert (row.name, row.post, row.address) == ("项目专员", "西城镇 项目专员", "10.8.0.7")
    assert row.agent.startswith("手机浏览器/1.0 xxx")
    assert len(row.agent) == 120
    assert row.county == people.officer.county.pk


@pytest.mark.parametrize(
    ("tried", "account"),
    [
        ("ＯＦＦＩＣＥＲ", "officer"),
        ("  Officer ", "officer"),
        ("没有这个人", "没有这个人"),
        ("x" * 60, "x" * 60),
        ("x" * 61, None),  # no account is so long: nothing is tried
        ("", None),  # the form asks for it: nothing is tried
    ],
)
def test_a_refused_one_stays_with_the_name_that_was_tried(tried: str, account: str | None, people: Any) -> None:
    enter(tried, "wrong")
    rows = [(row.kind, row.done, row.account, row.user) for row in AuditEntry.objects.all()]
    assert rows == ([("sign_in_refused", False, account, None)] if account else [])
    if account == "officer":
        assert AuditEntry.objects.get().about == people.officer.pk


def test_a_locked_account_is_noted_once_a_minute_however_often_it_is_tried(people: Any, settings: Any) -> None:
    settings.AXES_ENABLED = True
    for _try in range(9):
        enter("officer", "wrong")
    assert kinds() == [*["sign_in_refused"] * 4, "locked"]


def test_a_name_is_cut_and_rid_of_what_no_database_need_take() -> None:
    assert services.folded("Ｆｕｍｉｎ01\x00\ud800\u200b" + "x" * 5_000) == "fumin01 ? " + "x" * 50


def test_signing_out_and_what_ends_by_itself(people: Any, settings: Any) -> None:
    client = client_of(people.officer)
    client.post(reverse("account"))
    client.post(reverse("logout"))
    assert kinds() == ["signed_out_everywhere", "signed_out"]
    people.officer.refresh_from_db()
    other = client_of(people.officer)
    other.get(reverse("account"))
    Session.objects.update(seen_at=F("seen_at") - timedelta(minutes=61))
    settings.IDLE_MINUTES = 60
    other.get(reverse("account"))
    assert kinds()[2:] == ["signed_out"]


# files and refusals --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("where", "who", "name"),
    [
        ("/projects/export.xlsx?q=水", "officer", ".xlsx"),
        ("/projects/export.csv", "officer", ".csv"),
        ("/projects/import/registry.xlsx", "office", ".xlsx"),
        ("bulletin:json", "office", ".json"),
        ("bulletin:docx", "office", ".docx"),
        ("bulletin:xlsx", "office", ".xlsx"),
        ("ranking", "office", ".xlsx"),
        ("grid", "officer", ".xlsx"),
        ("original", "office", "台账.csv"),
        ("problems", "office", ".xlsx"),
        ("/organization/audit/export.xlsx", "admin", ".xlsx"),
    ],
)
def test_each_file_that_goes_out_is_noted(where: str, who: str, name: str, county: Any, people: Any) -> None:
    about = world(county, people)
    if where in ("bulletin:docx", "bulletin:xlsx"):
        suffix = where.partition(":")[2]
        bulletin_files.keep_paper(about.bulletin, suffix, b"", of=bulletin_files.stamp(about.bulletin), now=NOW)
    at = {
        "/projects/import/registry.xlsx": reverse("projects:registry_ledger"),
        "ranking": reverse("dispatch:ranking_export", args=["2026-05"]),
        "grid": reverse("projects:grid_table", args=["2026-05"]) + "?download=1",
        "original": reverse("projects:import_file", args=[about.ledger.pk]),
        "problems": reverse("projects:import_problems", args=[about.ledger.pk]),
        **{
            f"bulletin:{kind}": reverse("dispatch:bulletin_file", args=[about.bulletin.pk, kind])
            for kind in ("json", "docx", "xlsx")
        },
    }
    client = client_of(getattr(people, who))
    assert client.get(at.get(where, where)).status_code == 200
    [row] = AuditEntry.objects.filter(kind="file_given")
    assert row.words.endswith(name)
    assert row.user == getattr(people, who).pk
    assert row.detail["asked"] == {"grid": "download=1"}.get(where, "q=水" if "?" in where else "")


def test_a_page_that_is_refused_is_noted_one_that_is_shown_is_not(people: Any) -> None:
    client = client_of(people.officer)
    client.get(reverse("account"))
    client.get(reverse("organization:people"))
    [row] = AuditEntry.objects.all()
    assert (row.kind, row.done, row.words) == ("page_refused", False, reverse("organization:people"))


# acts ----------------------------------------------------------------------------------------------------------------


def _be_away(about: Any) -> Any:
    post, deputy = about.people.leader.main_post, about.people.other_leader.main_post
    told = {"since": NOW.date(), "until": None, "reason": "出差", "by": about.people.office, "now": NOW}
    return absences.be_away(post, deputy=deputy, **told)


def _vacant(about: Any, title: str = "副书记", role: str = Role.UNIT_HEAD) -> Post:
    return Post.objects.create(unit=about.project.lead_unit, title=title, role=role)


def _reopened(about: Any) -> None:
    person, post = about.people.reader, about.people.reader.posts.get()
    accounts.vacate(post, by=about.people.admin, now=NOW)
    person.refresh_from_db()
    accounts.appoint(person, post, by=about.people.admin, now=NOW)


def _changed(about: Any) -> None:
    client = client_of(about.people.officer)
    new = {"old_password": PASSWORD, "new_password1": "Chayuan-2027-qiu", "new_password2": "Chayuan-2027-qiu"}
    client.post(reverse("password_change"), new)


def _signing(about: Any) -> Bulletin:
    Bulletin.objects.filter(pk=about.bulletin.pk).update(status="signing", submitted_by=about.people.office)
    about.bulletin.refresh_from_db()
    return about.bulletin


def _sign(about: Any) -> Bulletin:
    row = _signing(about)
    return bulletins.sign_bulletin(row, by=about.people.leader, now=NOW, version=row.version, unfinished="试发")


def _enrol(about: Any) -> None:
    secret = second.new_secret()
    second.enrol(about.people.officer, secret=secret, code=code_of(secret, NOW), now=NOW)


def _withdraw(about: Any) -> None:
    row = _sign(about)
    bulletins.withdraw_bulletin(row, by=about.people.leader, now=NOW, version=row.version, reason="有误")


def _give_back(about: Any) -> None:
    row = _signing(about)
    bulletins.give_back(row, by=about.people.leader, now=NOW, version=row.version, reason="太长")


def _recall(about: Any) -> None:
    row = _signing(about)
    bulletins.recall_bulletin(row, by=about.people.office, now=NOW, version=row.version)


def _redirect(about: Any) -> None:
    row, to = _signing(about), about.people.leader.main_post
    told = {"by": about.people.office, "now": NOW, "version": row.version}
    bulletins.redirect_bulletin(row, **told, signer=to, reason="外出")


def _correct(about: Any) -> None:
    row = _sign(about)
    said = {"stood": row.title, "right": "关于5月的通报", "why": "标题有误"}
    draft_correction(row, by=about.people.office, now=NOW, version=row.version, **said)


def _rank(about: Any, then: Callable[..., Any] | None = None, **more: Any) -> None:
    counted = rankings.ranking_version(about.county, MAY)
    told = {"by": about.people.office, "now": NOW}
    made = rankings.publish_ranking(about.county, MAY, **told, version=counted, unfinished="试排")
    if then:
        then(made, **told, version=made.version, **more)


ACTS: dict[str, tuple[Callable[[Any], Any], list[str]]] = {
    "an account is opened": (
        lambda a: accounts.open_account(_vacant(a), username="new", password="x", by=a.people.admin, now=NOW),
        ["post_given", "account_opened"],
    ),
    "a post is vacated": (
        lambda a: accounts.vacate(a.people.reader.posts.get(), by=a.people.admin, now=NOW),
        ["post_taken", "account_closed"],
    ),
    "somebody comes back": (
        _reopened, ["post_taken", "account_closed", "post_given", "account_reopened"]
    ),
    "a post changes hands": (
        lambda a: accounts.appoint(a.people.reader, a.people.officer.posts.get(), by=a.people.admin, now=NOW),
        ["post_taken", "post_given", "account_closed"],
    ),
    "a password is reset": (
        lambda a: accounts.reset_password(a.people.officer, password="x", by=a.people.admin, now=NOW),
        ["password_reset"],
    ),
    "a second factor is set up": (_enrol, ["second_factor_set"]),
    "a password is changed": (_changed, ["password_changed"]),
    "the demonstration ends": (
        lambda a: User.objects.filter(username="squad").update(is_demo=True) and accounts.close_demonstration(now=NOW),
        ["account_closed"],
    ),
    "a post is renamed": (
        lambda a: handovers.plan_change(
            a.people.squad.posts.get(), kind="rename", on=NOW.date(), new_title="专班联络员",
            by=a.people.admin, now=NOW, reason="改称",
        ),
        ["post_changed"],
    ),
    "a contact is written": (
        lambda a: write_contact(a.project, post="联系人", telephone="1", by=a.people.office, now=NOW),
        ["contact_written"],
    ),
    "a contact is looked at": (
        lambda a: look_at_contacts(a.project, by=a.people.office, now=NOW), ["contact_seen"]
    ),
    "somebody is away": (_be_away, ["absence_recorded"]),
    "somebody is back": (
        lambda a: absences.come_back(_be_away(a), on=NOW.date(), by=a.people.office, now=NOW),
        ["absence_recorded", "absence_ended"],
    ),
    "a unit is renamed": (
        lambda a: changes.plan_change(
            unit_of(a.county, "kaifaqu"), kind="rename", on=NOW.date(), new_name="县高新区",
            by=a.people.admin, now=NOW, reason="升格",
        ),
        ["unit_changed"],
    ),
    "a profile is loaded": (lambda a: load_profile("huinan", now=NOW), ["profile_loaded"]),
    "a bulletin is given back": (_give_back, ["bulletin_returned"]),
    "a bulletin is taken back": (_recall, ["bulletin_recalled"]),
    "somebody else is to sign a bulletin": (_redirect, ["bulletin_redirected"]),
    "a bulletin is signed": (_sign, ["ranking_published", "bulletin_signed"]),
    "a bulletin is corrected": (_correct, ["ranking_published", "bulletin_signed", "bulletin_corrected"]),
    "a bulletin is withdrawn": (
        _withdraw, ["ranking_published", "bulletin_signed", "ranking_withdrawn", "bulletin_withdrawn"]
    ),
    "a ranking is published": (_rank, ["ranking_published"]),
    "a ranking is corrected": (
        lambda a: _rank(a, rankings.correct_ranking, note="更正"), ["ranking_published", "ranking_corrected"]
    ),
    "a ranking is withdrawn": (
        lambda a: _rank(a, rankings.withdraw_ranking, reason="有误"), ["ranking_published", "ranking_withdrawn"]
    ),
}  # fmt: skip


@pytest.mark.parametrize("act", ACTS)
def test_what_was_done_is_in_the_log_once(act: str, county: Any, people: Any) -> None:
    about = world(county, people)
    about.county, about.people = county, people
    (do, expected), before = ACTS[act], len(kept())
    do(about)
    rows = kept()[before:]
    assert [row.kind for row in rows] == expected
    assert all(row.done and row.words for row in rows)
    if act != "a profile is loaded":  # it makes a county of its own
        assert {row.county for row in rows} == {county.pk}


def test_every_act_that_is_declared_is_noted_somewhere_and_has_a_group() -> None:
    named: set[str] = set()
    for path in (
        p for app in ("organization", "projects", "dispatch") for p in (settings.BASE_DIR / app).rglob("*.py")
    ):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and re.search(r"\b(_?note(_of)?|_tried)$", ast.unparse(node.func)):
                named |= {str(arg.value) for arg in node.args[:1] if isinstance(arg, ast.Constant)}
    assert named == set(noted())
    assert {one.group for one in noted().values()} == set(GROUPS)
    with pytest.raises(KeyError):
        note("nothing_declared", by=None, now=NOW)


# rolled back ---------------------------------------------------------------------------------------------------------


def answered(view: Callable[[Any], Any], user: Any) -> None:
    """One request through the log's own frame, which *view* answers."""
    request = RequestFactory().get("/", REMOTE_ADDR="10.8.0.7")
    request.user = user
    AuditMiddleware(lambda request: view(request) or HttpResponse())(request)


@pytest.mark.django_db(transaction=True)
def test_what_was_rolled_back_stays_as_not_done_and_nothing_waits_for_its_own_lock() -> None:
    people = make_people(make_county())
    before = people.officer.password

    def fails(request: Any) -> None:
        with transaction.atomic():
            accounts.reset_password(people.officer, password="Xin-mima-2026", by=people.admin, now=NOW)
            accounts.sign_out_everywhere(people.officer, by=people.officer, now=NOW)
            transaction.set_rollback(True)

    def works(request: Any) -> None:
        accounts.reset_password(people.officer, password="Xin-mima-2026", by=people.admin, now=NOW)

    answered(fails, people.admin)
    assert User.objects.get(pk=people.officer.pk).password == before
    answered(works, people.admin)
    rows = [(row.kind, row.done, row.address) for row in AuditEntry.objects.order_by("pk")]
    assert rows == [
        ("password_reset", False, "10.8.0.7"),
        ("signed_out_everywhere", False, "10.8.0.7"),
        ("password_reset", True, "10.8.0.7"),
    ]
    assert not AuditWaiting.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_act_whose_process_dies_before_the_answer_is_in_the_log_with_the_next_tick() -> None:
    people = make_people(make_county())
    accounts.reset_password(people.officer, password="Xin-mima-2026", by=people.admin, now=NOW)
    assert not AuditEntry.objects.exists()
    assert services.seal(now=NOW) == 1
    assert AuditEntry.objects.get().kind == "password_reset"


@pytest.mark.django_db(transaction=True)
def test_a_page_goes_out_though_the_log_cannot_be_written(monkeypatch: Any, caplog: Any) -> None:
    """A full disk: the file is given, and the line stands in the service's own log."""

    def full(**_fields: Any) -> None:
        raise OperationalError("database or disk is full")

    client = client_of(make_people(make_county()).officer)
    monkeypatch.setattr(AuditWaiting.objects, "create", full)
    assert client.get(reverse("projects:export", args=["csv"])).status_code == 200
    assert "file_given" in caplog.text


# the page ------------------------------------------------------------------------------------------------------------


def test_a_county_reads_its_own_log_and_alone_also_what_is_nobodys(county: Any, people: Any) -> None:
    def seen(user: User) -> set[str]:
        return set(AuditEntry.objects.visible_to(user).values_list("words", flat=True))

    note("file_given", by=people.officer, now=NOW, words="我们的.xlsx")
    note("sign_in_refused", by=None, now=NOW, words="生人")
    services.append()
    assert seen(people.admin) == {"我们的.xlsx", "生人"}
    theirs = make_people(make_county("linxian", "邻县"), "linxian_")
    assert seen(people.admin) == {"我们的.xlsx"}
    assert seen(theirs.admin) == set()


def test_the_page_is_asked_by_days_person_act_address_and_words(county: Any, people: Any, sign_in: Any) -> None:
    enter("officer")
    enter("leader", "wrong")
    client = sign_in(people.admin)
    url = reverse("organization:audit")
    day = AuditEntry.objects.order_by("pk")[0].moment.astimezone().date().isoformat()
    everything = AuditEntry.objects.count()

    def shown(query: str) -> int:
        page = client.get(f"{url}?{query}").content.decode()
        return len(re.findall(r"<tr", page.partition("<tbody")[2]))

    for query, number in {
        "": everything,
        f"since={day}&until={day}&kind=signed_in&kind=sign_in_refused&address=127.0.0.1": 0,
        f"since={day}&until={day}&address=10.8.0.7": 2,
        "until=2020-01-01": 0,
        "since=nonsense": 0,
        "since=0001-01-01": 0,
        "until=9999-12-31": 0,
        f"person={people.officer.pk}": 1,
        f"person={people.leader.pk}": 1,
        "done=no": 1,
        "group=paper": 0,
        "q=10.8.0": 2,
        "q=登录被拒绝": 1,
    }.items():
        assert shown(query) == number, query


def test_a_request_inside_a_request_keeps_its_own(people: Any) -> None:
    with services.asked("10.0.0.1", "a") as outer, services.asked("10.0.0.2", "b") as inner:
        note("signed_out", people.officer, by=people.officer, now=NOW)
    assert (len(outer.noted), len(inner.noted)) == (0, 1)
    assert SimpleNamespace(**inner.noted[0]).address == "10.0.0.2"
