"""Every URL as every role and as a stranger. A new URL that isn't in the table fails here first.

The table says who is let in by GET: everybody else who is signed in gets 403 or 404, a stranger the sign-in page.
Addresses that only take POST answer 405 to a GET of those let in and are tried with an empty POST for the others.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from inspect import signature
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.template import Template
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.exceptions import NoReverseMatch
from django.utils.safestring import SafeString

from organization.people.models import User
from organization.units.models import Unit
from tests.support.factories import NOW
from tests.support.people import PEOPLE, People, make_county, make_people
from tests.support.rights_table import OPEN, RIGHTS
from tests.support.rights_world import addresses, world

EVERYBODY = {name for name, *_rest in PEOPLE}
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def standing(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Unit, People, SimpleNamespace, dict[str, str]]]:
    """One county for all addresses, its people signed in: each test takes back what it did, the last all of it."""
    with pytest.MonkeyPatch.context() as kept, django_db_blocker.unblock(), transaction.atomic():
        kept.setattr("django.conf.settings.MEDIA_ROOT", tmp_path_factory.mktemp("media"))
        county = make_county()
        people = make_people(county)
        about = world(county, people)
        yield county, people, about, {who: _signed_in(person) for who, person in people.all().items()}
        transaction.set_rollback(True)


def _signed_in(person: User) -> str:
    """The key of a session of *person*."""
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@pytest.fixture
def county(standing: Any) -> Unit:
    return standing[0]


@pytest.fixture
def about(standing: Any) -> SimpleNamespace:
    return standing[2]


def names(resolver: URLResolver | None = None, prefix: str = "") -> set[str]:
    """The names of all URLs, with their namespaces."""
    found: set[str] = set()
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            space = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            found |= names(pattern, space)
        elif isinstance(pattern, URLPattern):
            assert pattern.name, f"an address without a name: {pattern.pattern}"
            found.add(prefix + pattern.name)
    return found


def test_every_address_is_in_the_table():
    assert names() == set(RIGHTS) | set(OPEN)


@pytest.fixture
def unwritten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages are answered without being written: who is let in is decided before, and they are read elsewhere."""
    monkeypatch.setattr(Template, "_render", lambda _template, _context: SafeString(""))


@pytest.mark.parametrize("name", sorted(RIGHTS))
@pytest.mark.usefixtures("unwritten")
def test_who_is_let_in(name, about, standing):
    where = addresses(name, about)
    let_in, method = RIGHTS[name]
    wrong = []
    for who, key in standing[3].items():
        client = Client()
        client.cookies[settings.SESSION_COOKIE_NAME] = key
        with transaction.atomic():  # what one may do mustn't be in the next one's way
            answer = getattr(client, method)(where)
            transaction.set_rollback(True)
        inside = answer.status_code not in (403, 404)
        if inside != (who in let_in):
            wrong.append(f"{who}: {answer.status_code}")
    assert not wrong, f"{name} {where}: {wrong}"


@pytest.mark.parametrize("name", sorted(RIGHTS))
def test_a_stranger_is_sent_to_sign_in(name, about):
    where = addresses(name, about)
    for method in ("get", "post"):
        answer = getattr(Client(), method)(where)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/sign-in/")


@pytest.mark.parametrize("name", sorted(OPEN))
def test_what_is_open_has_a_reason(name):
    assert OPEN[name]


def permissions() -> list[Callable[..., object]]:
    """Every `can_…` of every module of permissions."""
    found = []
    for app in apps.get_app_configs():
        ours = Path(app.path).parent == Path(settings.BASE_DIR)
        for info in pkgutil.walk_packages([app.path], f"{app.name}.") if ours else ():
            if info.name.rpartition(".")[2].endswith("permissions"):
                module = importlib.import_module(info.name)
                found += [one for name, one in vars(module).items() if name.startswith("can_") and callable(one)]
    return list(dict.fromkeys(found))


def things(about: SimpleNamespace, county: Unit) -> dict[str, list[Any]]:
    """What a permission may be asked about, by the name of its type, in each of its states."""

    def states(row: Any) -> list[Any]:
        return [type(row)(**{**_columns(row), "status": code}) for code in type(row).Status.values]

    def _columns(row: Any) -> dict[str, Any]:
        return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}

    return {
        "Unit": [county, about.project.lead_unit],
        "Project": [about.project],
        "MonthlyReport": [about.report],
        "Bid": [about.bid],
        "Lead": [about.lead],
        "Problem": states(about.problem),
        "Bulletin": states(about.bulletin),
    }


def test_no_permission_reaches_into_another_county(county, about):
    """Whoever a person is in the own county: asked about a thing of this one, each permission says no."""
    strangers = make_people(make_county("linxian", "邻县"), prefix="linxian_").all()
    kinds_of, asked, wrong = things(about, county), set(), []
    for may in permissions():
        _user, *wants = signature(may).parameters.values()
        day = {"on": NOW.date()} if "on" in signature(may).parameters else {}
        kinds = [str(want.annotation).partition(" ")[0] for want in wants]
        if not kinds or kinds[0] not in kinds_of:
            continue  # asks about nobody's thing
        asked.add(may.__name__)
        allowed = [
            name for thing in kinds_of[kinds[0]] for name, person in strangers.items() if may(person, thing, **day)
        ]
        wrong += [f"{may.__module__}.{may.__name__}: {', '.join(allowed)}"] if allowed else []
    assert not wrong
    assert {"can_edit_project", "can_review_report", "can_sign_bulletin", "can_close", "can_edit_bid"} <= asked


def test_a_person_of_another_county_sees_none_of_this_one(about):
    stranger = make_people(make_county("linxian", "邻县"), prefix="linxian_")
    for name in sorted(RIGHTS):
        try:
            where = addresses(name, about)
        except NoReverseMatch:
            continue
        if not any(part.isdigit() and part != "2026" for part in where.split("/")):
            continue  # a list, or one of a year: scoped by the reader's county, tested by feature
        client = Client()
        client.force_login(stranger.office, backend="django.contrib.auth.backends.ModelBackend")
        answer = getattr(client, RIGHTS[name][1])(where)
        assert answer.status_code in (403, 404), f"{name} {where}: {answer.status_code}"
