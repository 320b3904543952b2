"""Nothing that comes in by an address or a form stops the house: every address, every name it looks up, every field.

Values are tried by kind of field, all fields of a kind at once and the rest as a person would send it, so that the
walk is a minute's work. An answer may be a page, a refusal, nothing found; never a fault of ours.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import pytest
import time_machine
from django.db import connection, transaction
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from core.days.periods import Period
from tests.browser.test_every_page import PAGES, address
from tests.support.factories import NOW
from tests.support.furnished import furnished
from tests.support.hostile import KINDS, VALUES, Form, forms_of, names_read, values_for, view_of
from tests.support.people import People, make_county, make_people
from tests.support.plugins.in_step import count_year
from tests.support.rights_table import RIGHTS
from tests.support.rights_world import addresses

pytestmark = [pytest.mark.django_db, pytest.mark.by_services]  # months are counted once, where the county is made
FORM = "application/x-www-form-urlencoded"
ALONE = ("23 digits", "year 0")  # tried of each name alone, since others may hide it
# A path that isn't of the route's kind reaches no view: these are what the routes' kinds let through, or must not.
IN_A_PATH = ("nul", "power", "5,000 digits", "18 digits", "a year", "year 9999", "week")


def values(kind: str) -> dict[str, str]:
    return values_for(kind, elsewhere=connection.vendor != "sqlite")


def coded(pairs: dict[str, Any]) -> str:
    """As a form sends it, halves of characters too."""
    return "&".join(f"{quote(name)}={part(value)}" for name, value in pairs.items())


def part(value: Any) -> str:
    return quote(str(value).encode("utf-8", "surrogateescape"), safe="")


class Walk:
    """The furnished county, its people at their browsers, and what broke."""

    def __init__(self, about: SimpleNamespace, people: People) -> None:
        self.about, self.people = about, people
        self.clients: dict[str, Client] = {}
        self.faults: dict[str, str] = {}

    def ask(self, who: str, where: str, said: str = "", method: str = "get", **more: Any) -> Any:
        """One request, of which nothing stays; None where it broke."""
        client, answer = self._client(who), None
        cookies = {name: morsel.value for name, morsel in client.cookies.items()}
        try:
            with transaction.atomic():
                answer = getattr(client, method)(where, **more)
                if answer.streaming:
                    answer.getvalue()
                transaction.set_rollback(True)
        except Exception as error:
            at = [one for one in traceback.extract_tb(error.__traceback__) if "/.venv/" not in one.filename][-1]
            place = f"{type(error).__name__} in {at.name} ({at.filename.rpartition('/')[2]}:{at.lineno})"
            self.faults.setdefault(
                f"{view_of(where)}: {place}", f"{method} {where[:120]} ({said}) as {who}: {str(error)[:160]}"
            )
        client.cookies.clear()
        client.cookies.load(cookies)
        return answer

    def _client(self, who: str) -> Client:
        if who not in self.clients:
            self.clients[who] = client = Client()
            client.force_login(getattr(self.people, who), backend="django.contrib.auth.backends.ModelBackend")
        return self.clients[who]

    def done(self) -> None:
        assert not self.faults, "\n".join(["", *(f"{key}\n    {said}" for key, said in sorted(self.faults.items()))])


@pytest.fixture(scope="module")
def made(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[SimpleNamespace, People]]:
    """One county for all walks, gone after them; its files stay for the session."""
    kept = pytest.MonkeyPatch()
    kept.setattr("django.conf.settings.MEDIA_ROOT", tmp_path_factory.mktemp("media"))
    with django_db_blocker.unblock(), time_machine.travel(NOW, tick=True), transaction.atomic():
        county = make_county()
        people = make_people(county)
        about = furnished(county, people)
        count_year(county.pk, Period.month(2026, 6))
        yield about, people
        transaction.set_rollback(True)
    kept.undo()


@pytest.fixture
def walk(made: tuple[SimpleNamespace, People]) -> Iterator[Walk]:
    logging.disable(logging.ERROR)  # thousands of lines of what was not found
    with time_machine.travel(NOW, tick=True):
        yield Walk(*made)
    logging.disable(logging.NOTSET)


def visitor(name: str) -> str:
    """Who is let in there: the office if it is."""
    let_in = RIGHTS[name][0] if name in RIGHTS else set()
    return next((who for who in ("office", "admin", "office_head", *sorted(let_in)) if who in let_in), "office")


def pages(about: SimpleNamespace) -> dict[str, str]:
    """Every page that answers to GET, with who looks at it."""
    found = {addresses(name, about): visitor(name) for name, (_who, method) in RIGHTS.items() if method == "get"}
    for who, there in PAGES.items():
        for page in there:
            found.setdefault(address(page, about).partition("?")[0], who)
    return found


def routes(resolver: URLResolver | None = None, before: str = "/", space: str = "") -> dict[str, str]:
    """The route of every address by its name: `/projects/<key:pk>/`."""
    found: dict[str, str] = {}
    for pattern in (resolver or get_resolver()).url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            found |= routes(pattern, route, f"{space}{pattern.namespace}:" if pattern.namespace else space)
        else:
            found.setdefault(f"{space}{pattern.name}", route)
    return found


def test_what_stands_in_an_address(walk: Walk) -> None:
    """Each part of an address that names something, instead of what it names."""
    for name, route in routes().items():
        if name not in RIGHTS or "<" not in route:
            continue
        plain = addresses(name, walk.about).split("/")
        for at, named in enumerate(route.split("/")):
            for said in IN_A_PATH if "<" in named else ():
                instead = named.partition("<")[0] + part(VALUES[said]) + named.rpartition(">")[2]
                where = "/".join([*plain[:at], instead, *plain[at + 1 :]])
                walk.ask(visitor(name), where, said, RIGHTS[name][1])
    walk.done()


def test_what_a_page_is_asked(walk: Walk) -> None:
    """Each name that a page looks up in its address: all with one value, and each alone with the worst."""
    for where, who in pages(walk.about).items():
        with names_read() as names:
            walk.ask(who, where)
        for said, value in values("read").items() if names else ():
            walk.ask(who, f"{where}?{coded(dict.fromkeys(sorted(names), value))}", said)
        for name in sorted(names) if len(names) > 1 and "export" not in where else ():
            for said in ALONE:
                walk.ask(who, f"{where}?{coded({name: VALUES[said]})}", f"{name}: {said}")
    walk.done()


def test_what_a_form_sends(walk: Walk) -> None:
    """Each form of each page, its fields of one kind at a time."""
    forms: dict[Any, tuple[str, Form]] = {}
    for where, who in pages(walk.about).items():
        answer = walk.ask(who, where)
        if answer is not None and answer.status_code == 200 and "text/html" in answer.get("Content-Type", ""):
            for form in forms_of(answer.content.decode(), where):
                forms.setdefault(form.name, (who, form))
    shown = {view for view, _names in forms}
    for name, (_who, method) in RIGHTS.items():
        if method == "post" and name not in shown:
            forms[name] = visitor(name), Form(addresses(name, walk.about), {}, {})
    for who, form in forms.values():
        with names_read() as names:
            walk.ask(who, form.action, "as it is", "post", data=coded(form.sends), content_type=FORM)
        kinds = dict.fromkeys(names - {"csrfmiddlewaretoken"}, "read") | form.kinds
        for kind in KINDS:
            fields = [name for name in kinds if kinds[name] == kind]
            for said, value in values(kind).items() if fields else ():
                data = coded(form.sends | dict.fromkeys(fields, value))
                walk.ask(who, form.action, f"{kind} {said}", "post", data=data, content_type=FORM)
    walk.done()


HEADERS = {
    "HTTP_COOKIE": ("sessionid={}; csrftoken={}; django_language={}; messages={}",),
    "HTTP_USER_AGENT": ("{}",),
    "HTTP_ACCEPT": ("{}", "text/html;q={}"),
    "HTTP_ACCEPT_LANGUAGE": ("{}", "zh;q={}"),
    "HTTP_HOST": ("{}", "testserver:{}"),
    "HTTP_ORIGIN": ("{}", "http://{}"),
    "HTTP_REFERER": ("{}", "http://[{}"),
    "HTTP_IF_NONE_MATCH": ("{}", '"{}"'),
    "HTTP_IF_MODIFIED_SINCE": ("{}", "Mon, 01 Jun {} 08:00:00 GMT"),
    "HTTP_RANGE": ("bytes={}-",),
    "HTTP_X_FORWARDED_FOR": ("{}", "10.0.0.1, {}"),
    "HTTP_X_BACKGROUND": ("{}",),
    "HTTP_HX_REQUEST": ("{}",),
    "HTTP_HX_TARGET": ("{}",),
    "HTTP_HX_CURRENT_URL": ("{}", "http://testserver/projects/?{}"),
    "HTTP_X_CSRFTOKEN": ("{}",),
    "CONTENT_TYPE": ("{}", "text/plain; charset={}", "multipart/form-data; boundary={}", f"{FORM}; charset={{}}"),
}
SAID_IN_A_HEADER = ("power", "5,000 digits", "year 0", "half", "from the right", "JSON", "nowhere")
UPLOADED = (  # file name, what precedes the content, the content
    ("西\0城.xlsx", "", b"PK"),
    ("长" * 300 + ".csv", "", "项目名称,总投资\r\n甲,1".encode()),
    ("../../../etc/x.csv", "", "项目名称,总投资\r\n甲,1".encode("gb18030")),
    ("x" * 50_000, "", b"1,2\r\n"),
    ("a\udcff\u202e.xls", "", b"\xd0\xcf\x11\xe0"),
    ("a.xlsx", "Content-Type: text/csv; charset=nowhere\r\n", b"\0" * 100),
    ("a.csv", "Content-Transfer-Encoding: base64\r\n", b"=not base64"),
    ("a.csv", "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 999999999999\r\n", b""),
    ("", "", b"1,2\r\n"),
)


def test_what_stands_in_a_header(walk: Walk) -> None:
    """NUL and lengths that are none are left out: no server hands them on."""
    account, entry = reverse("account"), reverse("login")
    walk.clients["stranger"] = Client()
    for header, way in [(header, way) for header, ways in HEADERS.items() for way in ways]:
        for said in SAID_IN_A_HEADER:
            told = f"{header} {said}"
            sent = {header: way.replace("{}", VALUES[said].encode("utf-8", "surrogateescape").decode("latin-1"))}
            form = {"content_type": FORM} | sent
            walk.ask("admin", account, told, **sent)
            walk.ask("admin", account, told, "post", data=b"end=x", **form)
            walk.ask("stranger", entry, told, "post", data=b"username=x", **form)
    walk.ask("stranger", entry, "a length", "post", data=b"username=x", content_type=FORM, CONTENT_LENGTH="9" * 5_000)
    walk.done()


def test_what_is_uploaded_and_how_it_is_wrapped(walk: Walk) -> None:
    addresses = {"file": reverse("projects:imports"), "table": reverse("projects:grid_table", args=["2026-05"])}
    for field, where in addresses.items():
        wrapped = [(_part(field, *file) + b"--b--\r\n", file[0][:20]) for file in UPLOADED]
        once = _part(field, *UPLOADED[1])
        wrapped += [(once[:-7], "torn"), (once * 300, "many"), (b"--c" + once, "another boundary"), (b"", "nothing")]
        wrapped += [(_part("", *UPLOADED[1]) + b"--b--\r\n", "no name")]
        for body, said in wrapped:
            walk.ask("office", where, said, "post", data=body, content_type="multipart/form-data; boundary=b")
    walk.done()


def _part(field: str, name: str, head: str, content: bytes) -> bytes:
    said = f'--b\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n{head}\r\n'
    return said.encode("utf-8", "surrogateescape") + content + b"\r\n"
