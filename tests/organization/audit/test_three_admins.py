"""三员: system, security and audit administrator, kept apart where the county's profile asks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from core.refusals import NotAllowed, Wrong
from organization import permissions
from organization.handovers import services as handovers
from organization.handovers.permissions import can_change_post
from organization.people import services
from organization.people.models import ADMINISTRATION, Post, Role, User
from organization.profiles.loader import ProfileError
from organization.profiles.services import load_profile
from organization.units.models import Unit
from projects.models import Project
from projects.registry.permissions import can_edit_project
from tests.support.factories import NOW, make_project, unit_of
from tests.support.people import People

pytestmark = pytest.mark.django_db


@pytest.fixture
def apart(county: Unit, people: People) -> Unit:
    """The county keeps the three apart."""
    county.three_admins = True
    county.save()
    return county


KEEPERS = ("admin", "security", "auditor", "office")
May = Callable[[User, Any, People], Any]
RIGHTS: dict[str, tuple[May, set[str], set[str]]] = {  # what, who may it usually, who where the three are apart
    "see accounts": (
        lambda who, at, p: permissions.can_see_people(who, at),
        {"admin", "security", "office"}, {"admin", "security", "office"},
    ),
    "open an account": (
        lambda who, at, p: permissions.can_manage_people(who, at), {"admin", "office"}, {"admin"},
    ),
    "give a post": (
        lambda who, at, p: permissions.can_give_posts(who, at), {"admin", "security", "office"}, {"security"},
    ),
    "reset an officer": (
        lambda who, at, p: permissions.can_reset_password(who, p.officer),
        {"admin", "security", "office"}, {"security"},
    ),
    "reset who signs": (
        lambda who, at, p: permissions.can_reset_password(who, p.leader), {"admin", "security"}, {"security"},
    ),
    "reset somebody of the office": (
        lambda who, at, p: permissions.can_reset_password(who, p.office_head), {"admin", "security"}, {"security"},
    ),
    "read the log": (
        lambda who, at, p: permissions.can_read_audit(who, at),
        {"admin", "security", "auditor"}, {"security", "auditor"},
    ),
    "hand a post over": (
        lambda who, at, p: can_change_post(who, "handover", at), {"admin", "security", "office"}, {"security"},
    ),
    "hand it over to a new account": (
        lambda who, at, p: can_change_post(who, "handover", at, opens=True), {"admin", "office"}, set(),
    ),
    "rename a post": (
        lambda who, at, p: can_change_post(who, "rename", at), {"admin", "office"}, {"admin"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", RIGHTS)
def test_who_may_what_together_and_apart(what: str, county: Unit, people: People) -> None:
    may, together, apart = RIGHTS[what]
    for three_admins, expected in ((False, together), (True, apart)):
        Unit.objects.filter(pk=county.pk).update(three_admins=three_admins)
        for place in (county, county.pk):
            who = {name: User.objects.get(pk=getattr(people, name).pk) for name in KEEPERS}
            assert {name for name, user in who.items() if may(user, place, people)} == expected, three_admins


def test_nobody_is_two_of_the_three_where_they_are_apart(apart: Unit, people: People) -> None:
    security, audit = people.security.posts.get(), people.auditor.posts.get()
    for post in (security, audit):
        with pytest.raises(NotAllowed):
            services.appoint(people.admin, post, by=people.security, now=NOW)
    told: dict[str, Any] = {"kind": "handover", "on": NOW.date(), "by": people.security, "now": NOW, "reason": "轮岗"}
    with pytest.raises(Wrong):
        handovers.plan_change(audit, to_user=people.admin, **told)
    assert people.admin.posts.get().role == Role.ADMIN
    handovers.plan_change(audit, to_user=people.admin, leaves=True, **told)
    assert people.admin.posts.get() == audit, "who gives the one up may get the other"
    services.appoint(people.reader, people.officer.posts.get(), by=people.security, now=NOW)  # any other post goes


def test_elsewhere_one_person_may_be_all_three(county: Unit, people: People) -> None:
    for post in (people.security.posts.get(), people.auditor.posts.get()):
        services.appoint(people.admin, post, by=people.office, now=NOW)
    assert {post.role for post in people.admin.posts.all()} == set(ADMINISTRATION)


def test_an_account_that_works_takes_two_persons(apart: Unit, people: People, client: Any) -> None:
    post = Post.objects.create(unit=unit_of(apart, "xicheng"), title="副镇长", role=Role.UNIT_HEAD)
    backend = "django.contrib.auth.backends.ModelBackend"
    client.force_login(people.admin, backend=backend)
    page = client.post(reverse("organization:open_account", args=[post.pk]), {"username": "xc-02"}).content.decode()
    opened = User.objects.get(username="xc-02")
    assert "安全管理员" in page
    assert not opened.has_usable_password()
    assert client.post(reverse("organization:reset_password", args=[post.pk])).status_code == 403
    client.force_login(people.security, backend=backend)
    assert client.post(reverse("organization:reset_password", args=[post.pk])).status_code == 200
    opened.refresh_from_db()
    assert opened.has_usable_password()
    assert opened.must_change_password


def test_the_menu_has_the_log_for_those_who_read_it(apart: Unit, people: People, client: Any) -> None:
    url = reverse("organization:audit")
    for name, reads in {"admin": False, "security": True, "auditor": True, "office": False}.items():
        client.force_login(getattr(people, name), backend="django.contrib.auth.backends.ModelBackend")
        assert (f'href="{url}"' in client.get("/").content.decode()) == reads, name


@pytest.mark.parametrize("role", ADMINISTRATION)
def test_none_of_the_three_edits_projects_or_sees_the_county(role: Role, county: Unit, people: People) -> None:
    """A post in the unit that leads it reads it, as every post there does; it gives no more."""
    theirs, ours = make_project(county, lead_unit="dongguan", name="别处"), make_project(county, lead_unit="xicheng")
    user = User.objects.create(username="keeper", name="管理员")
    Post.objects.create(unit=unit_of(county, "xicheng"), title="系统岗", role=role, holder=user)
    assert not permissions.sees_whole_county(user, county)
    assert set(Project.objects.visible_to(user)) == {ours}
    assert not Project.objects.editable_by(user).exists()
    assert not can_edit_project(user, ours)
    assert theirs not in Project.objects.visible_to(user)


FILE = """
[county]
name = "某县"
short_name = "某县"
[accounts]
three_admins = {apart}
[[unit]]
code = "ban"
name = "某县指挥部办公室"
kind = "office"
"""
POSTS = "".join(f'[[post]]\nunit = "ban"\ntitle = "{role}岗"\nrole = "{role}"\n' for role in ADMINISTRATION)


def test_a_profile_asks_for_it_and_brings_the_posts(tmp_path: Path, db: None) -> None:
    def load(text: str) -> Unit:
        path = tmp_path / "mouxian.toml"
        path.write_text(text)
        return load_profile(str(path), now=NOW).county

    with pytest.raises(ProfileError, match="auditor"):
        load(FILE.format(apart="true"))
    county = load(FILE.format(apart="false") + POSTS)
    assert not Unit.objects.get(pk=county.pk).three_admins
    user = User.objects.create(username="alone", name="一人")
    Post.objects.filter(unit__county=county).update(holder=user)
    with pytest.raises(ProfileError, match="alone"):
        load(FILE.format(apart="true") + POSTS)
    assert not Unit.objects.get(pk=county.pk).three_admins
    Post.objects.filter(role=Role.ADMIN).update(holder=None)
    Post.objects.filter(role=Role.AUDITOR).update(holder=None)
    assert load(FILE.format(apart="true") + POSTS).three_admins
    assert Unit.objects.get(pk=county.pk).three_admins
