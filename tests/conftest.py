from __future__ import annotations

import gc
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.test.client import MULTIPART_CONTENT
from django.utils import timezone, translation

from core import banners
from organization.people.models import User
from organization.units.models import Unit
from tests.support.factories import NOW
from tests.support.people import People, make_county, make_people

RUN_ON = timezone.localdate()
# A test makes much and keeps little: looking for rings of it as often as Python does is a tenth of the time.
gc.set_threshold(100_000, 50, 100)


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    """Counts that are kept for a while know nothing of the test before, nor does the language of a page."""
    cache.clear()
    translation.deactivate()


@pytest.fixture(autouse=True)
def _no_banner_of_today(monkeypatch: pytest.MonkeyPatch) -> None:
    """What pages say and ask in December or January only isn't in the tests that happen to run then: those of banners
    travel there."""
    said = banners.said
    monkeypatch.setattr(banners, "said", lambda county, on: [] if abs((on - RUN_ON).days) <= 1 else said(county, on))


@pytest.fixture(autouse=True, scope="session")
def _own_places(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Tests that run side by side don't wait for each other's files to be read."""
    settings.FENCE_DIR = tmp_path_factory.mktemp("fence")


@pytest.fixture
def county(db: None) -> Unit:
    return make_county()


@pytest.fixture
def people(county: Unit) -> People:
    return make_people(county)


@pytest.fixture
def now() -> datetime:
    """10 June 2026, ten in the morning in the county."""
    return NOW


class Browser(Client):
    """Sends with every form the token that its page carries, which is another one each time the page is made."""

    def post(  # type: ignore[override]  # whatever else is named goes on as it is
        self, path: Any, data: Any = None, content_type: Any = MULTIPART_CONTENT, **more: Any
    ) -> Any:
        if content_type == MULTIPART_CONTENT and (data is None or isinstance(data, dict)):
            data = {"csrfmiddlewaretoken": uuid4().hex, **(data or {})}
        return super().post(path, data, content_type, **more)


@pytest.fixture
def client() -> Browser:
    return Browser()


@pytest.fixture
def sign_in(client: Client):
    """`sign_in(people.officer)` gives a client in which that person is signed in."""

    def enter(person: User) -> Client:
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return enter
