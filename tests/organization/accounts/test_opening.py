"""Accounts of many posts are opened in one press; first passwords go over on slips, for an hour, then are gone."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.http import QueryDict
from django.urls import reverse

from core.refusals import NotAllowed, Refused
from jobs.files import services as files
from jobs.files.models import AskedFile
from jobs.heartbeat import tick
from organization.accounts import paper, services
from organization.accounts.exports import open_slips
from organization.accounts.models import AccountSlips
from organization.accounts.pages import candidates
from organization.accounts.services import Wanted, slips_of
from organization.people.models import Post, User
from organization.units.models import Unit
from tests.support.factories import NOW, unit_of

pytestmark = pytest.mark.django_db
SITE = "https://xm.example.gov.cn/"
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def files_of_its_own(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.SITE_URL = SITE.rstrip("/")


@pytest.fixture
def unit(county: Unit) -> Unit:
    """One that a ledger made: nobody works there yet."""
    return Unit.objects.create(code="shuili", name="县水利局", short_name="县水利局", kind="department", parent=county)


@pytest.fixture
def post(county: Unit) -> Post:
    return Post.objects.create(unit=unit_of(county, "kaifaqu"), title="项目专员", role="officer")


def both(post: Post, unit: Unit) -> list[Wanted]:
    return [Wanted("kaifaqu01", post=post), Wanted("shuili01", unit=unit, name="水利项目专员", phone="0431-123")]


def opened(county: Unit, people, post: Post, unit: Unit) -> AccountSlips:
    row = services.open_accounts(county, both(post, unit), by=people.office, now=NOW, site=SITE)
    assert row is not None
    return row


def test_posts_that_nobody_holds_and_units_without_a_post_are_offered_with_a_free_name(county, people, post, unit):
    User.objects.create(username="Kaifaqu01", name="从前的")
    long = {"code": "kexuejishuhejingjixinxihuaju", "name": "县科学技术和经济信息化局"}
    Unit.objects.create(**long, short_name="县科信局", kind="department", parent=county)
    found = {(one.unit.code, one.title): one.username for one in candidates(county)}
    assert found["kexuejishuhejingjixinxihuaju", "项目专员"] == "xkxjshjjxxhj01"
    assert found["kaifaqu", "项目专员"] == "kaifaqu02"
    assert found["shuili", "项目专员"] == "shuili01"
    assert not {"xicheng", "zhihuibu"} & {code for code, _title in found}, "somebody works there"


def test_all_are_opened_at_once_and_each_first_password_lets_in_once(county, people, post, unit, client):
    row = opened(county, people, post, unit)
    slips = slips_of(row, by=people.office, now=NOW)
    assert [(one.unit, one.post, one.username) for one in slips.slips] == [
        ("县经济开发区", "项目专员", "kaifaqu01"), ("县水利局", "项目专员", "shuili01"),
    ]  # fmt: skip
    assert (slips.county, slips.site) == (county.name, SITE)
    made = Post.objects.get(unit=unit)
    assert (made.role, made.holder.username, made.holder.name, made.holder.phone) == (
        "officer", "shuili01", "水利项目专员", "0431-123",
    )  # fmt: skip
    assert client.login(username="shuili01", password=slips.slips[1].password)
    assert client.get("/").status_code == 302, "a password of one's own comes first"
    assert User.objects.get(username="kaifaqu01").must_change_password


def test_no_first_password_stands_anywhere_in_clear(county, people, post, unit):
    row = opened(county, people, post, unit)
    slips = slips_of(row, by=people.office, now=NOW)
    for slip in slips.slips:
        assert slip.password not in row.sealed
        assert not User.objects.filter(password__contains=slip.password).exists()


def test_slips_are_for_who_opened_the_accounts_and_for_an_hour(county, people, post, unit):
    row = opened(county, people, post, unit)
    assert slips_of(row, by=people.admin, now=NOW) is None
    assert slips_of(row, by=people.office, now=NOW + HOUR - timedelta(seconds=1)) is not None
    assert slips_of(row, by=people.office, now=NOW + HOUR) is None
    tick(NOW + HOUR - timedelta(minutes=1))
    assert AccountSlips.objects.exists()
    tick(NOW + HOUR)
    assert not AccountSlips.objects.exists()


def test_a_post_that_somebody_holds_by_now_opens_none_of_them(county, people, post, unit):
    wanted = both(post, unit)
    services.open_accounts(county, wanted[:1], by=people.office, now=NOW, site=SITE)
    with pytest.raises(Refused, match="项目专员"):
        services.open_accounts(county, wanted, by=people.office, now=NOW, site=SITE)
    assert not User.objects.filter(username="shuili01").exists()
    assert not Post.objects.filter(unit=unit).exists()


def test_who_may_not_open_accounts_opens_none(county, people, post, unit):
    with pytest.raises(NotAllowed):
        services.open_accounts(county, both(post, unit), by=people.leader, now=NOW, site=SITE)


def test_where_administrators_are_kept_apart_there_are_accounts_and_no_passwords(county, people, post, unit):
    Unit.objects.filter(pk=county.pk).update(three_admins=True)
    admin = User.objects.get(pk=people.admin.pk)
    assert services.open_accounts(county, both(post, unit), by=admin, now=NOW, site=SITE) is None
    assert not AccountSlips.objects.exists()
    assert not User.objects.get(username="shuili01").has_usable_password()


def form_of(page) -> dict[str, str]:
    form = page.context["form"]
    return {field.html_name: field.value() for field in form if field.value() not in (None, False)}


def test_the_page_ticks_those_that_one_came_for_and_opens_them(people, post, unit, sign_in):
    office, address = sign_in(people.office), reverse("organization:open_accounts")
    page = office.get(f"{address}?unit={unit.pk}")
    told = form_of(page)
    assert told[f"pick_u{unit.pk}"] is True
    assert f"pick_p{post.pk}" not in told
    answer = office.get(office.post(address, told).headers["Location"])
    text = answer.content.decode()
    password = slips_of(AccountSlips.objects.get(), by=people.office, now=NOW).slips[0].password
    assert "shuili01" in text
    assert password in text
    assert SITE in text
    assert "no-store" in answer["Cache-Control"]
    assert User.objects.get(username="shuili01").posts.get().unit == unit
    office.post(address, told)
    assert User.objects.filter(username__startswith="shuili").count() == 1, "sent twice it opens once"


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("username", "officer", "已经有"),
        ("username", "", "请填账号"),
        ("username", "有 空格", "字母"),
        ("phone", "打给小王", "数字"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(people, unit, sign_in, field, value, says):
    office, address = sign_in(people.office), f"{reverse('organization:open_accounts')}?unit={unit.pk}"
    told = form_of(office.get(address)) | {f"name_u{unit.pk}": "水利专员", f"{field}_u{unit.pk}": value}
    answer = office.post(address, told)
    assert answer.status_code == 422
    assert says in str(answer.context["form"].errors[f"{field}_u{unit.pk}"])
    assert "水利专员" in answer.content.decode()
    assert not Post.objects.filter(unit=unit).exists()


def test_the_paper_lies_under_a_key_that_goes_with_the_slips(county, people, post, unit, monkeypatch, sign_in):
    monkeypatch.setattr(paper, "pdf_of", lambda slips: slips.slips[0].password.encode())
    monkeypatch.setattr("organization.accounts.exports.pdf_of", paper.pdf_of)
    with time_machine.travel(NOW, tick=False):
        row = opened(county, people, post, unit)
        office = sign_in(people.office)
        assert office.get(reverse("organization:account_slips_file", args=[row.pk])).status_code == 302
        asked = AskedFile.objects.get()
        files.make_file(asked.run_id, now=NOW)
        asked.refresh_from_db()
        password = slips_of(row, by=people.office, now=NOW).slips[0].password.encode()
        assert password not in asked.content.open().read()
        download = reverse("files:download", args=[asked.pk])
        assert b"".join(office.get(download).streaming_content) == password
    with time_machine.travel(NOW + HOUR, tick=False):
        assert office.get(download).status_code == 403
    with pytest.raises(PermissionDenied):
        open_slips(people.admin, QueryDict(f"slips={row.pk}"), NOW)


def test_the_paper_has_a_page_for_each_with_all_that_one_needs(county, people, post, unit, settings):
    from paper.pdf import pdf_available

    available, why = pdf_available(settings.DOC_FONT_DIR)
    if not available:
        pytest.skip(f"no PDF on this machine: {why}")
    pdfplumber = pytest.importorskip("pdfplumber", reason="reads PDFs back: script/bootstrap test installs pdfplumber")
    slips = slips_of(opened(county, people, post, unit), by=people.office, now=NOW)
    with pdfplumber.open(BytesIO(paper.pdf_of(slips))) as pdf:
        pages = [page.extract_text() for page in pdf.pages]
    assert len(pages) == 2
    for text, slip in zip(pages, slips.slips, strict=True):
        bare = "".join(text.split())
        for said in (county.name, slip.unit, slip.post, SITE, slip.username, slip.password, "改成自己的密码"):
            assert said in bare
