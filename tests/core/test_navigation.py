"""The navigation is a table; each person sees the lines of their own role."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.urls import NoReverseMatch, reverse

from core import navigation
from core.navigation import Entry, lines_for, menu_of


@pytest.fixture(autouse=True)
def _table(monkeypatch):
    cache.clear()
    table = (
        Entry("home", "待办", "todo", "login", count=three, phone=2),
        Entry("money", "资金", "fund", "logout", group="money", roles=("office",), phone=1),
        Entry("work", "项目", "proj", "logout", but=("admin",)),
        Entry("gone", "没有", "doc", "nowhere:at_all"),
        Entry("today", "今日", "todo", "login", menu="leader"),
    )
    monkeypatch.setattr(navigation, "entries", lambda: table)
    asked.clear()
    yield
    cache.clear()


asked: list[int] = []


def three(user: object) -> tuple[int, bool]:
    asked.append(1)
    return 3, True


def person(*roles: str, pk: int = 1) -> SimpleNamespace:
    return SimpleNamespace(is_authenticated=True, role_codes=frozenset(roles), pk=pk)


def test_a_line_is_left_out_without_its_role_or_its_address():
    assert [line.entry.code for line in lines_for(person("officer"))] == ["home", "work"]
    assert [line.entry.code for line in lines_for(person("office"))] == ["home", "money", "work"]
    assert [line.entry.code for line in lines_for(person("admin"))] == ["home"], "nothing to see there"
    assert [line.entry.code for line in lines_for(person("admin", "officer"))] == ["home", "work"]
    assert lines_for(SimpleNamespace(is_authenticated=False)) == []


@pytest.mark.parametrize(
    ("roles", "menu"), [({"leader"}, "leader"), ({"leader", "office"}, "work"), ({"reader"}, "work"), (set(), "work")]
)
def test_who_only_leads_has_the_short_menu(roles, menu):
    assert menu_of(roles) == menu


def test_counts_are_kept_until_the_person_changes_something():
    user = person("officer")
    assert lines_for(user)[0].count == 3
    assert lines_for(user)[0].hot
    assert len(asked) == 1
    navigation.forget(user)
    lines_for(user)
    assert len(asked) == 2
    lines_for(person("officer", pk=2))
    assert len(asked) == 3  # never another person's counts


def test_one_line_is_current_and_the_phone_has_its_own_order():
    lines = lines_for(person("office"), view_name="logout")
    assert [line.entry.code for line in lines if line.current] == ["money"]
    assert [line.entry.code for line in navigation.phone_bar(lines)] == ["money", "home"]
    by_path = lines_for(person("office"), path=reverse("login") + "more/")
    assert [line.entry.code for line in by_path if line.current] == ["home"]


def test_every_entry_of_every_app_leads_somewhere(monkeypatch):
    monkeypatch.undo()
    lost = []
    for entry in navigation.entries():
        try:
            reverse(entry.url)
        except NoReverseMatch:
            lost.append(entry.code)
    assert lost == []
