"""What every answer carries, with HTTPS and without; what is said once; who starts."""

import json
import os
import stat
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings as conf
from django.contrib import messages
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpResponse

ASKED = [
    *("SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS", "SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME"),
    *("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "LANGUAGE_COOKIE_NAME", "ALLOWED_HOSTS"),
]
TELL = f"import json; from django.conf import settings as s; print(json.dumps({{n: getattr(s, n) for n in {ASKED}}}))"


def site(tmp_path, code, **environment):
    """What *code* prints in a process of its own, with a site's environment."""
    cleared = {k: v for k, v in os.environ.items() if k not in {"ALLOWED_HOSTS", "HTTPS", "DEMO"}}
    around = cleared | {"DJANGO_SETTINGS_MODULE": "config.settings", "VAR_DIR": str(tmp_path)} | environment
    return subprocess.run([sys.executable, "-c", code], env=around, cwd=conf.BASE_DIR, capture_output=True, text=True)


def test_a_page_with_data_is_kept_by_no_browser_and_asks_for_nothing(people, sign_in):
    answer = sign_in(people.officer).get("/account/")
    assert answer["Cache-Control"] == "private, no-store"
    assert "camera=()" in answer["Permissions-Policy"]


def test_http_works_and_with_https_nothing_else_does(tmp_path):
    plain = json.loads(site(tmp_path, TELL).stdout)
    assert (plain["SECURE_SSL_REDIRECT"], plain["SECURE_HSTS_SECONDS"]) == (False, 0)
    assert (plain["SESSION_COOKIE_SECURE"], plain["SESSION_COOKIE_NAME"]) == (False, "sessionid")
    https = json.loads(site(tmp_path, TELL, HTTPS="yes").stdout)
    assert https["SECURE_SSL_REDIRECT"]
    assert https["SECURE_HSTS_SECONDS"] == 31_536_000
    assert https["SESSION_COOKIE_SECURE"]
    assert https["CSRF_COOKIE_SECURE"]
    for name in ("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "LANGUAGE_COOKIE_NAME"):
        assert https[name].startswith("__Host-")


@pytest.mark.parametrize(
    ("demo", "named", "starts"), [("no", "", False), ("no", "xm.example.gov.cn", True), ("yes", "", True)]
)
def test_a_site_that_stays_says_its_names_or_does_not_start(tmp_path, demo, named, starts):
    done = site(tmp_path, "import config.wsgi", DEMO=demo, ALLOWED_HOSTS=named)
    assert (done.returncode == 0) is starts, done.stderr
    assert starts or "ALLOWED_HOSTS: with DEMO=no say under which names" in done.stderr


def test_what_is_written_is_not_for_everybody(tmp_path):
    code = (
        "import django; django.setup()\n"
        "from django.core.files.base import ContentFile\nfrom django.core.files.storage import default_storage\n"
        "default_storage.save('a/b.txt', ContentFile(b'x'))\n"
        "open(django.conf.settings.VAR / 'made', 'w').close()"
    )
    done = site(tmp_path, code)
    assert done.returncode == 0, done.stderr
    modes = {name: stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("files/a/b.txt", "files/a", "made")}
    assert modes == {"files/a/b.txt": 0o640, "files/a": 0o750, "made": 0o640}
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_what_waits_is_said_once(rf, db):
    """Two requests that were both sent elsewhere before a page came."""
    cookies: dict[str, str] = {}

    def ask(say):
        request = rf.get("/")
        request.COOKIES.update(cookies)
        inner = MessageMiddleware(lambda request: say(request) or HttpResponse())
        answer: Any = SessionMiddleware(inner)(request)
        cookies.update({name: morsel.value for name, morsel in answer.cookies.items()})
        return request

    for _tab in range(2):
        ask(lambda request: messages.info(request, "请先设置自己的密码。"))
    ask(lambda request: messages.error(request, "没有办成"))
    said: list[str] = []
    ask(lambda request: said.extend(str(one) for one in messages.get_messages(request)))
    assert said == ["请先设置自己的密码。", "没有办成"]
